/**
 * One alert in full: what, where, since when, why this grade, which points, what happened, what can be done. It asks the
 * service for the timeline and explains nothing that the service did not record.
 */
import { useEffect, useState } from 'preact/hooks';
import type { Alert, AlertDetail, TimelineEntry } from '../../../src/api/schemas/alerts.ts';
import { stateFor } from '../../../src/api/shapes/alert.ts';
import { duty, engineNow, level, opened, openId, stopped, wallOffsetMs, words } from '../../live/desk.ts';
import { pointById } from '../../live/registry.ts';
import { Badge, SHAPES } from '../../parts/badge.tsx';
import { dayAndTime, duration, numberText, timeOfRow } from '../../parts/format.ts';
import { Trend } from '../../parts/trend/trend.tsx';
import { request } from '../../service/api.ts';
import { leadPoint, owesAnswer } from './alert-list.ts';
import {
  hazardName,
  lastedMs,
  levelName,
  nameOfCause,
  placeNames,
  pointNameById,
  subjectOf,
  watchedName,
} from './alert-words.ts';
import { Contributors } from './contributors.tsx';
import { Commands } from './detail-commands.tsx';
import { reasonLines } from './reasons.ts';

export function Detail() {
  const alert = opened.value;
  const { detail } = words.value;
  return (
    <section class="detail" tabIndex={-1} aria-label={words.value.action.detail}>
      {alert === undefined ? (
        <p class="empty">{openId.value === undefined ? detail.none : detail.gone}</p>
      ) : (
        <AlertDetailView key={alert.id} alert={alert} />
      )}
    </section>
  );
}

function AlertDetailView({ alert }: { alert: Alert }) {
  const timeline = useTimeline(alert);
  const { detail } = words.value;
  const lead = leadPoint(alert);
  const hasTrend = lead !== undefined && lead.number >= 0;
  return (
    <>
      <Headline alert={alert} />
      <Commands alert={alert} />
      <div class="scroll">
        <h3>{detail.trend}</h3>
        {hasTrend ? (
          <Trend key={lead.id} partition={alert.partition} point={lead} stopped={stopped.value} />
        ) : (
          <p class="empty">{detail.noTrend}</p>
        )}
        <Reasons alert={alert} />
        <h3>{detail.contributors}</h3>
        <Contributors alert={alert} />
        {hasTrend && <Guidance point={lead.id} />}
        <Acknowledgements alert={alert} />
        <h3>{detail.timeline}</h3>
        <Timeline entries={timeline} />
      </div>
    </>
  );
}

/** The timeline as of the newest change; a change that comes while it is read is read next. */
function useTimeline({ id, seq }: Alert): readonly TimelineEntry[] | undefined {
  const [entries, setEntries] = useState<readonly TimelineEntry[]>();
  useEffect(() => {
    let wanted = true;
    void request<AlertDetail>(`/alerts/${encodeURIComponent(id)}`).then((answer) => {
      if (wanted && answer.ok) setEntries(answer.body.timeline);
    });
    return () => {
      wanted = false;
    };
  }, [id, seq]);
  return entries;
}

function Headline({ alert }: { alert: Alert }) {
  const { marks, detail, grade, state, handling } = words.value;
  const since = alert.worsenedAt + wallOffsetMs.value;
  const first = alert.raisedAt + wallOffsetMs.value;
  const age = engineNow.value === undefined ? '' : duration(lastedMs(alert, engineNow.value), words.value);
  const owes = owesAnswer(alert, duty.value);
  return (
    <div class={`headline ${alert.grade}`}>
      <h2>
        {owes && <i class="lamp" aria-hidden="true" />} <Badge grade={alert.grade} />
        {alert.peakGrade !== alert.grade && (
          <small class="peak">
            {marks.peak} {SHAPES[alert.peakGrade]}
            {grade[alert.peakGrade]}
          </small>
        )}
        <b>{hazardName(alert)}</b> {subjectOf(alert)}
      </h2>
      <p>{[...placeNames(alert)].reverse().join(' / ')}</p>
      <p>
        {detail.since} <b>{dayAndTime(since)}</b>
        {first !== since && ` (${detail.first} ${dayAndTime(first)})`} · {detail.lasting} <b>{age}</b> ·{' '}
        {state[stateFor(alert, level.value)]} · {detail.handling} {handling[alert.handling]} ·{' '}
        {detail.occurrence(alert.occurrence, alert.activations)}
      </p>
      <Marks alert={alert} />
    </div>
  );
}

