/**
 * Recorded readings from a file: NDJSON lines `{"point","at","value","quality"?}` or CSV `point,at,value[,quality]`, read
 * as a stream; among the lines of NDJSON also what people did, `{"at","command","alert",…}`. It repairs nothing: a line that is not right comes out as an error with its number.
 */
import type { DutyLevel } from '../src/model/alert.ts';
import { DUTY_LEVELS } from '../src/model/alert.ts';
import type { CommandKind, Said } from '../src/model/command.ts';
import { COMMAND_KINDS } from '../src/model/command.ts';
import type { QualityName } from '../src/model/quality.ts';
import { QUALITY_NAMES } from '../src/model/quality.ts';

export type ReplayFormat = 'ndjson' | 'csv';

export interface RecordedReading {
  /** `{enterprise}/{tag}`. */
  readonly point: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly value: number | boolean;
  readonly quality?: QualityName;
}

/** What somebody did to an alert. */
export interface RecordedCommand extends Said {
  readonly at: number;
  readonly command: CommandKind;
  /** Id or key of the alert. */
  readonly alert: string;
  readonly by: string;
  readonly role: string;
  readonly level: DutyLevel;
}

export type ReplayItem =
  | { readonly ok: true; readonly line: number; readonly reading: RecordedReading }
  | { readonly ok: true; readonly line: number; readonly command: RecordedCommand }
  | { readonly ok: false; readonly line: number; readonly reason: string };

type Parsed =
  | { readonly ok: true; readonly reading: RecordedReading }
  | { readonly ok: true; readonly command: RecordedCommand }
  | { readonly ok: false; readonly reason: string };

/** Longer lines are refused, so that a file without line ends cannot fill the memory. */
export const REPLAY_LINE_BYTES_MAX = 65_536;

const LINE_FEED = 0x0a;
const POINT = /^[a-z0-9][a-z0-9-]{0,63}\/[^\s/+#]{1,64}$/u;

/** The format that a file name speaks of; undefined for any other ending. */
export function replayFormatOf(path: string): ReplayFormat | undefined {
  if (/\.(ndjson|jsonl)$/i.test(path)) return 'ndjson';
  return /\.csv$/i.test(path) ? 'csv' : undefined;
}

/** Yields every reading and every bad line, in order; blank lines and a CSV heading are passed over. */
export async function* readReplay(
  chunks: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>,
  format: ReplayFormat,
): AsyncGenerator<ReplayItem, void, undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const parse = format === 'ndjson' ? parseJsonLine : parseCsvLine;
  let number = 0;
  for await (const bytes of splitLines(chunks)) {
    number++;
    const item = readLine(bytes, decoder, parse, number === 1 && format === 'csv');
    if (item !== undefined) yield item.ok ? { ...item, line: number } : { ...item, line: number };
  }
}

function readLine(
  bytes: Uint8Array | undefined,
  decoder: InstanceType<typeof TextDecoder>,
  parse: (line: string) => Parsed,
  mayBeHeading: boolean,
): Parsed | undefined {
  if (bytes === undefined) return { ok: false, reason: `longer than ${REPLAY_LINE_BYTES_MAX} bytes` };
  let line: string;
  try {
    // A byte order mark at the start is taken away by the decoder.
    line = decoder.decode(bytes).trim();
  } catch {
    return { ok: false, reason: 'not UTF-8' };
  }
  if (line === '' || (mayBeHeading && /^point,at,value(,quality)?$/i.test(line))) return undefined;
  return parse(line);
}

/** Lines without their line feed; undefined stands for one that is too long. */
async function* splitLines(
  chunks: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>,
): AsyncGenerator<Uint8Array | undefined, void, undefined> {
  let rest: Uint8Array[] = [];
  let restBytes = 0;
  const take = (part: Uint8Array): void => {
    restBytes += part.length;
    if (restBytes <= REPLAY_LINE_BYTES_MAX) rest.push(part);
    else rest = [];
  };
  const finish = (): Uint8Array | undefined => {
    const line = restBytes > REPLAY_LINE_BYTES_MAX ? undefined : Buffer.concat(rest);
    rest = [];
    restBytes = 0;
    return line;
  };
  for await (const chunk of chunks) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk, 'utf8') : chunk;
    let from = 0;
    for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, from)) {
      take(bytes.subarray(from, end));
      yield finish();
      from = end + 1;
    }
    // A copy: the stream may use the chunk's memory again.
    take(bytes.slice(from));
  }
  if (restBytes > 0) yield finish();
}

