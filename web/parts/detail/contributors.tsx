/**
 * The points behind an alert, each with value, limit, peak and how it stands now; of a closed alert, how it stood in the record
 * at closing, and marked so.
 */

import type { Alert } from '../../../src/api/schemas/alerts.ts';
import { isOpen } from '../../../src/api/shapes/alert.ts';
import type { AlertPoint } from '../../live/alert-list.ts';
import { inOrder } from '../../live/alert-list.ts';
import { engineNow, wallOffsetMs } from '../../live/desk.ts';
import { alertWords } from '../../words/alerts.ts';
import type { ShownValue } from '../alert/alert-text.ts';
import { isBackInside, levelName, limitNameOf, peakText, pointName, shownValue } from '../alert/alert-text.ts';
import { gradedLimitOf, isGradedRule } from '../alert/limits.ts';
import { clockTime, dayAndTime, duration } from '../format.ts';
import { detailWords } from './words.ts';
import { workedOutText } from './worked-out.ts';

export function Contributors({ alert }: { alert: Alert }) {
  const detail = detailWords.value;
  const { closedAt, points, pointsTotal } = alert;
  return (
    <>
      <h3>
        {detail.contributors}
        {closedAt !== undefined && <em class="then"> {detail.atClosing(dayAndTime(closedAt + wallOffsetMs.value))}</em>}
        {pointsTotal !== undefined && <small> {detail.worstOf(points.length, pointsTotal)}</small>}
      </h3>
      <ul class="contributors">
        {furthest(inOrder(points)).map((point) => (
          <Contributor key={`${point.id} ${point.rule}`} alert={alert} point={point} />
        ))}
      </ul>
    </>
  );
}

const GRADES = ['blue', 'yellow', 'orange', 'red'];

/** What a rule is one step of, and which: of the limits of one side, or of a detector with a rule of its own for red. */
function stepOf(rule: string): { readonly of: string; readonly rank: number } {
  const [side, grade = ''] = gradedLimitOf(rule)?.split('.') ?? [];
  if (side !== undefined) return { of: side, rank: GRADES.indexOf(grade) };
  return { of: rule.replace(/-red$/, ''), rank: rule.endsWith('-red') ? 1 : 0 };
}

/** Of the steps at which a point stands, each a contributor of its own, the furthest: it stands at those before it, too. */
function furthest(points: readonly AlertPoint[]): AlertPoint[] {
  return points.filter(({ id, active, rule }) => {
    const own = stepOf(rule);
    return !points.some((other) => {
      const { of, rank } = stepOf(other.rule);
      return other.id === id && other.active === active && of === own.of && rank > own.rank;
    });
  });
}

interface OfAlert {
  readonly alert: Alert;
  readonly point: AlertPoint;
}

function Contributor({ alert, point }: OfAlert) {
  const detail = detailWords.value;
  const { rules, hazards, beyondSpan } = alertWords.value;
  const shown = shownValue(alert, point);
  const named = rules[point.rule] ?? (hazards as Readonly<Record<string, string>>)[point.rule] ?? point.rule;
  // The level of a limit already says which limit.
  const rule = point.rule.startsWith('limits-') || isGradedRule(point.rule) ? '' : named;
  const peak = peakText(alert, point);
  const workedOut = workedOutText(point);
  return (
    <li class={point.active ? '' : 'ended'} data-rule={point.rule}>
      <b>{pointName(point)}</b>
      <span>{[rule, levelName(point.level, point)].filter((part) => part !== '').join(' · ')}</span>
      <span class={shown.doubtful ? 'value doubtful' : 'value'}>
        {shown.text} {shown.limit !== '' && `(${shown.limit})`}
      </span>
      {shown.beyond !== '' && <b class="beyond">{beyondSpan(shown.beyond)}</b>}
      {workedOut !== '' && (isOpen(alert) ? point.active : true) && <span>{asOf(workedOut, point)}</span>}
      {peak !== '' && <span>{peak}</span>}
      {point.rule !== 'coverage' && point.number >= 0 && <span>{detail.excursions(point.excursions)}</span>}
      {isOpen(alert) && point.active && <TimeToLimit point={point} />}
      {isOpen(alert) ? <Standing alert={alert} point={point} /> : <Stood point={point} shown={shown} />}
    </li>
  );
}