function Marks({ alert }: { alert: Alert }) {
  const { marks, state } = words.value;
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
  const all = words.value;
  const lines = reasonLines(alert.reasons, all.reasons, {
    point: pointNameById,
    level: (point, level) => levelName(level, alert.points.find(({ id }) => id === point) ?? leadPoint(alert)),
    duration: (ms) => duration(ms, all),
    fault: (code) => (all.hazards as Readonly<Record<string, string>>)[code] ?? code,
    watched: watchedName,
    number: numberText,
  });
  return (
    <>
      <h3>{all.detail.why}</h3>
      <ol class="reasons">
        {lines.map((line, index) => (
          // A step may come twice (two floors): its place is its identity, the list is replaced as a whole.
          <li key={`${index} ${line.step}`} class={line.idle ? 'idle' : ''} data-step={line.step}>
            <span class="effect">
              {line.grade === undefined ? line.effect : `${SHAPES[line.grade]}${all.grade[line.grade]}`}
            </span>
            {line.text}
          </li>
        ))}
        <li class="result">
          <span class="effect">=</span>
          {all.detail.result} <Badge grade={alert.grade} />
        </li>
      </ol>
    </>
  );
}

function Guidance({ point }: { point: string }) {
  const config = pointById(point);
  const { detail } = words.value;
  if (config === undefined || (config.action === undefined && config.consequence === undefined)) return null;
  const { source, mark } = config.basis;
  return (
    <>
      <h3>{detail.guidance}</h3>
      <dl class="guidance">
        {config.action !== undefined && (
          <>
            <dt>{detail.action}</dt>
            <dd>{config.action}</dd>
          </>
        )}
        {config.consequence !== undefined && (
          <>
            <dt>{detail.consequence}</dt>
            <dd>{config.consequence}</dd>
          </>
        )}
        {config.owner !== undefined && (
          <>
            <dt>{detail.owner}</dt>
            <dd>{config.owner}</dd>
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

function Acknowledgements({ alert }: { alert: Alert }) {
  const { detail, dutyLevel } = words.value;
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
                {dutyLevel[ack.level]} · {ack.by}
              </span>
              <q>{ack.note}</q>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Timeline({ entries }: { entries: readonly TimelineEntry[] | undefined }) {
  const { change, grade, detail } = words.value;
  if (entries === undefined) return <p class="empty">{detail.loading}</p>;
  const offset = wallOffsetMs.value;
  const now = (engineNow.value ?? 0) + offset;
  const firsts = firstMentions(entries);
  return (
    <ul class="log">
      {[...entries].reverse().map((entry) => (
        <li key={entry.seq}>
          <time title={dayAndTime(entry.at + offset)}>{timeOfRow(entry.at + offset, now)}</time>
          <b>{entry.change === 'new-point' ? joined(entry, firsts) : change[entry.change]}</b>
          <span>
            {SHAPES[entry.grade]}
            {grade[entry.grade]}
          </span>
          <span>{[nameOfCause(entry), entry.by].filter(Boolean).join(' · ')}</span>
          {entry.note && <q>{entry.note}</q>}
        </li>
      ))}
    </ul>
  );
}

/** What joined the alert: another point, one of its points that went further, or the loss of watching, which is no point. */
function joined({ rule, seq }: TimelineEntry, firsts: ReadonlySet<number>): string {
  const { change, detail, rules } = words.value;
  if (rule === 'coverage') return rules.coverage ?? rule;
  return firsts.has(seq) ? change['new-point'] : detail.further;
}

/** Entries that name a point for the first time: the same point going further is no new one. */
function firstMentions(entries: readonly TimelineEntry[]): ReadonlySet<number> {
  const seen = new Set<string>();
  const firsts = new Set<number>();
  for (const { point, seq } of entries) {
    if (point === undefined || seen.has(point)) continue;
    seen.add(point);
    firsts.add(seq);
  }
  return firsts;
}
