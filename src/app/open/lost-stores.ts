/**
 * A store that is gone although the log has inputs: deleted, cut to nothing, or on a disk that is not there. Its file is about to be
 * made anew and empty, so a mark lies beside it until what is missing was told, however often the process ends before that. It tells nobody
 * itself, and knows no way to bring anything back.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RecordNumber } from '../../log/port.ts';
import { replaceFile } from '../../store/durable-file.ts';
import { wallNow } from '../clock.ts';
import type { Config } from '../config.ts';
import type { Logger } from '../logger.ts';

/** What is gone with a file, and what is not; whether the log has everything it held. */
interface Loss {
  readonly name: string;
  isKept(config: Config): boolean;
  words(oldest: number): string | undefined;
}

const LOSSES: readonly Loss[] = [
  {
    name: 'state.db',
    isKept: () => true,
    words: (oldest) =>
      `users, sessions and audit of before are gone; ${
        oldest > 1
          ? 'of closed alerts, changes and evidence only what the log still has is written again; open alerts and what is registered are kept as they stand'
          : 'the history of alerts and of what is registered is written again from the log'
      }`,
  },
  {
    name: 'readings.db',
    isKept: ({ influx }) => influx === undefined,
    // What the log has is exported again.
    words: (oldest) => (oldest > 1 ? 'values from before the log begins are gone from the history' : undefined),
  },
];

export interface LostStores {
  /** A sentence for each file that was made anew, for as long as this run; to be asked when the stores were opened. */
  readonly words: readonly string[];
  /** It was told, and what tells it is durable. */
  told(): Promise<void>;
}

/** What there was before this start. */
interface Past {
  readonly inputs: number;
  /** Oldest record that the log still has. */
  readonly oldest: RecordNumber;
}

interface Lost {
  readonly file: string;
  readonly mark: string;
  readonly words: string;
}

/** To be called before the stores are opened. */
export async function lostStores(config: Config, { inputs, oldest }: Past, logger: Logger): Promise<LostStores> {
  const all: Lost[] = [];
  for (const { name, isKept, words } of inputs > 0 ? LOSSES : []) {
    const file = join(config.dataDir, name);
    const mark = `${file}.lost`;
    const loss = words(oldest);
    if (loss === undefined || !isKept(config) || !(isGone(file) || existsSync(mark))) continue;
    const since = existsSync(mark) ? readFileSync(mark, 'utf8').trim() : new Date(wallNow()).toISOString();
    all.push({
      file,
      mark,
      words: `${name} was not there, or empty, at the start of ${since} and was made anew: ${loss}`,
    });
    await replaceFile(mark, `${since}\n`).catch((error: unknown) =>
      logger.error({ error, mark }, 'the mark of a lost store was not written'),
    );
  }
  let made: readonly string[] | undefined;
  return {
    get words() {
      // One that cannot be opened at present may come back with its disk: health says that it is away.
      made ??= all.filter(({ file }) => existsSync(file)).map(({ words }) => words);
      return made;
    },
    async told() {
      for (const { mark } of all) await rm(mark, { force: true });
    },
  };
}

/** A power cut, or whoever makes room, may leave the name and nothing in it: SQLite takes that for a new file. */
export function isGone(file: string): boolean {
  const found = statSync(file, { throwIfNoEntry: false });
  return found === undefined || (found.isFile() && found.size === 0);
}
