/** What came of a draft, in lines for people. */
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../../model/time.ts';
import type { AlarmLoad } from './alarm-load.ts';
import { LOAD_DAYS, LOAD_PERIOD_MS, LOAD_TARGETS } from './alarm-load.ts';
import type { Comparison } from './compare.ts';
import type { Episode } from './episodes.ts';

export interface Told extends Comparison {
  readonly load: { readonly was: AlarmLoad; readonly drafted: AlarmLoad };
}

export function draftInWords({ gained, lost, regraded, lead, same, load }: Told): string[] {
  const moved = lead.items.filter(({ leadMs }) => leadMs !== 0);
  const heads = [
    `gained ${counted(gained)}, lost ${counted(lost)}, graded otherwise ${regraded.total}, the same ${same}`,
    ...gained.items.map((one) => `gained    ${episodeInWords(one)}`),
    ...more('gained', gained),
    ...lost.items.map((one) => `lost      ${episodeInWords(one)}`),
    ...more('lost', lost),
    ...regraded.items.map(({ was, from, to }) => `regraded  ${episodeInWords(was)}: ${from} → ${to}`),
    ...more('regraded', regraded),
    ...leadInWords(lead),
    ...moved.map(({ was, leadMs }) => `lead      ${episodeInWords(was)}: ${minutes(Math.abs(leadMs))} ${side(leadMs)}`),
    ...more('lead', lead),
  ];
  return [...heads, ...loadInWords(load)];
}

/** How many, and of which grades as far as they are listed. */
function counted({ total, items }: Comparison['gained']): string {
  const grades = GRADES.map((grade) => [grade, items.filter((one) => one.grade === grade).length] as const);
  const some = grades.flatMap(([grade, count]) => (count === 0 ? [] : [`${count} ${grade}`]));
  return some.length === 0 ? String(total) : `${total} (${some.join(', ')})`;
}

const GRADES = ['red', 'orange', 'yellow', 'blue'] as const;

function more(
  name: string,
  { total, items }: { readonly total: number; readonly items: readonly unknown[] },
): string[] {
  const rest = total - items.length;
  return rest === 0 ? [] : [`${name.padEnd(9)} … and ${rest} more that are not listed`];
}

/** When the draft would have told of what was, in one line: most of them are told at the same time. */
function leadInWords({ items }: Comparison['lead']): string[] {
  if (items.length === 0) return [];
  const ahead = items.map(({ leadMs }) => leadMs).sort((a, b) => a - b);
  const parts = [ahead.filter((ms) => ms > 0), ahead.filter((ms) => ms < 0).map((ms) => -ms)].map(spread);
  const still = ahead.filter((ms) => ms === 0).length;
  return [
    `lead      of ${items.length} alerts that were and would have been: ${parts[0]} earlier, ${still} at the same time, ${parts[1]} later`,
  ];
}

function spread(found: readonly number[]): string {
  const sorted = [...found].sort((a, b) => a - b);
  if (sorted.length === 0) return '0';
  const median = sorted[Math.floor((sorted.length - 1) / 2)];
  return `${sorted.length} (median ${minutes(median)}, most ${minutes(sorted[sorted.length - 1])})`;
}

function episodeInWords({ raisedAt, endedAt, grade, hazard, points, source, cause }: Episode): string {
  const lasted = endedAt === undefined ? 'still active' : minutes(endedAt - raisedAt);
  const outcome = cause === undefined ? lasted : `${lasted}, closed as ${cause}`;
  return `${new Date(raisedAt).toISOString()}  ${grade.padEnd(6)}  ${hazard}  ${points.join(' ') || source}  (${outcome})`;
}

const side = (ms: number): string => (ms > 0 ? 'earlier' : 'later');

function minutes(ms: number): string {
  if (ms < MINUTE_MS) return `${Math.round(ms / SECOND_MS)} s`;
  return `${(ms / MINUTE_MS).toFixed(1).replace(/\.0$/, '')} min`;
}

interface LoadRow {
  readonly name: string;
  of(load: AlarmLoad): number | string;
  readonly target?: string;
  /** Whether the target is kept; undefined where too few were told to say. */
  holds?(load: AlarmLoad): boolean | undefined;
}

const split = ({ split: { blue, yellow, orange, red } }: AlarmLoad) => `${blue}/${yellow}/${orange}/${red}`;
const wanted = LOAD_TARGETS;

/** So many at least must be told for ten of them to be as few as the standard wants. */
const FEW = (10 * 100) / LOAD_TARGETS.topTenShare;

const LOAD_ROWS: readonly LoadRow[] = [
  { name: 'alarms', of: (load) => load.annunciations },
  {
    name: 'alarms in 10 min, mean',
    of: (load) => load.perPeriodMean,
    target: `about ${wanted.perPeriodMean}`,
    holds: (load) => load.perPeriodMean <= wanted.perPeriodMean,
  },
  {
    name: 'worst period of 10 min',
    of: (load) => load.perPeriodPeak,
    target: `≤ ${wanted.perPeriodPeak}`,
    holds: (load) => load.perPeriodPeak <= wanted.perPeriodPeak,
  },
  { name: 'floods', of: (load) => load.floods },
  {
    name: 'time in flood, %',
    of: (load) => load.floodShare,
    target: `< ${wanted.floodShare}`,
    holds: (load) => load.floodShare < wanted.floodShare,
  },
  { name: 'standing at the end', of: (load) => load.standing },
  {
    name: 'of them for over a day',
    of: (load) => load.staleStanding,
    target: `< ${wanted.staleStanding}`,
    holds: (load) => load.staleStanding < wanted.staleStanding,
  },
  {
    name: 'ten most frequent, %',
    of: (load) => load.topTenShare,
    target: `≤ ${wanted.topTenShare}`,
    // Ten of few alarms are all there is.
    holds: (load) => (load.annunciations < FEW ? undefined : load.topTenShare <= wanted.topTenShare),
  },
  {
    name: 'blue/yellow/orange/red %',
    of: split,
    target: `${wanted.split.blue}/${wanted.split.yellow}/${wanted.split.orange}/≤ ${wanted.split.red}`,
  },
];

function loadInWords({ was, drafted }: Told['load']): string[] {
  const days = (was.periods * LOAD_PERIOD_MS) / DAY_MS;
  const rows = LOAD_ROWS.map((row) => {
    const { name, of, target = '' } = row;
    const figures = `${String(of(was)).padStart(18)} → ${String(of(drafted)).padEnd(18)}`;
    return `load      ${name.padEnd(24)} ${figures} ${target.padEnd(14)} ${kept(row, was, drafted)}`.trimEnd();
  });
  const short = `load      ISA-18.2 means its figures of ${LOAD_DAYS} days or more; these are of ${minutes(days * DAY_MS)}`;
  const head = `load      ${''.padEnd(24)} ${'was'.padStart(18)} → ${'with the draft'.padEnd(18)} ISA-18.2`;
  return [head, ...rows, ...(days < LOAD_DAYS ? [short] : [])];
}

function kept({ holds }: LoadRow, was: AlarmLoad, drafted: AlarmLoad): string {
  if (holds === undefined) return '';
  const [before, after] = [was, drafted].map((load) => {
    const isKept = holds(load);
    return isKept === undefined ? 'too few to say' : isKept ? 'kept' : 'exceeded';
  });
  return before === after ? after : `${before} → ${after}`;
}
