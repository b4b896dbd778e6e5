/** What came of a draft, in lines for people of either language. */
import { CAUSES, GRADES, HAZARDS } from '../../api/shapes/chinese.ts';
import type { GradeName } from '../../model/grade.ts';
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
  const zh = `新增 ${counted(gained, GRADES)}，消失 ${counted(lost, GRADES)}，改级 ${regraded.total}，相同 ${same}`;
  const en = `gained ${counted(gained)}, lost ${counted(lost)}, graded otherwise ${regraded.total}, the same ${same}`;
  return [
    both(zh, en),
    ...gained.items.map((one) => `${HEAD.gained}${episodeInWords(one)}`),
    ...more(HEAD.gained, gained),
    ...lost.items.map((one) => `${HEAD.lost}${episodeInWords(one)}`),
    ...more(HEAD.lost, lost),
    ...regraded.items.map(({ was, to }) => `${HEAD.regraded}${episodeInWords(was)} → ${gradeInWords(to)}`),
    ...more(HEAD.regraded, regraded),
    ...leadInWords(lead),
    ...moved.map(({ was, leadMs }) => `${HEAD.lead}${episodeInWords(was)} ${movedInWords(leadMs)}`),
    ...more(HEAD.lead, lead),
    ...loadInWords(load),
  ];
}

/** Chinese first, as everywhere. */
export const both = (zh: string, en: string): string => `${zh} · ${en}`;

/** What a line is about, as its first column. */
const HEAD = {
  gained: '新增 gained    ',
  lost: '消失 lost      ',
  regraded: '改级 regraded  ',
  lead: '提前 lead      ',
  load: '负荷 load      ',
};

/** How many, and of which grades as far as they are listed. */
function counted({ total, items }: Comparison['gained'], names?: Readonly<Record<GradeName, string>>): string {
  const grades = GRADE_ORDER.map((grade) => [grade, items.filter((one) => one.grade === grade).length] as const);
  const some = grades.flatMap(([grade, count]) => {
    if (count === 0) return [];
    return [names === undefined ? `${count} ${grade}` : `${names[grade]} ${count}`];
  });
  if (some.length === 0) return String(total);
  return names === undefined ? `${total} (${some.join(', ')})` : `${total}（${some.join('，')}）`;
}

const GRADE_ORDER = ['red', 'orange', 'yellow', 'blue'] as const;

function more(
  head: string,
  { total, items }: { readonly total: number; readonly items: readonly unknown[] },
): string[] {
  const rest = total - items.length;
  return rest === 0 ? [] : [`${head}${both(`另有 ${rest} 条未列出`, `and ${rest} more that are not listed`)}`];
}

/** When the draft would have told of what was, in one line: most of them are told at the same time. */
function leadInWords({ items }: Comparison['lead']): string[] {
  if (items.length === 0) return [];
  const ahead = items.map(({ leadMs }) => leadMs).sort((a, b) => a - b);
  const [earlier, later] = [ahead.filter((ms) => ms > 0), ahead.filter((ms) => ms < 0).map((ms) => -ms)].map(spread);
  const still = ahead.filter((ms) => ms === 0).length;
  const { length } = items;
  const zh = `试算前后都有的 ${length} 条中：提前 ${earlier.zh}，同时 ${still}，推迟 ${later.zh}`;
  const en = `of ${length} alerts that were and would have been: ${earlier.en} earlier, ${still} at the same time, ${later.en} later`;
  return [`${HEAD.lead}${both(zh, en)}`];
}

function spread(found: readonly number[]): { readonly zh: string; readonly en: string } {
  const sorted = [...found].sort((a, b) => a - b);
  if (sorted.length === 0) return { zh: '0', en: '0' };
  const median = minutes(sorted[Math.floor((sorted.length - 1) / 2)]);
  const most = minutes(sorted[sorted.length - 1]);
  const { length } = sorted;
  return { zh: `${length}（中位 ${median}，最多 ${most}）`, en: `${length} (median ${median}, most ${most})` };
}

function episodeInWords({ raisedAt, endedAt, grade, hazard, points, source, cause }: Episode): string {
  const lasted = endedAt === undefined ? '仍在报警 still active' : minutes(endedAt - raisedAt);
  const outcome = cause === undefined ? lasted : `${lasted}, ${nameOf(CAUSES, cause)} closed as ${cause}`;
  const what = `${nameOf(HAZARDS, hazard)} ${hazard}`;
  return `${new Date(raisedAt).toISOString()}  ${gradeInWords(grade)}  ${what}  ${points.join(' ') || source}  (${outcome})`;
}

