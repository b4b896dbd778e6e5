/**
 * The trend of one point: reads the last hour once, adds every live value, and says in words what the picture shows. Of a
 * closed alert it shows the hour in which it came, with the limit of its record, and nothing of now.
 * The drawing itself is a chunk of its own (trend-plot.ts), which nothing waits for.
 */
import { effect } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Alert } from '../../../src/api/schemas/alerts.ts';
import type { HistoryAnswer, PointState } from '../../../src/api/schemas/readings.ts';
import type { Limits } from '../../../src/api/schemas/registry.ts';
import type { AlertPoint } from '../../live/alert-list.ts';
import { engineNow, liveRow, theme, wallOffsetMs } from '../../live/desk.ts';
import { pointById } from '../../live/registry.ts';
import { request } from '../../service/api.ts';
import { alertWords } from '../../words/alerts.ts';
import { pointName, valueText } from '../alert/alert-text.ts';
import { clockTime, dayAndTime } from '../format.ts';
import type { TrendRow } from './trend-data.ts';
import { bridgeMs, historyRows, lastValue, mergeRows, TREND_WINDOW_MS, trendEnd, withLive } from './trend-data.ts';
import type { TrendPlot } from './trend-plot.ts';
import { trendWords } from './words.ts';

const HISTORY_MAX = 3_600;
const PAIRS: ReadonlySet<string> = new Set(['LL', 'L', 'H', 'HH']);

type History = { readonly rows: readonly TrendRow[]; readonly failed: boolean; readonly loading: boolean };

interface OfAlert {
  readonly alert: Alert;
  readonly point: AlertPoint;
}

/** History once, live values as they come, none after `end`. Engine time decides the window, never the browser's clock. */
function useRows({ alert, point }: OfAlert, end: number | undefined): History {
  const [history, setHistory] = useState<History>({ rows: [], failed: false, loading: true });
  const ready = engineNow.value !== undefined;
  useEffect(() => {
    const now = engineNow.peek();
    if (now === undefined) return;
    let [wanted, seen] = [true, 0];
    // The history is in the times of the devices, which go by the wall.
    const offsetMs = wallOffsetMs.peek();
    const until = (end ?? now) + offsetMs;
    const query = `from=${Math.floor(until - TREND_WINDOW_MS)}&to=${Math.ceil(until + 1_000)}&max=${HISTORY_MAX}`;
    void request<HistoryAnswer>(`/points/${encodeURIComponent(point.id)}/readings?${query}`).then((answer) => {
      if (!wanted) return;
      const rows = answer.ok ? historyRows(answer.body, offsetMs) : [];
      setHistory((before) => ({ rows: mergeRows(rows, before.rows), failed: !answer.ok, loading: false }));
    });
    const stop = effect(() => {
      const row = end === undefined ? liveRow(alert.partition, point) : undefined;
      if (row === undefined || row[2] === seen) return;
      seen = row[2];
      setHistory((before) => ({ ...before, rows: withLive(before.rows, row, engineNow.peek() ?? row[2]) }));
    });
    return () => {
      wanted = false;
      stop();
    };
  }, [point.id, ready, end]);
  return history;
}

/** The one limit that the record names, as it was then: the registry may say another today. */
function recordedLimit({ limit, limitValue }: AlertPoint): Limits {
  if (limit === undefined || limitValue === undefined) return {};
  const [side, grade] = limit.split('.');
  if (grade !== undefined) return { [side]: { [grade]: limitValue } };
  return PAIRS.has(limit) ? { [limit]: limitValue } : {};
}

interface Shown extends OfAlert {
  readonly stopped: boolean;
  /** How the point stands now; absent where it is shown as of then. */
  readonly state: PointState | undefined;
}

export function Trend({ alert, point, stopped, state }: Shown) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<TrendPlot | undefined>(undefined);
  const [drawing, setDrawing] = useState<'waiting' | 'ready' | 'failed'>('waiting');
  const end = trendEnd(alert);
  const { rows, failed, loading } = useRows({ alert, point }, end);
  const config = pointById(point.id);
  const now = engineNow.value;
  const text = trendWords.value;
  const { limits, quality } = alertWords.value;

  useEffect(() => {
    let wanted = true;
    import('./trend-plot.ts').then(
      ({ createTrendPlot }) => {
        if (!wanted || box.current === null) return;
        plot.current = createTrendPlot(box.current);
        setDrawing('ready');
      },
      // The service was updated under this page: the numbers still stand in words beside the empty picture.
      () => setDrawing('failed'),
    );
    return () => {
      wanted = false;
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, []);
  useEffect(() => {
    if (now === undefined) return;
    plot.current?.draw({
      rows,
      now: end ?? now,
      shiftMs: wallOffsetMs.peek(),
      bridgeMs: bridgeMs(rows, config?.intervalMs ?? null),
      stepped: config?.intervalMs === null,
      intervalMs: config?.intervalMs ?? null,
      limits: end === undefined ? (state?.limits ?? config?.limits ?? {}) : recordedLimit(point),
      limit: point.limit,
      forecast: state?.forecast,
      stopped: stopped && end === undefined,
      words: { ...text, limits },
    });
  }, [rows, end ?? now, config, state, stopped, drawing, theme.value, text, limits]);

  const last = lastValue(rows);
  const value = last === undefined ? text.noData : valueText(config, last.value);
  const timeOf = end === undefined ? clockTime : dayAndTime;
  const sentence = end === undefined ? text.sentence : text.sentenceThen;
  return (
    <figure class={stopped && end === undefined ? 'trend stopped' : 'trend'}>
      <figcaption>
        <b>{pointName(point)}</b> {value}
        {last !== undefined && <small> {timeOf(last.at + wallOffsetMs.value)}</small>}
        {state !== undefined && state.quality !== 'good' && (
          <small class="quality"> {quality[state.stale ? 'stale' : state.quality]}</small>
        )}
        {(failed || drawing === 'failed') && <small class="trouble"> {text.failed}</small>}
        {state?.neverSeen === true && <small class="trouble"> {text.neverSeen}</small>}
        {loading && <small> {text.loading}</small>}
      </figcaption>
      <div
        class="plot"
        ref={box}
        role="img"
        aria-label={sentence(pointName(point), value, rows.length)}
        data-rows={rows.length}
      />
    </figure>
  );
}