function parseJsonLine(line: string): Parsed {
  let object: unknown;
  try {
    object = JSON.parse(line);
  } catch {
    return { ok: false, reason: 'not JSON' };
  }
  if (typeof object !== 'object' || object === null || Array.isArray(object)) {
    return { ok: false, reason: 'not an object' };
  }
  if ('command' in object) return checkCommand(object as Record<string, unknown>);
  const { point, at, value, quality } = object as Record<string, unknown>;
  return check(point, at, value, quality);
}

function parseCsvLine(line: string): Parsed {
  const cells = splitCsv(line);
  if (cells === undefined) return { ok: false, reason: 'a quote that does not end' };
  if (cells.length < 3 || cells.length > 4) return { ok: false, reason: `${cells.length} cells instead of 3 or 4` };
  const [point, at, value, quality] = cells;
  return check(point, numberOf(at), booleanOf(value) ?? numberOf(value), quality === '' ? undefined : quality);
}

/** RFC 4180 without line ends inside cells: a tag may hold a comma or a quote. */
function splitCsv(line: string): string[] | undefined {
  const cells: string[] = [];
  let from = 0;
  for (;;) {
    if (line[from] !== '"') {
      const comma = line.indexOf(',', from);
      cells.push(line.slice(from, comma < 0 ? undefined : comma).trim());
      if (comma < 0) return cells;
      from = comma + 1;
      continue;
    }
    const quoted = /^"((?:[^"]|"")*)"\s*(,|$)/.exec(line.slice(from));
    if (quoted === null) return undefined;
    cells.push(quoted[1].replaceAll('""', '"'));
    if (quoted[2] === '') return cells;
    from += quoted[0].length;
  }
}

/** A decimal number as written by people and programs; NaN for anything else, an empty cell among them. */
function numberOf(cell: string): number {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(cell) ? Number(cell) : Number.NaN;
}

function booleanOf(cell: string): boolean | undefined {
  if (cell === 'true') return true;
  return cell === 'false' ? false : undefined;
}

function check(point: unknown, at: unknown, value: unknown, quality: unknown): Parsed {
  if (typeof point !== 'string' || !POINT.test(point)) return { ok: false, reason: 'point is not enterprise/tag' };
  if (!isTime(at)) return { ok: false, reason: 'at is not a time in epoch milliseconds' };
  if (typeof value !== 'boolean' && (typeof value !== 'number' || !Number.isFinite(value))) {
    return { ok: false, reason: 'value is neither a finite number nor a boolean' };
  }
  if (quality === undefined) return { ok: true, reading: { point, at, value } };
  const known = QUALITY_NAMES.find((name) => name === quality);
  if (known === undefined) return { ok: false, reason: `quality is none of ${QUALITY_NAMES.join(', ')}` };
  return { ok: true, reading: { point, at, value, quality: known } };
}

const isTime = (at: unknown): at is number => typeof at === 'number' && Number.isSafeInteger(at) && at >= 0;

function checkCommand(stated: Record<string, unknown>): Parsed {
  const { at, command, alert, by = 'replay', role = 'admin', level = 'province', note, cause, points, reason } = stated;
  const kind = COMMAND_KINDS.find((one) => one === command);
  const duty = DUTY_LEVELS.find((one) => one === level);
  const isText = (value: unknown): value is string => typeof value === 'string';
  const isTextOrNone = (value: unknown): value is string | undefined => value === undefined || isText(value);
  if (!isTime(at)) return { ok: false, reason: 'at is not a time in epoch milliseconds' };
  if (kind === undefined) return { ok: false, reason: `command is none of ${COMMAND_KINDS.join(', ')}` };
  if (!isText(alert) || alert === '') return { ok: false, reason: 'alert is neither the id nor the key of one' };
  if (duty === undefined) return { ok: false, reason: `level is none of ${DUTY_LEVELS.join(', ')}` };
  if (!isText(by) || !isText(role)) return { ok: false, reason: 'by and role must be texts' };
  if (!isTextOrNone(note) || !isTextOrNone(cause) || !isTextOrNone(reason))
    return { ok: false, reason: 'note, cause and reason must be texts' };
  if (points !== undefined && !(Array.isArray(points) && points.every(isText)))
    return { ok: false, reason: 'points must be a list of ids' };
  return { ok: true, command: { at, command: kind, alert, by, role, level: duty, note, cause, points, reason } };
}
