/**
 * The top line: counts by grade, whether the data is live, the service's clock and health, and who sits here.
 */
import { GRADES } from '../live/alert-list.ts';
import { counts, engineNow, fresh, screen, signOut, speakOther, theme, user, wallOffsetMs } from '../live/desk.ts';
import type { Freshness } from '../live/state.ts';
import { Badge } from '../parts/alert/badge.tsx';
import { calendarDay, clockTime, duration, seconds } from '../parts/format.ts';
import { screenWords } from '../words/screen.ts';
import { PAGES, page } from './pages.ts';
import { shellWords } from './words.ts';

/** Data younger than this is told in seconds; older, as an age that anybody notices. */
const FRESH_MS = 60_000;

function linkText(state: Freshness): string {
  const { link } = shellWords.value;
  switch (state.kind) {
    case 'waiting':
      return link.waiting;
    case 'no-data':
      return link.noData;
    case 'live':
      // A slow plant is not late: only what is fresh is counted in seconds.
      if (state.dataAgeMs > FRESH_MS) return link.liveSince(duration(state.dataAgeMs));
      return link.live(seconds(state.dataAgeMs));
    case 'quiet':
      return link.quiet(duration(state.dataAgeMs));
    case 'behind':
      return link.behind(seconds(state.lagMs));
    default:
      return link[state.kind](seconds(state.silentMs));
  }
}

export function Header() {
  const { product, title } = screenWords.value;
  return (
    <header>
      <h1>
        <b>{product}</b> {title}
      </h1>
      <Counters />
      <LinkState />
      <Clock />
      <HealthState />
      <Pages />
      <Person />
    </header>
  );
}

/** Where else one can go from here. */
function Pages() {
  return (
    <nav>
      {PAGES.filter((other) => other !== page.value).map(({ path, name }) => (
        <a key={path} href={`#/${path}`}>
          {name()}
        </a>
      ))}
    </nav>
  );
}

function Counters() {
  const { all, owed } = counts.value;
  return (
    <div class="counters">
      {GRADES.map((grade) => (
        <span key={grade} class="counter" data-grade={grade}>
          <Badge grade={grade} />
          <b>{all[grade]}</b>
          <small class={owed[grade] > 0 ? 'owed' : ''}>
            {shellWords.value.unacknowledged} <span>{owed[grade]}</span>
          </small>
        </span>
      ))}
    </div>
  );
}

function LinkState() {
  const { kind } = fresh.value;
  return (
    <span class={`link ${kind}`} role="status">
      <i aria-hidden="true">{kind === 'live' ? '●' : kind === 'lost' ? '✕' : '◐'}</i> {linkText(fresh.value)}
    </span>
  );
}

/** The service's wall time; it stops when the service is no longer heard. */
function Clock() {
  const now = engineNow.value;
  if (now === undefined) return <span class="clock">--:--:--</span>;
  const wall = now + wallOffsetMs.value;
  return (
    <span class="clock">
      {calendarDay(wall)} <b>{clockTime(wall)}</b>
    </span>
  );
}

function HealthState() {
  const health = screen.value.beat?.health;
  const { kind } = fresh.value;
  // The last word of a service that is not heard any more says nothing about it now.
  if (health === undefined || kind === 'lost' || kind === 'reconnecting')
    return <span class="health unknown">{shellWords.value.health.unknown}</span>;
  const ill = Object.entries(health.parts).filter(([, part]) => part.state !== 'ok');
  const detail = ill.map(([name, { state, detail }]) => `${name}: ${detail ?? state}`).join('\n');
  return (
    <span class={`health ${health.state}`} title={detail}>
      {shellWords.value.health[health.state]}
    </span>
  );
}

function Person() {
  const { theme: themes, signOut: leave } = shellWords.value;
  const { otherLanguage } = screenWords.value;
  const other = theme.value === 'light' ? 'dark' : 'light';
  return (
    <span class="person">
      <button
        type="button"
        onClick={() => {
          theme.value = other;
        }}
      >
        {themes[other]}
      </button>
      <button type="button" onClick={speakOther}>
        {otherLanguage}
      </button>
      <span class="name" title={user.value?.role}>
        {user.value?.displayName}
      </span>
      <button type="button" onClick={() => void signOut()}>
        {leave}
      </button>
    </span>
  );
}
