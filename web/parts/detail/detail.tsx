/**
 * One alert in full: what, where, since when, what can be done, and below that its body: why, which points, what happened.
 */
import { signal } from '@preact/signals';
import type { Alert } from '../../../src/api/schemas/alerts.ts';
import { stateFor } from '../../../src/api/shapes/alert.ts';
import { owesAnswer } from '../../live/alert-list.ts';
import { duty, engineNow, level, notRead, opened, openId, wallOffsetMs } from '../../live/desk.ts';
import { alertWords } from '../../words/alerts.ts';
import { errorWords } from '../../words/errors.ts';
import { screenWords } from '../../words/screen.ts';
import { hazardName, lastedMs, placeNames, standsSince, subjectOf } from '../alert/alert-text.ts';
import { Badge, SHAPES } from '../alert/badge.tsx';
import { addressOf, bringIntoSight } from '../alert/show.ts';
import { Commands } from '../commands/commands.tsx';
import { dayAndTime, duration } from '../format.ts';
import type { AlertBody } from './body.tsx';
import './detail.css';
import { detailWords } from './words.ts';

export function Detail() {
  const alert = opened.value;
  const detail = detailWords.value;
  return (
    <section class="detail" tabIndex={-1} aria-label={screenWords.value.action.detail}>
      {alert === undefined ? (
        <p class="empty" role="status">
          {openId.value === undefined ? detail.none : <NotThere />}
        </p>
      ) : (
        <AlertDetailView key={alert.id} alert={alert} />
      )}
    </section>
  );
}

const NO_ALERT: ReadonlySet<string> = new Set(['no-such-alert', 'invalid-request']);

/** An address that leads to no alert says so; one that is still being looked for does, too. */
function NotThere() {
  const { loading, notFound } = detailWords.value;
  const code = notRead.value;
  if (code === undefined) return <>{loading}</>;
  return <b class="trouble">{NO_ALERT.has(code) ? notFound : errorWords.value[code]}</b>;
}

/**
 * What stands below the commands is a chunk of its own: the list needs none of it. It is asked for at once and not when it is
 * wanted, for a service that is updated meanwhile has it no more.
 */
const body = signal<typeof AlertBody | 'failed' | undefined>(undefined);
import('./body.tsx').then(
  (chunk) => {
    body.value = chunk.AlertBody;
  },
  () => {
    body.value = 'failed';
  },
);

function AlertDetailView({ alert }: { alert: Alert }) {
  const detail = detailWords.value;
  const Body = body.value;
  return (
    <>
      <button type="button" class="to-list" onClick={() => bringIntoSight('.list')}>
        {detail.back}
      </button>
      <Headline alert={alert} />
      <Commands alert={alert} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard, or it is read by mouse alone */}
      <div class="scroll" tabIndex={0}>
        {Body === undefined && <p class="empty">{detail.loading}</p>}
        {Body === 'failed' && <p class="empty trouble">{detail.bodyFailed}</p>}
        {Body !== undefined && Body !== 'failed' && <Body alert={alert} />}
      </div>
    </>
  );
}

function Headline({ alert }: { alert: Alert }) {
  const detail = detailWords.value;
  const { marks, grade, state, handling } = alertWords.value;
  const { at, again } = standsSince(alert);
  const since = at + wallOffsetMs.value;
  const first = alert.raisedAt + wallOffsetMs.value;
  const age = engineNow.value === undefined ? '' : duration(lastedMs(alert, engineNow.value));
  const owes = owesAnswer(alert, duty.value);
  return (
    <div class={`headline ${alert.grade}`}>
      <h2>
        {owes && <i class="lamp" aria-hidden="true" />} <Badge grade={alert.grade} />
        {alert.peakGrade !== alert.grade && (
          <small class="peak">{marks.was(`${SHAPES[alert.peakGrade]}${grade[alert.peakGrade]}`)}</small>
        )}
        <b>{hazardName(alert)}</b> {subjectOf(alert)}
      </h2>
      <p>{[...placeNames(alert)].reverse().join(' / ')}</p>
      <p>
        {again ? marks.again : detail.since} <b>{dayAndTime(since)}</b>
        {first !== since && ` (${detail.first} ${dayAndTime(first)})`} · {detail.lasting} <b>{age}</b> ·{' '}
        {state[stateFor(alert, level.value)]} · {detail.handling} {handling[alert.handling]} ·{' '}
        {detail.occurrence(alert.occurrence, alert.activations)}
      </p>
      <Marks alert={alert} />
      <p>
        <a class="address" href={addressOf(alert.id)} title={detail.addressMeans}>
          {detail.address}
        </a>
      </p>
    </div>
  );
}

function Marks({ alert }: { alert: Alert }) {
  const { marks, state } = alertWords.value;
  const shown: string[] = [];
  if (alert.blindSince !== undefined) {
    shown.push(marks.blind(dayAndTime(alert.blindSince + wallOffsetMs.value)));
  }
  if (alert.latched) shown.push(state.latched);
  if (alert.retrospective) shown.push(marks.retrospective);
  if (alert.unsaved) shown.push(marks.unsaved);
  if (alert.exercise) shown.push(marks.exercise);
  if (alert.reopens !== undefined) shown.push(marks.reopened);
  if (shown.length === 0) return null;
  return (
    <p class="marks">
      {shown.map((text) => (
        <span key={text}>{text}</span>
      ))}
    </p>
  );
}
