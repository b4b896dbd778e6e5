/** `fenghuo backtest`: hands a draft to the running service, waits for what comes of it, and tells it. */
import { Command, InvalidArgumentError } from 'commander';
import type { EpochMs } from '../../model/time.ts';
import { readDraftFile } from '../backtest/draft-file.ts';
import { span } from '../backtest/stretches.ts';
import type { Told } from '../backtest/words.ts';
import { both, draftInWords } from '../backtest/words.ts';
import { pause } from '../clock.ts';
import type { AccessOptions, ApiAnswer } from './api-client.ts';
import { ApiSession, accessOf } from './api-client.ts';
import type { ExitCode } from './command.ts';
import { act, complain, complainAll, examples, readText, refuse, say } from './command.ts';
import { interrupted } from './until-stopped.ts';

interface Options extends AccessOptions {
  readonly draft: string;
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly json?: true;
}

const ASKED_EVERY_MS = 500;
/** A service that is away is asked for so often again: a minute. */
const AWAY_MAX = 120;
/** Share of the way after which it is told again how far it is. */
const SHOWN_EVERY = 0.1;

export function backtestCommand(): Command {
  const command = new Command('backtest')
    .description('tries other limits or packs against what the running service has recorded; nothing comes into force')
    .requiredOption(
      '--draft <file>',
      '`points:` and `packs:`, or a pack (YAML or JSON); docs/interface.md, "Backtests"',
    )
    .requiredOption('--from <time>', '2026-11-01, 2026-11-01T08:00:00+08:00, or ms since 1970', instant)
    .requiredOption('--to <time>', 'likewise', instant)
    .option('--json', 'the answer as the service gives it')
    .option('--url <url>', 'the service, instead of FENGHUO_URL or http://127.0.0.1:8080')
    .option('--user <name>', 'who asks, instead of FENGHUO_USER or admin')
    .option('--password <text>', 'his password, instead of FENGHUO_PASSWORD')
    .addHelpText('after', examples('fenghuo backtest --draft stricter.yaml --from 2026-11-01 --to 2026-11-30'));
  return act(command, backtest);
}

function instant(text: string): EpochMs {
  const at = /^\d{10,16}$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isNaN(at)) throw new InvalidArgumentError('It must be a time such as 2026-11-01T08:00:00+08:00.');
  return at;
}

async function backtest(options: Options): Promise<ExitCode> {
  const access = accessOf(options);
  if (typeof access === 'string') return refuse(access);
  const text = readText(options.draft);
  if (text === undefined) return 1;
  const read = readDraftFile(text);
  if (!read.ok) {
    complainAll(options.draft, read.errors);
    return 1;
  }
  const session = new ApiSession(access);
  const { from, to } = options;
  const asked = await session.send('POST', '/api/v1/backtests', { ...read.draft.stated, from, to });
  if (!asked.ok) return told(options.draft, { ...asked, errors: read.draft.placed(asked.errors) });
  const id = String(asked.body.id);
  // Ctrl-C is for the backtest; what becomes of it is heard below.
  interrupted().addEventListener('abort', () => void session.send('DELETE', `/api/v1/backtests/${id}`));
  const body = await waitedFor(session, id);
  if (!body.ok) {
    complain(both(`试算 ${id} 正在进行`, `backtest ${id} was under way`));
    return told(options.draft, body);
  }
  return ended(body.body, options);
}

/** What came of it; a service that is away may be starting again, and then says that it was interrupted. */
async function waitedFor(session: ApiSession, id: string): Promise<ApiAnswer> {
  let asked = 0;
  let shown = 0;
  for (;;) {
    const answer = await session.send('GET', `/api/v1/backtests/${id}`);
    if (!answer.ok && ++asked > AWAY_MAX) return answer;
    if (answer.ok) {
      const { state, progress } = answer.body as { state: string; progress: number };
      if (state !== 'running') return answer;
      asked = 0;
      if (process.stderr.isTTY && progress >= shown + SHOWN_EVERY) {
        shown = progress;
        complain(`试算 backtest ${id}: ${Math.round(progress * 100)} % (按 Ctrl-C 取消 · Ctrl-C cancels it)`);
      }
    }
    await pause(ASKED_EVERY_MS);
  }
}

function told(file: string, { detail, errors }: ApiAnswer & { ok: false }): ExitCode {
  complain(detail);
  if (errors.length > 0) complainAll(file, errors);
  return 1;
}

function ended(body: Readonly<Record<string, unknown>>, { json }: Options): ExitCode {
  const { state, reason, result } = body as { state: string; reason?: string; result?: Told & Approximate };
  if (json) say(JSON.stringify(body));
  else if (result !== undefined)
    for (const line of [tried(body as unknown as Tried), ...draftInWords(result)]) say(line);
  if (result === undefined)
    complain(`${STATES[state] ?? ''} ${state}${reason === undefined ? '' : `: ${reason}`}`.trim());
  for (const why of result?.approximate ?? []) complain(`近似 approximate: ${why}`);
  return result === undefined ? 1 : 0;
}

/** How one ends that has no result. */
const STATES: Readonly<Record<string, string>> = { cancelled: '已取消', failed: '失败', interrupted: '已中断' };

interface Tried {
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly enterprises: readonly string[];
  readonly points: readonly string[];
  readonly result: { readonly readings: number };
}

function tried({ from, to, enterprises, points, result }: Tried): string {
  const count = `${points.length} ${points.length === 1 ? 'point' : 'points'}`;
  const zh = `试算 ${enterprises.join('、')} 的 ${points.length} 个测点，${result.readings} 条读数`;
  return both(zh, `tried ${count} of ${enterprises.join(', ')} over ${span(from, to)}: ${result.readings} readings`);
}

interface Approximate {
  readonly approximate: readonly string[];
}
