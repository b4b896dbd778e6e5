/**
 * What happened to an alert, newest first: every change with what caused it, by name. It asks the service and explains
 * nothing that the service did not record.
 */
import { useEffect, useState } from 'preact/hooks';
import type { Alert, AlertDetail, TimelineEntry } from '../../../src/api/schemas/alerts.ts';
import { engineNow, told, wallOffsetMs } from '../../live/desk.ts';
import type { Joining, KnownTimeline } from '../../live/known-timeline.ts';
import { asRead, continued, joinings, withOlder } from '../../live/known-timeline.ts';
import { personName } from '../../live/registry.ts';
import { request } from '../../service/api.ts';
import { alertWords } from '../../words/alerts.ts';
import { screenWords } from '../../words/screen.ts';
import { nameOfCause, ruleInStory } from '../alert/alert-text.ts';
import { SHAPES } from '../alert/badge.tsx';
import { dayAndTime, timeOfRow } from '../format.ts';
import { detailWords } from './words.ts';

interface Reading {
  readonly known: KnownTimeline | undefined;
  /** Asks for what came before; undefined when nothing did. */
  readonly readOlder: (() => void) | undefined;
}

/** The timeline as of the newest change: read once, and again only where something was not heard. */
function useTimeline(alert: Alert): Reading {
  const [read, setRead] = useState<KnownTimeline>();
  const { id, seq } = alert;
  const path = `/alerts/${encodeURIComponent(id)}`;
  const now = continued(read, alert, told.value);
  useEffect(() => {
    if (now !== undefined) {
      setRead(now);
      return;
    }
    let wanted = true;
    void request<AlertDetail>(path).then((answer) => {
      if (wanted && answer.ok) setRead(asRead(answer.body));
    });
    return () => {
      wanted = false;
    };
  }, [id, seq]);
  const known = now ?? (read?.alertId === id ? read : undefined);
  const older = known?.older;
  if (older === undefined) return { known, readOlder: undefined };
  const readOlder = (): void =>
    void request<AlertDetail>(`${path}?cursor=${encodeURIComponent(older)}`).then((answer) => {
      if (!answer.ok) return;
      // Asked for twice, it is put before it once.
      setRead((before) => (before?.alertId === id && before.older === older ? withOlder(before, answer.body) : before));
    });
  return { known, readOlder };
}

export function Timeline({ alert }: { alert: Alert }) {
  const { known, readOlder } = useTimeline(alert);
  const { change, loading, earlier } = detailWords.value;
  const { grade } = alertWords.value;
  if (known === undefined) return <p class="empty">{loading}</p>;
  const { entries } = known;
  const offset = wallOffsetMs.value;
  const now = (engineNow.value ?? 0) + offset;
  const joined = joinings(known);
  return (
    <ul class="log">
      {[...entries].reverse().map((entry) => (
        <li key={entry.seq}>
          <time title={dayAndTime(entry.at + offset)}>{timeOfRow(entry.at + offset, now)}</time>
          <b>{entry.change === 'new-point' ? joinedText(entry, joined.get(entry.seq)) : change[entry.change]}</b>
          <span>
            {SHAPES[entry.grade]}
            {grade[entry.grade]}
          </span>
          <span>
            {[causesOf(entry), ruleInStory(entry), entry.by && personsOf(entry.by)].filter(Boolean).join(' · ')}
          </span>
          {entry.note && <q>{noteOf(entry)}</q>}
        </li>
      ))}
      {readOlder && (
        <li>
          <button type="button" onClick={readOlder}>
            {earlier}
          </button>
        </li>
      )}
    </ul>
  );
}

/** Who or what it was about; of many at once the one that counts most, and how many. */
function causesOf(entry: TimelineEntry): string {
  const name = nameOfCause(entry);
  const count = entry.points?.length ?? 0;
  return count > 1 ? detailWords.value.ofPoints(name, count) : name;
}

/** Of a closing that took two persons both. */
const personsOf = (by: string): string => by.split(', ').map(personName).join(', ');

/** What was said; a closing begins with the code of its cause. */
function noteOf({ change, note = '' }: TimelineEntry): string {
  if (change !== 'closed' && change !== 'closing-proposed') return note;
  const [code = '', ...said] = note.split(': ');
  const cause = (alertWords.value.causes as Readonly<Record<string, string>>)[code];
  return cause === undefined ? note : [cause, said.join(': ')].filter(Boolean).join(screenWords.value.colon);
}

/** What joined the alert: another point, one of its points that went further, or the loss of watching, which is no point. */
function joinedText({ rule }: TimelineEntry, joining: Joining | undefined): string {
  if (rule === 'coverage') return alertWords.value.rules.coverage ?? rule;
  return detailWords.value.joining[joining ?? 'unknown'];
}
