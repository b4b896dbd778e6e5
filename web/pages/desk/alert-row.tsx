/**
 * One row of the alert table. What it shows of state is said in words beside the grade: blind, held, returned, peak,
 * retrospective, unsaved, pending, failed.
 */
import type { Alert } from '../../../src/api/schemas/alerts.ts';
import { stateFor } from '../../../src/api/shapes/alert.ts';
import { acknowledge, closingHere, mayDo } from '../../live/acting.ts';
import { ackUnderWay, leadPoint, owesAnswer } from '../../live/alert-list.ts';
import { cursorId, duty, engineNow, level, openId, screen, wallOffsetMs } from '../../live/desk.ts';
import { personName } from '../../live/registry.ts';
import {
  hazardName,
  isAnswerOfBefore,
  isBackInside,
  lastedMs,
  placeInRow,
  placeNames,
  rowValue,
  sentenceOf,
  standsSince,
  subjectOf,
} from '../../parts/alert/alert-text.ts';
import { Badge, SHAPES } from '../../parts/alert/badge.tsx';
import { show } from '../../parts/alert/show.ts';
import { failureText } from '../../parts/commands/failure.ts';
import { clockTime, dayAndTime, duration, timeOfRow } from '../../parts/format.ts';
import { Cell, GridRow } from '../../parts/grid.tsx';
import { alertWords } from '../../words/alerts.ts';
import { screenWords } from '../../words/screen.ts';
import { deskWords } from './words.ts';

export function AlertRow({
  alert,
  place,
  index,
}: {
  alert: Alert;
  place: { top: string; height: string };
  index: number;
}) {
  const { pending } = screen.value;
  const owes = owesAnswer(alert, duty.value);
  const underWay = ackUnderWay(alert, pending.get(alert.id));
  const state = stateFor(alert, level.value);
  const current = cursorId.value === alert.id;
  const classes = ['row', alert.grade, state];
  if (current) classes.push('current');
  if (openId.value === alert.id) classes.push('opened');
  const now = (engineNow.value ?? alert.changedAt) + wallOffsetMs.value;
  const { at, again } = standsSince(alert);
  const since = at + wallOffsetMs.value;
  return (
    // The keyboard works on the list as a whole (app.tsx); a row itself takes no focus.
    <GridRow
      id={`row-${alert.id}`}
      class={classes.join(' ')}
      style={place}
      aria-rowindex={index + 1}
      aria-selected={current}
      data-id={alert.id}
      onClick={() => show(alert)}
    >
      <Cell class="lamps">{owes && <i class={underWay ? 'lamp off' : 'lamp'} />}</Cell>
      <Cell class="grade">
        <Badge grade={alert.grade} />
      </Cell>
      <Cell title={dayAndTime(since)} class="time">
        {again && <small>{alertWords.value.marks.again} </small>}
        {timeOfRow(since, now)}
      </Cell>
      <Cell class="about">
        <Subject alert={alert} />
        <Place alert={alert} />
      </Cell>
      <Cell class="now">
        <Value alert={alert} /> <State alert={alert} underWay={underWay} />
      </Cell>
      <Cell class="actions">
        {owes && mayDo('acknowledge') && (
          <button
            type="button"
            class="ack"
            disabled={underWay}
            onClick={(event) => {
              event.stopPropagation();
              acknowledge(alert);
            }}
          >
            {screenWords.value.action.acknowledge}
          </button>
        )}
        <button type="button" class="plain" onClick={() => show(alert)} aria-label={sentenceOf(alert)}>
          {screenWords.value.action.detail}
        </button>
      </Cell>
    </GridRow>
  );
}

function Subject({ alert }: { alert: Alert }) {
  // A point that stands at its limit and by its rate is one point.
  const count = new Set(alert.points.flatMap(({ active, rule, id }) => (active && rule !== 'coverage' ? id : []))).size;
  const name = subjectOf(alert);
  return (
    <span class="subject" title={`${name} · ${hazardName(alert)}`}>
      <b>{name === '' ? hazardName(alert) : name}</b>
      {count > 1 && <small> {deskWords.value.more(count)}</small>} <small>{hazardName(alert)}</small>
    </span>
  );
}