/** What a rule has worked out is of the last change of the alert, while the value beside it runs on: it says of when it is. */
function asOf(text: string, { sampledAt }: AlertPoint): string {
  return sampledAt === undefined ? text : detailWords.value.asOf(text, clockTime(sampledAt + wallOffsetMs.value));
}

/** How long until the next limit is met, and between which times: a guess without its bounds is no ground for a decision. */
function TimeToLimit({ point }: { point: AlertPoint }) {
  const { timeToLimitMs, timeToLimitEarliestMs: earliestMs, timeToLimitLatestMs: latestMs } = point.numbers ?? {};
  const detail = detailWords.value;
  if (timeToLimitMs === undefined)
    return point.unclear === undefined ? null : <Unclear point={point} trend={point.unclear} />;
  const bounds =
    earliestMs === undefined
      ? ''
      : detail.timeBounds(duration(earliestMs), latestMs === undefined ? undefined : duration(latestMs));
  return (
    <span>
      {point.bulletin !== undefined && `${detail.bulletin(point.bulletin)} · `}
      {asOf(`${detail.timeToLimit(duration(timeToLimitMs))}${bounds === '' ? '' : ` (${bounds})`}`, point)}
    </span>
  );
}

/** A trend of which nothing is foretold: why, and what may be met at the earliest. */
function Unclear({ point, trend }: { readonly point: AlertPoint; readonly trend: NonNullable<AlertPoint['unclear']> }) {
  const { unclear, whyUnclear } = detailWords.value;
  const soonestMs = trend.numbers.timeToLimitEarliestMs;
  const limit = limitNameOf({ ...point, limit: trend.limit, limitValue: trend.limitValue });
  const soonest = soonestMs === undefined ? undefined : duration(soonestMs);
  return <span>{asOf(unclear(whyUnclear[trend.reason], soonest, limit), point)}</span>;
}

function Standing({ alert, point }: OfAlert) {
  const detail = detailWords.value;
  const { marks, quality } = alertWords.value;
  const offset = wallOffsetMs.value;
  const parts: string[] = [];
  if (!point.active) parts.push(detail.ended);
  if (point.latched) parts.push(detail.latched);
  if (point.blindSince !== undefined) parts.push(marks.blind(clockTime(point.blindSince + offset)));
  if (point.held) parts.push(marks.held);
  if (isBackInside(alert, point)) parts.push(detail.mustLast);
  if (point.quality !== undefined && point.quality !== 'good') parts.push(quality[point.quality]);
  if (point.active && engineNow.value !== undefined) {
    parts.push(`${detail.lasting} ${duration(engineNow.value - point.since)}`);
  }
  return <small>{parts.join(' · ')}</small>;
}

/** How it stood when the alert was closed: quality and time of the recorded value. What it reads now is not told here. */
function Stood({ point, shown }: { readonly point: AlertPoint; readonly shown: ShownValue }) {
  const detail = detailWords.value;
  const { marks, quality } = alertWords.value;
  const offset = wallOffsetMs.value;
  const parts: string[] = [];
  if (!point.active) parts.push(detail.ended);
  if (point.blindSince !== undefined) parts.push(marks.blind(dayAndTime(point.blindSince + offset)));
  if (point.held) parts.push(marks.held);
  if (shown.quality !== undefined) parts.push(detail.quality(quality[shown.quality]));
  if (point.sampledAt !== undefined) parts.push(detail.sampled(dayAndTime(point.sampledAt + offset)));
  return <small class="then">{parts.join(' · ')}</small>;
}
