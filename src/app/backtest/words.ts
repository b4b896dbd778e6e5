/** What came of a draft, in lines for people. */
import { MINUTE_MS } from '../../model/time.ts';
import type { AlarmLoad } from './alarm-load.ts';
import { LOAD_TARGETS } from './alarm-load.ts';
import type { Comparison } from './compare.ts';
import type { Episode } from './episodes.ts';

export interface Told extends Comparison {
  readonly load: { readonly was: AlarmLoad; readonly drafted: AlarmLoad };
}

export function draftInWords({ gained, lost, regraded, lead, same, load }: Told): string[] {
  const earlier = lead.items.filter(({ leadMs }) => leadMs !== 0);
  const heads = [
    `gained ${gained.total}, lost ${lost.total}, graded otherwise ${regraded.total}, the same ${same}`,
    ...gained.items.map((one) => `gained    ${episodeInWords(one)}`),
    ...lost.items.map((one) => `lost      ${episodeInWords(one)}`),
    ...regraded.items.map(({ was, from, to }) => `regraded  ${episodeInWords(was)}: ${from} → ${to}`),
    ...earlier.map(({ was, leadMs }) => `lead      ${episodeInWords(was)}: ${minutes(leadMs)}`),
  ];
  return [...heads, ...loadInWords(load)];
}

function episodeInWords({ raisedAt, grade, hazard, points, source }: Episode): string {
  return `${new Date(raisedAt).toISOString()}  ${grade.padEnd(6)}  ${hazard}  ${points.join(' ') || source}`;
}

function minutes(ms: number): string {
  const text = (Math.abs(ms) / MINUTE_MS).toFixed(1).replace(/\.0$/, '');
  return `${text} min ${ms > 0 ? 'earlier' : 'later'}`;
}

function loadInWords({ was, drafted }: Told['load']): string[] {
  const row = (name: string, of: (load: AlarmLoad) => number | string, target: string): string =>
    `load      ${name.padEnd(24)} ${String(of(was)).padStart(10)} → ${String(of(drafted)).padEnd(10)} ${target}`;
  const split = ({ split: { blue, yellow, orange, red } }: AlarmLoad) => `${blue}/${yellow}/${orange}/${red}`;
  const wanted = LOAD_TARGETS.split;
  return [
    row('alarms', (load) => load.annunciations, ''),
    row('a period of 10 min', (load) => load.perPeriodMean, `about ${LOAD_TARGETS.perPeriodMean}`),
    row('worst period', (load) => load.perPeriodPeak, `≤ ${LOAD_TARGETS.perPeriodPeak}`),
    row('floods', (load) => load.floods, ''),
    row('time in flood, %', (load) => load.floodShare, `< ${LOAD_TARGETS.floodShare}`),
    row('standing at the end', (load) => load.standing, ''),
    row('of them for over a day', (load) => load.staleStanding, `< ${LOAD_TARGETS.staleStanding}`),
    row('ten most frequent, %', (load) => load.topTenShare, `≤ ${LOAD_TARGETS.topTenShare}`),
    row('blue/yellow/orange/red %', split, `${wanted.blue}/${wanted.yellow}/${wanted.orange}/≤ ${wanted.red}`),
  ];
}