function Place({ alert }: { alert: Alert }) {
  const { site, county } = placeInRow(alert);
  // A gateway of the desk's own enterprise is at no place that the row has not said.
  if (site === '' && county === '') return null;
  return (
    <>
      {' · '}
      <span class="place" title={[...placeNames(alert)].reverse().join(' / ')}>
        <span>{site}</span>
        {county !== '' && <b>{county}</b>}
      </span>
    </>
  );
}

function Value({ alert }: { alert: Alert }) {
  const { text, limit, doubtful, quality, beyond } = rowValue(alert);
  const words = alertWords.value;
  const doubt = quality !== undefined && quality !== 'good' ? words.quality[quality] : '';
  const why = beyond === '' ? doubt : words.beyond;
  return (
    <span class={doubtful ? 'value doubtful' : 'value'} title={beyond === '' ? why : words.beyondSpan(beyond)}>
      <b>{text}</b> {limit !== '' && <small>({limit})</small>}
      {why !== '' && <small class="why"> {why}</small>}
    </span>
  );
}

function State({ alert, underWay }: { alert: Alert; underWay: boolean }) {
  const failure = screen.value.failures.get(alert.id);
  if (underWay) {
    return <span class="state pending">{alertWords.value.marks.pending}</span>;
  }
  if (failure !== undefined) {
    const text = failureText(failure);
    return (
      <span class="state failed" title={text}>
        {text}
      </span>
    );
  }
  const parts = stateWords(alert);
  return (
    <span class="state" title={parts.join(' · ')}>
      {parts.join(' · ')}
    </span>
  );
}

/** Most important first: of a note that is longer than the row the end is cut off. */
function stateWords(alert: Alert): string[] {
  const { marks, state: names, grade, dutyLevel } = alertWords.value;
  const state = stateFor(alert, level.value);
  const at = (instant: number): string => clockTime(instant + wallOffsetMs.value);
  const parts: string[] = [];
  if (alert.unsaved) parts.push(marks.unsaved);
  const closing = closingHere(alert);
  if (closing === 'wanted') parts.push(marks.closingWanted(personName(alert.closing?.by ?? '')));
  if (closing === 'asked') parts.push(marks.closingAsked);
  if (alert.blindSince !== undefined) parts.push(marks.blind(at(alert.blindSince)));
  if (alert.points.some(({ active, held }) => active && held)) parts.push(marks.held);
  if (state !== 'unacknowledged' && state !== 'acknowledged') parts.push(names[state]);
  const lead = leadPoint(alert);
  if (lead !== undefined && isBackInside(alert, lead)) parts.push(marks.backInside);
  // What a level below has taken in hand is still owed here, and good to know.
  if (state === 'unacknowledged' && alert.ackedLevel !== null)
    parts.push(marks.ackedBelow(dutyLevel[alert.ackedLevel]));
  if (alert.peakGrade !== alert.grade) {
    parts.push(marks.was(`${SHAPES[alert.peakGrade]}${grade[alert.peakGrade]}`));
  }
  if (alert.retrospective) parts.push(marks.retrospective);
  if (alert.exercise) parts.push(marks.exercise);
  if (alert.reopens !== undefined) parts.push(marks.reopened);
  const last = alert.acknowledgements.at(-1);
  if (last !== undefined && isAnswerOfBefore(alert, last)) parts.push(marks.answeredBefore);
  if (last !== undefined && state !== 'unacknowledged')
    parts.push(`${personName(last.by)} ${at(last.at)} ${last.note}`.trim());
  else if (engineNow.value !== undefined) parts.push(duration(lastedMs(alert, engineNow.value)));
  return parts;
}
