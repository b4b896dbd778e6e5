/**
 * The alert table: two zones in one scrolling list of rows of one height, of which only those in sight exist. Rows hold still
 * under the pointer, for at most thirty seconds, so that nobody acknowledges what has just slipped there.
 */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Alert } from '../../../src/api/schemas/alerts.ts';
import type { Filter } from '../../live/alert-list.ts';
import { FILTERS, holdOrder } from '../../live/alert-list.ts';
import { counts, cursorId, dispatch, filters, screen, showAll, tick, toggleFilter, view } from '../../live/desk.ts';
import { subjectOf } from '../../parts/alert/alert-text.ts';
import { SHAPES } from '../../parts/alert/badge.tsx';
import { failureText } from '../../parts/commands/failure.ts';
import { Cell, GridRow } from '../../parts/grid.tsx';
import { screenWords } from '../../words/screen.ts';
import { AlertRow } from './alert-row.tsx';
import { rowPx } from './row-layout.ts';
import './table.css';
import { deskWords } from './words.ts';

const ZONE_PX = 32;
/** Rows drawn beyond the edge, so that fast scrolling shows no emptiness. */
const SPARE_ROWS = 6;
const HOLD_MS = 30_000;
/** The newest of what was refused; the others stand in their rows. */
const FAILURES_SHOWN = 3;

type Item = { readonly zone: 'owed' | 'handled'; readonly count: number } | { readonly alert: Alert };

export function AlertTable() {
  const { owed, handled } = view.value;
  const list = deskWords.value;
  const hold = useHold([...owed, ...handled]);
  const shown = hold.held === undefined ? { rows: [...owed, ...handled], waiting: 0 } : hold.held;
  const isOwed = new Set(owed);
  const above = shown.rows.filter((alert) => isOwed.has(alert));
  const below = shown.rows.filter((alert) => !isOwed.has(alert));
  const items: Item[] = [
    { zone: 'owed', count: owed.length },
    ...above.map((alert) => ({ alert })),
    { zone: 'handled', count: handled.length },
    ...below.map((alert) => ({ alert })),
  ];
  return (
    <section class="list">
      <h2>
        {list.title} <b>{owed.length + handled.length}</b> <small>{list.order}</small>
        {shown.waiting > 0 && <em class="waiting">{list.waiting(shown.waiting)}</em>}
      </h2>
      <FilterChips />
      <Failures />
      <Columns />
      {screen.value.complete ? <Rows items={items} hold={hold} /> : <p class="empty">{screenWords.value.loading}</p>}
    </section>
  );
}

interface Hold {
  readonly held: { readonly rows: readonly Alert[]; readonly waiting: number } | undefined;
  start(): void;
  end(): void;
}

/** Keeps the order of ids as it was when the pointer came. An alert that changed zone moves all the same. */
function useHold(rows: readonly Alert[]): Hold {
  const [held, setHeld] = useState<{ readonly ids: readonly string[]; readonly since: number } | undefined>();
  const expired = held !== undefined && tick.value - held.since > HOLD_MS;
  return {
    held: held === undefined || expired ? undefined : holdOrder(held.ids, rows),
    start: () => {
      // After thirty seconds the list has caught up; a pointer that moves again holds the new order.
      if (held === undefined || expired) setHeld({ ids: rows.map(({ id }) => id), since: tick.peek() });
    },
    end: () => setHeld(undefined),
  };
}

/** What was not done, in whole sentences: a row has no room for the reason. */
function Failures() {
  const { failures, alerts } = screen.value;
  const { dismiss } = screenWords.value.action;
  return (
    <div role="alert">
      {[...failures].slice(-FAILURES_SHOWN).map(([id, failure]) => {
        const alert = alerts.get(id);
        return (
          <p key={id} class="failure" data-id={id}>
            <b>{alert === undefined ? '' : subjectOf(alert)}</b> {failureText(failure)}{' '}
            <button type="button" class="plain" onClick={() => dispatch({ type: 'failure-seen', id })}>
              {dismiss}
            </button>
          </p>
        );
      })}
    </div>
  );
}

