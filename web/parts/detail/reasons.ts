/**
 * The grading of an alert in words: takes the steps as the service recorded them and hands their numbers, ready to be
 * read, to the dictionary. It grades nothing itself.
 */
import type { Alert, Reason } from '../../../src/api/schemas/alerts.ts';
import { limitWord } from '../alert/limits.ts';

/** The numbers and names behind a step, as text; empty where the step did not apply. */
interface ReasonFacts {
  readonly step: string;
  readonly point: string;
  /** What of the point it was, where that was not its limit: its rate, a forecast. */
  readonly rule: string;
  readonly level: string;
  /** How closely the source is supervised, by its code; its level as a major hazard, empty where it has none. */
  readonly alarmClass: string;
  readonly sourceLevel: string;
  readonly duration: string;
  readonly fit: string;
  readonly points: string;
  readonly basis: string;
  /** What a reason names beside its basis: items with their grade. */
  readonly items: string;
  /** Of what comes together: each point with its value; and the points of which nobody knows any. */
  readonly together: string;
  readonly missing: string;
  /** Of a floor that belongs to one limit: that limit. */
  readonly limit: string;
  readonly height: string;
  readonly live: string;
  readonly declared: string;
  /** The hazards that nobody watches as they should, each with its live and declared observers. */
  readonly unwatched: string;
  readonly fault: string;
  /** Of a wrong clock: the slip it looks like, the point it shows at most, and by how much it is off. */
  readonly slip: string;
  readonly worst: string;
  readonly off: string;
}

type Sentence = (facts: ReasonFacts) => string;

/** One sentence per step; `unknown` is for steps that this build does not know yet. */
export interface ReasonWords {
  readonly base: Sentence;
  readonly class: Sentence;
  readonly persistence: Sentence;
  readonly trend: Sentence;
  readonly breadth: Sentence;
  readonly coupling: Sentence;
  readonly neighbours: Sentence;
  readonly quality: Sentence;
  readonly cap: Sentence;
  readonly sign: Sentence;
  readonly harm: Sentence;
  readonly floor: Sentence;
  readonly 'roll-up': Sentence;
  readonly clamp: Sentence;
  readonly coverage: Sentence;
  readonly device: Sentence;
  readonly easing: Sentence;
  readonly unknown: Sentence;
}

export interface ReasonLine {
  readonly step: string;
  readonly text: string;
  /** What it does to the grade: `+1`, `−1`, `0`, or the grade a step sets by itself. */
  readonly effect: string;
  readonly grade: Alert['grade'] | undefined;
  /** The step was looked at and changed nothing. */
  readonly idle: boolean;
}

/** Steps whose value is a grade of its own and not a change. */
const SETS_GRADE: ReadonlySet<string> = new Set([
  'base',
  'cap',
  'sign',
  'harm',
  'floor',
  'roll-up',
  'clamp',
  'coverage',
  'device',
  'easing',
]);
const GRADE_BY_VALUE = [undefined, 'blue', 'yellow', 'orange', 'red'] as const;

export interface ReasonNames {
  point(id: string): string;
  /** A rule where it is not the limit itself, else empty. */
  rule(id: string): string;
  /** A level in words, of a point by one of its rules; both empty where a step is about many. */
  level(level: string, point: string, rule: string): string;
  duration(ms: number): string;
  fault(code: string): string;
  /** A hazard of a source, by the key both stand in. */
  watched(key: string): string;
  number(value: number): string;
  /** A value of a point as it is read out. */
  value(point: string, value: number): string;
  /** The contributor whose floor it is, by the id of the floor: where one point is enough, which one. */
  underFloor(id: string): { readonly id: string; readonly rule: string } | undefined;
  /** A monitoring item by its code, and a grade by its own. */
  item(code: string): string;
  grade(code: string): string;
}

export function reasonLines(reasons: readonly Reason[], words: ReasonWords, names: ReasonNames): ReasonLine[] {
  return reasons.map((reason) => {
    const { step, value } = reason;
    const sets = SETS_GRADE.has(step);
    const sentence = isKnown(step, words) ? words[step] : words.unknown;
    return {
      step,
      text: sentence(factsOf(reason, names)),
      effect: sets ? '' : value > 0 ? `+${value}` : value < 0 ? `−${-value}` : '0',
      grade: sets ? GRADE_BY_VALUE[Math.max(1, Math.min(4, value))] : undefined,
      idle: !sets && value === 0,
    };
  });
}

function isKnown(step: string, words: ReasonWords): step is keyof ReasonWords {
  return Object.hasOwn(words, step);
}

function factsOf({ step, detail }: Reason, names: ReasonNames): ReasonFacts {
  const text = (key: string): string => (detail[key] === undefined ? '' : String(detail[key]));
  const ms = detail.persistenceMs ?? detail.timeToLimitMs;
  const { r2, behindMs } = detail;
  const alone = step === 'floor' && detail.points === 1 ? names.underFloor(text('floor')) : undefined;
  const [point, rule] = [alone?.id ?? text('point'), alone?.rule ?? text('rule')];
  return {
    step,
    point: point === '' ? '' : names.point(point),
    rule: rule === '' ? '' : names.rule(rule),
    level: names.level(text('level'), point, rule),
    alarmClass: text('alarmClass'),
    sourceLevel: text('sourceLevel'),
    duration: typeof ms === 'number' ? names.duration(ms) : '',
    fit: typeof r2 === 'number' ? names.number(r2) : '',
    points: text('points'),
    basis: text('basis'),
    items: itemsOf(step, detail, names),
    together: togetherOf(step, detail, names),
    missing: text('missing').split(', ').filter(Boolean).map(names.point).join(', '),
    limit: text('limit') === '' ? '' : limitWord(text('limit')),
    height: text('height'),
    live: text('live'),
    declared: text('declared'),
    unwatched: unwatched(detail, names),
    fault: detail.rule === undefined ? '' : names.fault(String(detail.rule)),
    slip: text('mistake'),
    worst: detail.worst === undefined ? '' : names.point(String(detail.worst)),
    off: typeof behindMs === 'number' ? names.duration(Math.abs(behindMs)) : '',
  };
}

/** Of a roll-up: each item with its grade, as it is named in the detail. */
function itemsOf(step: string, detail: Reason['detail'], names: ReasonNames): string {
  if (step !== 'roll-up') return '';
  return Object.entries(detail)
    .filter(([name]) => name !== 'basis')
    .map(([name, grade]) => `${names.item(name)} ${names.grade(String(grade))}`)
    .join(', ');
}

/** Points stand in the detail by their id. */
function togetherOf(step: string, detail: Reason['detail'], names: ReasonNames): string {
  if (step !== 'coupling' && step !== 'neighbours') return '';
  return Object.entries(detail)
    .filter(([id]) => id.includes('/'))
    .map(([id, value]) => `${names.point(id)} ${typeof value === 'number' ? names.value(id, value) : value}`)
    .join(', ');
}

/** What a lost cause blinds stands in its detail under `source|hazard`; of very many only the first are named there. */
function unwatched(detail: Reason['detail'], names: ReasonNames): string {
  const named = Object.entries(detail).filter(([key]) => key.includes('|'));
  const texts = named.map(([key, counts]) => `${names.watched(key)} ${counts}`);
  if (named.length > 0 && Number(detail.hazards) > named.length) texts.push('…');
  return texts.join(', ');
}
