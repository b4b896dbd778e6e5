/**
 * The body of one alert: trend, why this grade, which points, limits, what to do, whom to call, what happened. It asks the
 * service for the timeline and explains nothing that the service did not record.
 */
import type { Alert } from '../../../src/api/schemas/alerts.ts';
import type { AlertPoint } from '../../live/alert-list.ts';
import { inOrder, leadPoint } from '../../live/alert-list.ts';
import { stopped, wallOffsetMs } from '../../live/desk.ts';
import { enterpriseById, personName, pointById } from '../../live/registry.ts';
import { alertWords } from '../../words/alerts.ts';
import {
  isAnswerOfBefore,
  levelName,
  pointNameById,
  ruleOfCause,
  valueText,
  watchedName,
} from '../alert/alert-text.ts';
import { Badge, SHAPES } from '../alert/badge.tsx';
import { dayAndTime, duration, numberText } from '../format.ts';
import { usePointState } from '../trend/point-state.ts';
import { Trend } from '../trend/trend.tsx';
import { Contributors } from './contributors.tsx';
import { Guidance } from './guidance.tsx';
import { LimitList } from './limit-list.tsx';
import { reasonWords } from './reason-words.ts';
import { reasonLines } from './reasons.ts';
import { Timeline } from './timeline.tsx';
import { detailWords } from './words.ts';

export function AlertBody({ alert }: { alert: Alert }) {
  const detail = detailWords.value;
  const lead = leadPoint(alert);
  const hasTrend = lead !== undefined && lead.number >= 0;
  const isOpen = alert.closedAt === undefined;
  const state = usePointState(hasTrend && isOpen ? lead.id : undefined);
  return (
    <>
      <h3>{isOpen ? detail.trend : detail.trendThen}</h3>
      {hasTrend ? (
        <Trend key={`${lead.id} ${alert.closedAt}`} alert={alert} point={lead} stopped={stopped.value} state={state} />
      ) : (
        <p class="empty">{detail.noTrend}</p>
      )}
      <Reasons alert={alert} />
      <Contributors alert={alert} />
      {hasTrend && isOpen && alert.kind === 'hazard' && <LimitList alert={alert} point={lead} state={state} />}
      {hasTrend && <Guidance alert={alert} lead={lead} />}
      <Contacts enterprise={alert.enterprise} />
      <Acknowledgements alert={alert} />
      <h3>{detail.timeline}</h3>
      <Timeline alert={alert} />
    </>
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
    value: (id, value) => valueText(pointById(id), value),
    underFloor: (id) => alert.points.find((one) => one.active && one.number >= 0 && isUnder(one, id)),
    item: (code) => detail.items[code] ?? code,
    grade: (code) => (grade as Readonly<Record<string, string>>)[code] ?? code,
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

const LEVELS = ['none', 'PRE', 'H', 'HH'];

/** The floor is one of the point, and the point stands where it begins. */
function isUnder({ id, level }: AlertPoint, floor: string): boolean {
  return pointById(id)?.floors.some((one) => one.id === floor && LEVELS.indexOf(level) >= one.level) === true;
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
