/**
 * One alert in full: what, where, since when, why this grade, which points, what happened, what can be done. It asks the
 * service for the timeline and explains nothing that the service did not record.
 */
import type { Alert } from '../../../src/api/schemas/alerts.ts';
import { stateFor } from '../../../src/api/shapes/alert.ts';
import { inOrder, leadPoint, owesAnswer } from '../../live/alert-list.ts';
import { duty, engineNow, level, notRead, opened, openId, stopped, wallOffsetMs } from '../../live/desk.ts';
import { enterpriseById, personName, pointById } from '../../live/registry.ts';
import { alertWords } from '../../words/alerts.ts';
import { errorWords } from '../../words/errors.ts';
import { screenWords } from '../../words/screen.ts';
import {
  hazardName,
  isAnswerOfBefore,
  lastedMs,
  levelName,
  placeNames,
  pointNameById,
  ruleOfCause,
  standsSince,
  subjectOf,
  watchedName,
} from '../alert/alert-text.ts';
import { Badge, SHAPES } from '../alert/badge.tsx';
import { addressOf, bringIntoSight } from '../alert/show.ts';
import { Commands } from '../commands/commands.tsx';
import { dayAndTime, duration, numberText } from '../format.ts';
import { Trend } from '../trend/trend.tsx';
import { Contributors } from './contributors.tsx';
import './detail.css';

import { reasonWords } from './reason-words.ts';
import { reasonLines } from './reasons.ts';
import { Timeline } from './timeline.tsx';
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

function AlertDetailView({ alert }: { alert: Alert }) {
  const detail = detailWords.value;
  const lead = leadPoint(alert);
  const hasTrend = lead !== undefined && lead.number >= 0;
  return (
    <>
      <button type="button" class="to-list" onClick={() => bringIntoSight('.list')}>
        {detail.back}
      </button>
      <Headline alert={alert} />
      <Commands alert={alert} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard, or it is read by mouse alone */}
      <div class="scroll" tabIndex={0}>
        <h3>{alert.closedAt === undefined ? detail.trend : detail.trendThen}</h3>
        {hasTrend ? (
          <Trend key={`${lead.id} ${alert.closedAt}`} alert={alert} point={lead} stopped={stopped.value} />
        ) : (
          <p class="empty">{detail.noTrend}</p>
        )}
        <Reasons alert={alert} />
        <Contributors alert={alert} />
        {hasTrend && <Guidance point={lead.id} rule={lead.rule} />}
        <Contacts enterprise={alert.enterprise} />
        <Acknowledgements alert={alert} />
        <h3>{detail.timeline}</h3>
        <Timeline alert={alert} />
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

function Reasons({ alert }: { alert: Alert }) {
  const detail = detailWords.value;
  const { grade, hazards } = alertWords.value;
  const lines = reasonLines(alert.reasons, reasonWords.value, {
    point: pointNameById,
    rule: (rule) => ruleOfCause({ rule }),
    level: (level, point, rule) => levelName(level, standsFor(alert, point, rule)),
    duration,
    fault: (code) => (hazards as Readonly<Record<string, string>>)[code] ?? code,
    watched: watchedName,
    number: numberText,
  });
  return (
    <>
      <h3>{detail.why}</h3>
      <ol class="reasons">
        {lines.map((line, index) => (
          // A step may come twice (two floors): its place is its identity, the list is replaced as a whole.
          <li key={`${index} ${line.step}`} class={line.idle ? 'idle' : ''} data-step={line.step}>
            <span class="effect">
              {line.grade === undefined ? line.effect : `${SHAPES[line.grade]}${grade[line.grade]}`}
            </span>
            {line.text}
          </li>
        ))}
        <li class="result">
          <span class="effect">=</span>
          {detail.result} <Badge grade={alert.grade} />
        </li>
      </ol>
    </>
  );
}

/**
 * The contributor that a step speaks of: of its point and its rule, for one point may stand in an alert twice, at its limit and
 * by its rate. A step about many speaks of the limits that they stand at.
 */
function standsFor({ points }: Alert, point: string, rule: string): Pick<Alert['points'][number], 'limit' | 'rule'> {
  const ordered = inOrder(points);
  const one = ordered.find((each) => each.id === point && each.rule === rule);
  if (one !== undefined) return one;
  return rule === '' ? (ordered.find(({ limit }) => limit !== undefined) ?? ordered[0]) : { rule };
}

/** As the limit says it at which the point stands, else as its point does. */
function Guidance({ point, rule }: { point: string; rule: string }) {
  const config = pointById(point);
  const detail = detailWords.value;
  if (config === undefined) return null;
  const own = config.rules.find(({ id }) => id === rule);
  const action = own?.action ?? config.action;
  const consequence = own?.consequence ?? config.consequence;
  const owner = own?.owner ?? config.owner;
  const { source, mark } = own?.basis ?? config.basis;
  if (action === undefined && consequence === undefined) return null;
  return (
    <>
      <h3>{detail.guidance}</h3>
      <dl class="guidance">
        {action !== undefined && (
          <>
            <dt>{detail.action}</dt>
            <dd>{action}</dd>
          </>
        )}
        {consequence !== undefined && (
          <>
            <dt>{detail.consequence}</dt>
            <dd>{consequence}</dd>
          </>
        )}
        {owner !== undefined && (
          <>
            <dt>{detail.owner}</dt>
            <dd>{owner}</dd>
          </>
        )}
        <dt>{detail.basis}</dt>
        <dd>
          {source} {mark !== 'V' && <em class="unverified">{detail.unverified}</em>}
        </dd>
      </dl>
    </>
  );
}

/** Whom to call at the enterprise, for every alert of it: a gateway that is gone has people beside it, too. */
function Contacts({ enterprise }: { enterprise: string }) {
  const contacts = enterpriseById(enterprise)?.contacts ?? [];
  const detail = detailWords.value;
  if (contacts.length === 0) return null;
  return (
    <>
      <h3>{detail.contacts}</h3>
      <ul class="contacts">
        {contacts.map(({ role, name, phone }) => (
          <li key={`${role} ${name} ${phone}`}>
            <span>{detail.roles[role] ?? role}</span> <b>{name}</b> <a href={`tel:${phone}`}>{phone}</a>
          </li>
        ))}
      </ul>
    </>
  );
}

function Acknowledgements({ alert }: { alert: Alert }) {
  const detail = detailWords.value;
  const { dutyLevel, marks } = alertWords.value;
  return (
    <>
      <h3>{detail.acknowledgements}</h3>
      {alert.acknowledgements.length === 0 ? (
        <p class="empty">{detail.noAcknowledgement}</p>
      ) : (
        <ul class="log">
          {alert.acknowledgements.map((ack) => (
            <li key={`${ack.seq} ${ack.level} ${ack.at}`}>
              <time>{dayAndTime(ack.at + wallOffsetMs.value)}</time>
              <span>
                {dutyLevel[ack.level]} · {personName(ack.by)}
              </span>
              {ack.note && <q>{ack.note}</q>}
              {isAnswerOfBefore(alert, ack) && <em>{marks.answeredBefore}</em>}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
