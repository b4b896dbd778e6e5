/**
 * The points behind an alert, each with value, limit, peak and how it stands now.
 */

import type { Alert } from '../../../src/api/schemas/alerts.ts';
import type { AlertPoint } from '../../live/alert-list.ts';
import { inOrder } from '../../live/alert-list.ts';
import { engineNow, wallOffsetMs } from '../../live/desk.ts';
import { alertWords } from '../../words/alerts.ts';
import { isBackInside, levelName, peakText, pointName, shownValue } from '../alert/alert-text.ts';
import { clockTime, duration } from '../format.ts';
import { detailWords } from './words.ts';

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
  const detail = detailWords.value;
  const { rules, hazards } = alertWords.value;
  const { text, limit, doubtful } = shownValue(partition, point);
  const named = rules[point.rule] ?? (hazards as Readonly<Record<string, string>>)[point.rule] ?? point.rule;
  // The level of a limit already says which limit.
  const rule = point.rule.startsWith('limits-') ? '' : named;
  const peak = peakText(partition, point);
  return (
    <li class={point.active ? '' : 'ended'}>
      <b>{pointName(point)}</b>
      <span>{[rule, levelName(point.level, point)].filter((part) => part !== '').join(' · ')}</span>
      <span class={doubtful ? 'value doubtful' : 'value'}>
        {text} {limit !== '' && `(${limit})`}
      </span>
      {peak !== '' && <span>{peak}</span>}
      {point.rule !== 'coverage' && point.number >= 0 && <span>{detail.excursions(point.excursions)}</span>}
      <TimeToLimit numbers={point.numbers} />
      <Standing partition={partition} point={point} />
    </li>
  );
}

/** How long until the next limit is met, and between which times: a guess without its bounds is no ground for a decision. */
function TimeToLimit({ numbers = {} }: { numbers: AlertPoint['numbers'] }) {
  const { timeToLimitMs, timeToLimitEarliestMs: earliestMs, timeToLimitLatestMs: latestMs } = numbers;
  const detail = detailWords.value;
  if (timeToLimitMs === undefined) return null;
  const bounds =
    earliestMs === undefined
      ? ''
      : detail.timeBounds(duration(earliestMs), latestMs === undefined ? undefined : duration(latestMs));
  return (
    <span>
      {detail.timeToLimit(duration(timeToLimitMs))}
      {bounds !== '' && ` (${bounds})`}
    </span>
  );
}

function Standing({ partition, point }: { partition: number; point: AlertPoint }) {
  const detail = detailWords.value;
  const { marks, quality } = alertWords.value;
  const offset = wallOffsetMs.value;
  const parts: string[] = [];
  if (!point.active) parts.push(detail.ended);
  if (point.latched) parts.push(detail.latched);
  if (point.blindSince !== undefined) parts.push(marks.blind(clockTime(point.blindSince + offset)));
  if (point.held) parts.push(marks.held);
  if (isBackInside(partition, point)) parts.push(detail.mustLast);
  if (point.quality !== undefined && point.quality !== 'good') parts.push(quality[point.quality]);
  if (point.active && engineNow.value !== undefined) {
    parts.push(`${detail.lasting} ${duration(engineNow.value - point.since)}`);
  }
  return <small>{parts.join(' · ')}</small>;
}
