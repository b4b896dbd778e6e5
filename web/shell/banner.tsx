/**
 * The worst alert that nobody has acknowledged, always in sight: no filter, no scrolling and no held list hides it. Beside it,
 * what waits for a second person.
 */
import { acknowledge, closingsWanted, mayDo } from '../live/acting.ts';
import { ackUnderWay } from '../live/alert-list.ts';
import { counts, engineNow, screen, worst } from '../live/desk.ts';
import { lastedMs, sentenceOf } from '../parts/alert/alert-text.ts';
import { Badge } from '../parts/alert/badge.tsx';
import { show } from '../parts/alert/show.ts';
import { duration } from '../parts/format.ts';
import { alertWords } from '../words/alerts.ts';
import { screenWords } from '../words/screen.ts';
import './banner.css';
import { shellWords } from './words.ts';

export function Banner() {
  const alert = worst.value;
  const { action, loading } = screenWords.value;
  const { banner } = shellWords.value;
  if (alert === undefined) {
    return (
      <section class="banner calm">
        <span class="what">{screen.value.complete ? banner.none : loading}</span>
        <Closings />
      </section>
    );
  }
  const { red, orange, yellow, blue } = counts.value.owed;
  const more = red + orange + yellow + blue - 1;
  const pending = ackUnderWay(alert, screen.value.pending.get(alert.id));
  const age = engineNow.value === undefined ? '' : duration(lastedMs(alert, engineNow.value));
  return (
    <section class={`banner ${alert.grade}`} aria-live="assertive">
      <i class={pending ? 'lamp off' : 'lamp'} aria-hidden="true" />
      <Badge grade={alert.grade} />
      <b class="what">{sentenceOf(alert)}</b>
      <span class="age" aria-live="off">
        {age}
      </span>
      {more > 0 && <span class="more">{banner.more(more)}</span>}
      <Closings />
      {mayDo('acknowledge') && (
        <button type="button" class="primary" disabled={pending} onClick={() => acknowledge(alert)}>
          {pending ? alertWords.value.marks.pending : action.acknowledge}
        </button>
      )}
      <button type="button" onClick={() => show(alert)}>
        {action.detail}
      </button>
    </section>
  );
}

/** Closings that wait for the person who sits here; a press opens the first. */
function Closings() {
  const [first, ...others] = closingsWanted.value;
  if (first === undefined) return null;
  return (
    <button type="button" onClick={() => show(first)}>
      {shellWords.value.banner.closings(1 + others.length)}
    </button>
  );
}
