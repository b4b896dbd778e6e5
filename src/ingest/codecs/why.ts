/**
 * What is wrong with a payload, in words for whoever wrote the gateway's program at three in the morning: what stands
 * there, what was expected, and the slip behind it where one can tell. It refuses nothing itself.
 */
import type { ClockMistake } from '../../model/clock-mistake.ts';
import { CHINA_AHEAD_MS, clockMistake } from '../../model/clock-mistake.ts';
import type { ReadingBatch, RefusalReason } from '../../model/reading.ts';
import { FLAG, VERDICT } from '../../model/reading.ts';
import type { EpochMs } from '../../model/time.ts';
import { SECOND_MS } from '../../model/time.ts';

/** Longest piece of a payload that is quoted. */
const QUOTED_MAX = 40;
const KEYS_MAX = 8;
/** An instant for sure: Z, GMT or an offset behind the hour. A date alone is UTC only by agreement, and none is known here. */
const HAS_ZONE = /(?:z|gmt|utc|:\d\d(?:\.\d+)?\s*[+-]\d\d:?\d\d)$/i;
const NO_JSON_NUMBER = /(?<![\w"])(-?Infinity|NaN)\b/;

/** Bytes that are no UTF-8: in China mostly GBK, where it reads as text. */
export function whyNotUtf8(payload: Uint8Array): string {
  try {
    const text = new TextDecoder('gbk', { fatal: true }).decode(payload.subarray(0, 200), { stream: true });
    return `not UTF-8; read as GBK it begins ${quoted(text)}: send UTF-8`;
  } catch {
    return 'not UTF-8';
  }
}

export function whyNotJson(text: string, error: unknown): string {
  if (text === '') return 'empty';
  const figure = NO_JSON_NUMBER.exec(text)?.[1];
  if (figure !== undefined)
    return `not JSON: ${figure} is no JSON number; leave the reading out, or send its last value with "quality":"bad"`;
  if (text.charCodeAt(0) === 0xfeff) return 'not JSON: it begins with a byte order mark';
  return `not JSON: ${error instanceof Error ? error.message : String(error)}`;
}

/** A message whose JSON is neither of the two forms. */
export function whyNoMessage(root: unknown): string {
  const forms = 'expected {"point":…,"value":…} or {"readings":[…]}';
  if (!Array.isArray(root)) return `${shown(root)} stands alone: ${forms}`;
  return `an array at the top: ${forms}`;
}

/** A reading without a `point` that could be a tag. */
export function whyNoPoint(reading: Readonly<Record<string, unknown>>): string {
  const { point } = reading;
  if (point !== undefined) return `\`point\` is ${shown(point)}, a text expected`;
  const keys = Object.keys(reading).slice(0, KEYS_MAX).map(quoted).join(', ');
  return `\`point\` is missing; the reading has ${keys === '' ? 'no field' : keys}`;
}

export function whyNoTag(point: string): string {
  const tag = point.slice(point.lastIndexOf('/') + 1);
  if (point.includes('/') && tag !== '')
    return `\`point\` is ${quoted(point)}: the tag alone is expected, ${quoted(tag)}; the topic says which enterprise`;
  return `\`point\` is ${quoted(point)}: a tag has 1 to 64 characters, none of them a space, "/", "+" or "#"`;
}

export function whyNoValue(value: unknown): string {
  if (value === undefined) return '`value` is missing';
  const written = typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value));
  if (written) return `\`value\` is the text ${quoted(value)}: send the number ${Number(value)}, without quotes`;
  return `\`value\` is ${shown(value)}, a number or true/false expected`;
}

export function whyNoTime(at: unknown): string {
  const expected = '`at`: a number of ms since 1970 (UTC) expected';
  if (typeof at === 'string') return `${expected}, got the text ${quoted(at)}${sendInstead(at.trim())}`;
  if (typeof at === 'number')
    return `${expected}, ${at} is beyond any date${at > 1e17 ? ': microseconds or nanoseconds?' : ''}`;
  return `${expected}, got ${shown(at)}`;
}

/** The number to send for a time written as text. Without a zone it may be local time: whose, only the gateway knows. */
function sendInstead(at: string): string {
  const ms = /^\d+$/.test(at) ? Number(at) : Date.parse(at);
  if (!Number.isFinite(ms)) return '';
  if (/^\d+$/.test(at) || HAS_ZONE.test(at)) return `: send ${ms}`;
  const asUtc = Date.parse(`${at.replace(' ', 'T')}Z`);
  if (!Number.isFinite(asUtc)) return '';
  return `, which names no zone: send ${asUtc} if it is UTC, ${asUtc - CHINA_AHEAD_MS} if it is the local time of China`;
}

