/**
 * What happened to an alert, newest first: every change with what caused it, by name. It asks the service and explains
 * nothing that the service did not record.
 */
import { useEffect, useState } from 'preact/hooks';
import type { Alert, AlertDetail, TimelineEntry } from '../../../src/api/schemas/alerts.ts';
import { engineNow, wallOffsetMs } from '../../live/desk.ts';
import { request } from '../../service/api.ts';
import { alertWords } from '../../words/alerts.ts';
import { nameOfCause } from '../alert/alert-text.ts';
import { SHAPES } from '../alert/badge.tsx';
import { dayAndTime, timeOfRow } from '../format.ts';
import { detailWords } from './words.ts';

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

export function Timeline({ alert }: { alert: Alert }) {
  const entries = useTimeline(alert);
  const { change, loading } = detailWords.value;
  const { grade } = alertWords.value;
  if (entries === undefined) return <p class="empty">{loading}</p>;
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
  const { change, further } = detailWords.value;
  if (rule === 'coverage') return alertWords.value.rules.coverage ?? rule;
  return firsts.has(seq) ? change['new-point'] : further;
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
