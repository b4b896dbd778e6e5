/**
 * Alerts of the past, newest first: what is closed leaves the desk and stands here. It reads and changes nothing; one that
 * is chosen opens beside it, with its timeline.
 */
import { useEffect, useState } from 'preact/hooks';
import type { Alert } from '../../../src/api/schemas/alerts.ts';
import { stateFor } from '../../../src/api/shapes/alert.ts';
import { engineNow, level, openId, wallOffsetMs } from '../../live/desk.ts';
import { hazardName, placeInRow, subjectOf } from '../../parts/alert/alert-text.ts';
import { Badge } from '../../parts/alert/badge.tsx';
import { show } from '../../parts/alert/show.ts';
import { Detail } from '../../parts/detail/detail.tsx';
import { dayAndTime } from '../../parts/format.ts';
import type { Page } from '../../parts/page.ts';
import { request } from '../../service/api.ts';
import { alertWords } from '../../words/alerts.ts';
import { screenWords } from '../../words/screen.ts';
import './history.css';
import { historyWords } from './words.ts';

const HOUR_MS = 3_600_000;
const SPANS_H = [24, 72, 168, 720] as const;
const PAGE = 200;

export const historyPage: Page = {
  path: 'history',
  key: 'KeyH',
  name: () => historyWords.value.title,
  View: () => (
    <>
      <History />
      <Detail />
    </>
  ),
};

interface Found {
  readonly items: readonly Alert[];
  readonly more: boolean;
}

function usePast(hours: number): Found | 'loading' | 'failed' {
  const [found, setFound] = useState<Found | 'loading' | 'failed'>('loading');
  const ready = engineNow.value !== undefined;
  useEffect(() => {
    const now = engineNow.peek();
    if (now === undefined) return;
    let wanted = true;
    setFound('loading');
    const query = `from=${Math.floor(now - hours * HOUR_MS)}&limit=${PAGE}`;
    void request<{ items: readonly Alert[]; nextCursor?: string }>(`/alerts?${query}`).then((answer) => {
      if (!wanted) return;
      setFound(answer.ok ? { items: answer.body.items, more: answer.body.nextCursor !== undefined } : 'failed');
    });
    return () => {
      wanted = false;
    };
  }, [hours, ready]);
  return found;
}

function History() {
  const [hours, setHours] = useState<number>(SPANS_H[0]);
  const found = usePast(hours);
  const text = historyWords.value;
  return (
    <section class="list history">
      <h2>
        {text.title}{' '}
        <select aria-label={text.span} value={hours} onChange={(event) => setHours(Number(event.currentTarget.value))}>
          {SPANS_H.map((span) => (
            <option key={span} value={span}>
              {text.hours(span)}
            </option>
          ))}
        </select>{' '}
        <a href="#/">{text.back}</a>
      </h2>
      {found === 'loading' && <p class="empty">{screenWords.value.loading}</p>}
      {found === 'failed' && <p class="empty trouble">{text.failed}</p>}
      {typeof found === 'object' && <Past found={found} />}
    </section>
  );
}

function Past({ found }: { found: Found }) {
  const text = historyWords.value;
  if (found.items.length === 0) return <p class="empty">{text.none}</p>;
  const { raised, grade, what, where, state } = text.columns;
  return (
    <div class="past">
      <table>
        <thead>
          <tr>
            <th>{raised}</th>
            <th>{grade}</th>
            <th>{what}</th>
            <th>{where}</th>
            <th>{state}</th>
          </tr>
        </thead>
        <tbody>
          {found.items.map((alert) => (
            <PastRow key={alert.id} alert={alert} />
          ))}
        </tbody>
      </table>
      {found.more && <p class="empty">{text.more(found.items.length)}</p>}
    </div>
  );
}

/** The button is for the keyboard; with the pointer the whole row will do. */
function PastRow({ alert }: { alert: Alert }) {
  const { site, county } = placeInRow(alert);
  const [hazard, subject] = [hazardName(alert), subjectOf(alert)];
  return (
    <tr class={openId.value === alert.id ? 'opened' : ''} data-id={alert.id} onClick={() => show(alert)}>
      <td>
        <button type="button" class="plain">
          {dayAndTime(alert.raisedAt + wallOffsetMs.value)}
        </button>
      </td>
      <td>
        <Badge grade={alert.peakGrade} />
      </td>
      <td>
        <b>{subject === '' ? hazard : subject}</b> <small>{subject === '' ? '' : hazard}</small>
      </td>
      <td>{[site, county].filter((part) => part !== '').join(' · ')}</td>
      <td>{standing(alert)}</td>
    </tr>
  );
}

/** Closed, and when; or how it stands now. */
function standing(alert: Alert): string {
  const { state, handling } = alertWords.value;
  if (alert.closedAt === undefined) return state[stateFor(alert, level.value)];
  return `${handling.closed} ${dayAndTime(alert.closedAt + wallOffsetMs.value)}`;
}
