/**
 * The points behind an alert, each with value, limit, peak and how it stands now.
 */

import type { Alert } from '../../../src/api/schemas/alerts.ts';
import { engineNow, wallOffsetMs, words } from '../../live/desk.ts';
import { clockTime, duration } from '../../parts/format.ts';
import type { AlertPoint } from './alert-list.ts';
import { inOrder } from './alert-list.ts';
import { levelName, peakText, pointName, shownValue } from './alert-words.ts';

export function Contributors({ alert }: { alert: Alert }) {
  return (
    <ul class="contributors">
      {inOrder(alert.points).map((point) => (
        <Contributor key={`${point.id} ${point.rule}`} partition={alert.partition} point={point} />
      ))}
    </ul>
  );
}

function Contributor({ partition, point }: { partition: number; point: AlertPoint }) {
  const { detail, rules, hazards } = words.value;
  const { text, limit, doubtful } = shownValue(partition, point);
  const rule = rules[point.rule] ?? (hazards as Readonly<Record<string, string>>)[point.rule] ?? point.rule;
  const peak = peakText(partition, point);
  return (
    <li class={point.active ? '' : 'ended'}>
      <b>{pointName(point)}</b>
      <span>
        {rule} · {levelName(point.level, point)}
      </span>
      <span class={doubtful ? 'value doubtful' : 'value'}>
        {text} {limit !== '' && `（${limit}）`}
      </span>
      {peak !== '' && (
        <span>
          {detail.peak} {peak}
        </span>
      )}
      {point.rule !== 'coverage' && point.number >= 0 && <span>{detail.excursions(point.excursions)}</span>}
      <TimeToLimit numbers={point.numbers} />
      <Standing point={point} />
    </li>
  );
}

/** How long until the next limit is met, and between which times: a guess without its bounds is no ground for a decision. */
function TimeToLimit({ numbers = {} }: { numbers: AlertPoint['numbers'] }) {
  const { timeToLimitMs, timeToLimitEarliestMs: earliestMs, timeToLimitLatestMs: latestMs } = numbers;
  const { detail } = words.value;
  if (timeToLimitMs === undefined) return null;
  const time = (ms: number): string => duration(ms, words.value);
  const bounds =
    earliestMs === undefined
      ? ''
      : detail.timeBounds(time(earliestMs), latestMs === undefined ? undefined : time(latestMs));
  return (
    <span>
      {detail.timeToLimit(time(timeToLimitMs))}
      {bounds !== '' && `（${bounds}）`}
    </span>
  );
}

function Standing({ point }: { point: AlertPoint }) {
  const { detail, marks, quality } = words.value;
  const offset = wallOffsetMs.value;
  const parts: string[] = [];
  if (!point.active) parts.push(detail.ended);
  if (point.latched) parts.push(detail.latched);
  if (point.blindSince !== undefined) parts.push(marks.blind(clockTime(point.blindSince + offset)));
  if (point.held) parts.push(marks.held);
  if (point.quality !== undefined && point.quality !== 'good') parts.push(quality[point.quality]);
  if (point.active && engineNow.value !== undefined) {
    parts.push(`${detail.lasting} ${duration(engineNow.value - point.since, words.value)}`);
  }
  return <small>{parts.join(' · ')}</small>;
}