function FilterChips() {
  const { filters: names, keys } = deskWords.value;
  const shape = (filter: Filter): string => (filter in SHAPES ? SHAPES[filter as keyof typeof SHAPES] : '');
  return (
    <div class="chips">
      {FILTERS.map((filter) => {
        const off = filters.value.has(filter);
        const hides = view.value.hidden.get(filter) ?? 0;
        return (
          <button
            key={filter}
            type="button"
            class={off ? 'chip off' : 'chip'}
            aria-pressed={!off}
            onClick={() => toggleFilter(filter)}
          >
            {shape(filter)}
            {names[filter]}
            {off && <b> {names.hides(hides)}</b>}
            {off && filter === 'red' && counts.value.owed.red > 0 && <b> {names.redStays}</b>}
          </button>
        );
      })}
      {filters.value.size > 0 && (
        <button type="button" class="chip all" onClick={showAll}>
          {names.all}
        </button>
      )}
      <small class="keys">{keys}</small>
    </div>
  );
}

function Columns() {
  const { columns } = deskWords.value;
  return (
    <div class="row columns" aria-hidden="true">
      <span />
      <span>{columns.grade}</span>
      <span>{columns.time}</span>
      <span>
        {columns.point} · {columns.place}
      </span>
      <span>
        {columns.value} · {columns.state}
      </span>
      <span>{columns.action}</span>
    </div>
  );
}

function Rows({ items, hold }: { items: readonly Item[]; hold: Hold }) {
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 600 });
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const measure = (): void => setView({ top: element.scrollTop, height: element.clientHeight });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    element.addEventListener('scroll', measure, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', measure);
    };
  }, []);
  const rowHeight = rowPx.value;
  const secondZone = items.findLastIndex((item) => 'zone' in item);
  // Zones are lower than rows; there are two, the first on top.
  const topOf = (index: number): number =>
    index * rowHeight - (Number(index > 0) + Number(index > secondZone)) * (rowHeight - ZONE_PX);
  const cursor = items.findIndex((item) => 'alert' in item && item.alert.id === cursorId.value);
  useEffect(() => keepInSight(box.current, topOf(cursor), rowHeight), [cursorId.value]);

  const first = Math.max(0, Math.floor(view.top / rowHeight) - SPARE_ROWS);
  const last = Math.min(items.length, Math.ceil((view.top + view.height) / rowHeight) + SPARE_ROWS);
  const cursorDrawn = cursor >= first && cursor < last;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table would undo the placing of virtual rows, see grid.tsx
    <div
      class="rows"
      ref={box}
      role="grid"
      tabIndex={0}
      aria-label={deskWords.value.title}
      aria-rowcount={items.length}
      aria-activedescendant={cursorDrawn ? `row-${cursorId.value}` : undefined}
      onPointerMove={hold.start}
      onPointerLeave={hold.end}
    >
      <div class="all-rows" style={{ height: `${topOf(items.length)}px` }}>
        {items.slice(first, last).map((item, index) => {
          const place = { top: `${topOf(first + index)}px` };
          if ('alert' in item) {
            const placed = { ...place, height: `${rowHeight}px` };
            return <AlertRow key={item.alert.id} alert={item.alert} place={placed} index={first + index} />;
          }
          return (
            <GridRow key={item.zone} class={`zone ${item.zone}`} style={place}>
              <Cell>
                {deskWords.value[item.zone]} <b>{item.count}</b>
              </Cell>
            </GridRow>
          );
        })}
      </div>
    </div>
  );
}

function keepInSight(box: HTMLElement | null, top: number, height: number): void {
  if (box === null || top < 0) return;
  if (top < box.scrollTop) box.scrollTop = top;
  else if (top + height > box.scrollTop + box.clientHeight) box.scrollTop = top + height - box.clientHeight;
}
