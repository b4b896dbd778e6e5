/**
 * Writes the engine's effects into the history tables, in slices on one connection, and says what it could not hold. It
 * decides nothing; where the tables say otherwise, it reports and leaves them as they are.
 */
import type { Pace } from '../../pace.ts';
import type { Divergence, Effects, Projected, ProjectionCursor, RefusedRow } from '../port.ts';
import { writeAlert, writeCapsule, writeConfiguration, writeOutcome, writeTransition } from './rows.ts';
import type { Sqlite } from './sqlite.ts';
import { isRefusal } from './sqlite.ts';

/** A slice is committed after this long; with its sync it stays below the 20 ms the loop can spare. */
const SLICE_MS = 6;

const SQL = {
  cursors: `SELECT partition, position, seq,
    (SELECT count(*) FROM refused_rows WHERE refused_rows.partition = projected.partition) AS refused FROM projected`,
  setCursor: `INSERT INTO projected (partition, position, seq) VALUES (?, ?, ?) ON CONFLICT (partition) DO UPDATE SET
    position = max(position, excluded.position), seq = max(seq, excluded.seq)`,
  refuse: `INSERT INTO refused_rows SELECT ?1, coalesce(max(number), 0) + 1, ?2, ?3, ?4, ?5, ?6 FROM refused_rows
    WHERE partition = ?1 HAVING NOT EXISTS (SELECT 1 FROM refused_rows WHERE partition = ?1 AND what = ?3 AND key = ?4)`,
} as const;

export interface Projection {
  project(position: number, effects: Effects): Promise<Projected>;
  cursor(partition: number): ProjectionCursor;
  /** What is in progress is given up after its slice, and rejects; resolves when nothing is. */
  giveUp(): Promise<void>;
}

export function createProjection(sqlite: Sqlite, pace: Pace): Projection {
  const cursors = readCursors(sqlite);
  let queue: Promise<unknown> = Promise.resolve();
  let isOver = false;
  const cursor = (partition: number) => cursors.get(partition) ?? { position: 0, seq: 0, refused: 0 };

  function project(position: number, effects: Effects): Promise<Projected> {
    const turn = queue.then(() => writeAll(position, effects));
    queue = turn.catch(() => undefined);
    return turn;
  }

  async function writeAll(position: number, effects: Effects): Promise<Projected> {
    const { partition } = effects;
    const divergences: Divergence[] = [];
    const refused: RefusedRow[] = [];
    const newest = effects.transitions.at(-1)?.seq ?? 0;
    const rows = rowsOf(sqlite, position, effects, divergences);
    let row = rows.next();
    for (let done = false; !done; ) {
      // Without its last slice it has not moved the cursor: all of it comes again, and what stands there is compared.
      if (isOver) throw new Error('the store is being closed');
      const start = pace.now();
      sqlite.transaction(() => {
        do {
          if (row.done !== true) {
            const reason = row.value.refusal ?? whyRefused(row.value.write);
            if (reason !== undefined) refused.push(...setAside(sqlite, partition, position, row.value, reason));
            row = rows.next();
          }
          done = row.done === true;
        } while (!done && pace.now() - start < SLICE_MS);
        if (done) sqlite.run(SQL.setCursor, [partition, position, newest]);
      });
      if (!done) await pace.pause();
    }
    const before = cursor(partition);
    cursors.set(partition, {
      position: Math.max(before.position, position),
      seq: Math.max(before.seq, newest),
      refused: before.refused + refused.length,
    });
    return { divergences, refused };
  }

  async function giveUp(): Promise<void> {
    isOver = true;
    await queue;
  }

  return { project, cursor, giveUp };
}

function readCursors(sqlite: Sqlite): Map<number, ProjectionCursor> {
  const rows = sqlite.all(SQL.cursors) as unknown as (ProjectionCursor & { partition: number })[];
  return new Map(rows.map(({ partition, position, seq, refused }) => [partition, { position, seq, refused }]));
}

interface Row {
  readonly what: RefusedRow['what'];
  readonly key: string;
  readonly content: unknown;
  /** Why there is nothing to write. */
  readonly refusal?: string;
  write(): void;
}

/** One row a step, so that the caller may stop between any two. */
function* rowsOf(sqlite: Sqlite, position: number, effects: Effects, divergences: Divergence[]): Generator<Row, void> {
  const { partition } = effects;
  for (const transition of effects.transitions) {
    const { seq, alert } = transition;
    let isSame = false;
    const write = (): void => {
      const before = writeTransition(sqlite, partition, position, transition);
      isSame = typeof before !== 'object';
      if (typeof before === 'object') divergences.push({ seq, recorded: before, derived: transition });
    };
    yield { what: 'transition', key: String(seq), content: transition, write };
    // Of one that stood there already too: the process may have ended between the two rows. An older one changes nothing.
    if (isSame)
      yield { what: 'alert', key: alert.id, content: alert, write: () => writeAlert(sqlite, partition, alert, seq) };
  }
  for (const capsule of effects.capsules) {
    const key = `${capsule.alert} ${capsule.seq}`;
    yield { what: 'capsule', key, content: capsule, write: () => writeCapsule(sqlite, partition, capsule) };
  }
  for (const outcome of effects.outcomes) {
    const write = () => writeOutcome(sqlite, partition, position, outcome);
    yield { what: 'outcome', key: outcome.commandId, content: outcome, write };
  }
  for (const configuration of effects.configurations) {
    const write = () => writeConfiguration(sqlite, partition, configuration);
    yield { what: 'configuration', key: String(configuration.number), content: configuration, write };
  }
  for (const alert of effects.standing ?? [])
    yield {
      what: 'alert',
      key: alert.id,
      content: alert,
      write: () => writeAlert(sqlite, partition, alert, alert.seq),
    };
  for (const { from, to, reason } of effects.missing ?? [])
    yield { what: 'inputs', key: `${from}-${to}`, content: { from, to }, refusal: reason, write: () => undefined };
}

/** What is wrong with the row itself; a store that takes nothing at present throws. */
function whyRefused(write: () => void): string | undefined {
  try {
    write();
    return undefined;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return error instanceof Error ? error.message : String(error);
  }
}

/**
 * Kept by name and as text where it can be, in the slice in which it would have been written; nothing where it is there since a
 * batch that was given up, or that is derived again.
 */
function setAside(sqlite: Sqlite, partition: number, position: number, row: Row, reason: string): RefusedRow[] {
  const { what } = row;
  const key = String(row.key);
  const isNew = sqlite.run(SQL.refuse, [partition, position, what, key, reason, textOf(row.content)]) > 0;
  return isNew ? [{ what, key, reason, position }] : [];
}

/** Texts longer than this are what the store refused in the first place. */
const TEXT_MAX = 1_000_000;

function textOf(content: unknown): string {
  try {
    return (JSON.stringify(content) ?? '').slice(0, TEXT_MAX);
  } catch (error) {
    return String(error);
  }
}