/**
 * What only the registry can tell of a reading that was good in form. Its payload is gone by then: its figures are told. `near`:
 * words on the tags that are near one that nobody knows.
 */
export function whyRefused(
  reason: RefusalReason,
  value: number,
  sampledAt: EpochMs,
  arrivedAt: EpochMs,
  near = '',
): string {
  const sampled = `sampled ${sampledAt}${slipIn(sampledAt, arrivedAt)}`;
  switch (reason) {
    case 'unknown-point':
      return `the enterprise has no point of this name${near}; value ${value}, ${sampled}`;
    case 'not-authorised':
      return `the registry does not list this gateway at the point; value ${value}, ${sampled}`;
    case 'wrong-type':
      // A true/false point takes 0 and 1: where those are refused, a boolean was sent for a number.
      return value === 0 || value === 1
        ? `\`value\` is ${value === 1}: a number expected; ${sampled}`
        : `the point is true or false: true, false, 1 or 0 expected; value ${value}, ${sampled}`;
    default:
      return `value ${value}, ${sampled}`;
  }
}

/** Only what is no matter of degree: the time of a refused reading was judged by nobody. */
function slipIn(sampledAt: EpochMs, arrivedAt: EpochMs): string {
  const mistake = clockMistake(sampledAt, arrivedAt);
  return mistake === 'slow' || mistake === 'fast' ? '' : `, and ${whyClock(sampledAt, arrivedAt)}`;
}

/** A device time that is far from its arrival: which slip it looks like, and what to send instead. */
export function whyClock(sampledAt: EpochMs, arrivedAt: EpochMs): string {
  const stands = `\`at\` is ${sampledAt}`;
  const off = Math.round(Math.abs(arrivedAt - sampledAt) / SECOND_MS);
  switch (clockMistake(sampledAt, arrivedAt)) {
    case 'seconds':
      return `${stands}, seconds since 1970: send ms, ${sampledAt * 1_000}`;
    case 'microseconds':
      return `${stands}, microseconds since 1970: send ms, ${Math.round(sampledAt / 1_000)}`;
    case 'local-time':
      return `${stands}, 8 h ahead: the local time of China sent as UTC; send ${sampledAt - CHINA_AHEAD_MS}`;
    case 'zone-twice':
      return `${stands}, 8 h behind: UTC from which 8 h were taken once more; send ${sampledAt + CHINA_AHEAD_MS}`;
    case 'unset':
      return `${stands}, ${new Date(sampledAt).toISOString()}: a clock that was never set; set it, or leave \`at\` out`;
    case 'fast':
      return `${stands}, ${off} s ahead of its arrival: set the clock`;
    case 'slow':
      return `${stands}, ${off} s behind its arrival: set the clock, or mark what is sent late with "historical":true`;
  }
}

/** Readings of one message that were judged at their arrival, because their time was wrong. */
export interface Skewed {
  readonly readings: number;
  /** Point number of the newest of them. */
  readonly point: number;
  readonly mistake: ClockMistake;
  readonly detail: string;
}

/** Undefined where the times were right. To be asked when the message has been judged. */
export function skewedIn({ count, point, sampledAt, judgedAt, flags, verdict }: ReadingBatch): Skewed | undefined {
  let readings = 0;
  let newest = -1;
  for (let i = 0; i < count; i++) {
    if ((flags[i] & FLAG.CLOCK_SKEWED) === 0 || verdict[i] !== VERDICT.LIVE) continue;
    readings++;
    newest = i;
  }
  if (newest < 0) return undefined;
  // The newest reading of a point was judged at the arrival of the message.
  const detail = whyClock(sampledAt[newest], judgedAt[newest]);
  return { readings, point: point[newest], mistake: clockMistake(sampledAt[newest], judgedAt[newest]), detail };
}

/** A value as it stands in the payload, cut short. */
export function shown(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object') return 'an object';
  return typeof value === 'string' ? `the text ${quoted(value)}` : String(value);
}

function quoted(text: string): string {
  return JSON.stringify(text.length <= QUOTED_MAX ? text : `${text.slice(0, QUOTED_MAX)}…`);
}