const gradeInWords = (grade: GradeName): string => `${GRADES[grade]} ${grade.padEnd(6)}`.trimEnd();

/** What a newer service says and this program does not know stands as it is. */
const nameOf = (names: Readonly<Record<string, string>>, code: string): string => names[code] ?? code;

function movedInWords(leadMs: number): string {
  const ms = minutes(Math.abs(leadMs));
  return leadMs > 0 ? both(`提前 ${ms}`, `${ms} earlier`) : both(`推迟 ${ms}`, `${ms} later`);
}

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
  { name: '报警数 alarms', of: (load) => load.annunciations },
  {
    name: '每 10 min 平均 alarms in 10 min, mean',
    of: (load) => load.perPeriodMean,
    target: `about ${wanted.perPeriodMean}`,
    holds: (load) => load.perPeriodMean <= wanted.perPeriodMean,
  },
  {
    name: '最多的 10 min worst period of 10 min',
    of: (load) => load.perPeriodPeak,
    target: `≤ ${wanted.perPeriodPeak}`,
    holds: (load) => load.perPeriodPeak <= wanted.perPeriodPeak,
  },
  { name: '报警泛滥次数 floods', of: (load) => load.floods },
  {
    name: '泛滥时间 % time in flood, %',
    of: (load) => load.floodShare,
    target: `< ${wanted.floodShare}`,
    holds: (load) => load.floodShare < wanted.floodShare,
  },
  { name: '期末仍在报警 standing at the end', of: (load) => load.standing },
  {
    name: '其中超过一天 of them for over a day',
    of: (load) => load.staleStanding,
    target: `< ${wanted.staleStanding}`,
    holds: (load) => load.staleStanding < wanted.staleStanding,
  },
  {
    name: '最频繁十个占 % ten most frequent, %',
    of: (load) => load.topTenShare,
    target: `≤ ${wanted.topTenShare}`,
    // Ten of few alarms are all there is.
    holds: (load) => (load.annunciations < FEW ? undefined : load.topTenShare <= wanted.topTenShare),
  },
  {
    name: '蓝/黄/橙/红 % blue/yellow/orange/red %',
    of: split,
    target: `${wanted.split.blue}/${wanted.split.yellow}/${wanted.split.orange}/≤ ${wanted.split.red}`,
  },
];

function loadInWords({ was, drafted }: Told['load']): string[] {
  const days = (was.periods * LOAD_PERIOD_MS) / DAY_MS;
  const line = (name: string, before: string, after: string, rest: string): string =>
    `${HEAD.load}${padded(name, NAME_WIDTH)} ${padded(before, -FIGURE_WIDTH)} → ${padded(after, FIGURE_WIDTH)} ${rest}`.trimEnd();
  const rows = LOAD_ROWS.map((row) => {
    const { name, of, target = '' } = row;
    return line(name, String(of(was)), String(of(drafted)), `${padded(target, 14)} ${kept(row, was, drafted)}`);
  });
  const took = minutes(days * DAY_MS);
  const short = both(
    `ISA-18.2 的指标按 ${LOAD_DAYS} 天以上统计，此处为 ${took}`,
    `ISA-18.2 means its figures of ${LOAD_DAYS} days or more; these are of ${took}`,
  );
  const head = line('', '原来 was', '试算 with the draft', 'ISA-18.2');
  return [head, ...rows, ...(days < LOAD_DAYS ? [`${HEAD.load}${short}`] : [])];
}

const NAME_WIDTH = 40;
const FIGURE_WIDTH = 20;

/** A Chinese character takes two columns of a terminal. To the left of `width` columns; negative: to the right. */
function padded(text: string, width: number): string {
  const columns = [...text].reduce((sum, sign) => sum + (/[\u2e80-\u9fff\uff00-\uff60]/.test(sign) ? 2 : 1), 0);
  const space = ' '.repeat(Math.max(0, Math.abs(width) - columns));
  return width < 0 ? `${space}${text}` : `${text}${space}`;
}

const KEPT_WORDS = { kept: '达标 kept', exceeded: '超标 exceeded', few: '太少难判 too few to say' };

function kept({ holds }: LoadRow, was: AlarmLoad, drafted: AlarmLoad): string {
  if (holds === undefined) return '';
  const [before, after] = [was, drafted].map((load) => {
    const isKept = holds(load);
    return isKept === undefined ? KEPT_WORDS.few : isKept ? KEPT_WORDS.kept : KEPT_WORDS.exceeded;
  });
  return before === after ? after : `${before} → ${after}`;
}
