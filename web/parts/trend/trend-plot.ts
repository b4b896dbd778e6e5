/**
 * Draws a trend with uPlot: values, gaps, limits as labelled lines over bands, silence hatched, forecast dashed. It is
 * told what to draw and fetches nothing. Limits are drawn in grey: the four colours belong to grades alone.
 */
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { PointState } from '../../../src/api/schemas/readings.ts';
import type { Limits } from '../../../src/api/schemas/registry.ts';
import { isHeavyLimit, isLowLimit, limitMarks } from '../alert/limits.ts';
import { numberText, TIME_ZONE } from '../format.ts';
import type { TrendRow } from './trend-data.ts';
import {
  forecastCone,
  lastValue,
  limitsInView,
  stacked,
  TREND_WINDOW_MS,
  trendColumns,
  valueBounds,
} from './trend-data.ts';

interface TrendPicture {
  readonly rows: readonly TrendRow[];
  readonly now: number;
  readonly shiftMs: number;
  readonly bridgeMs: number;
  /** The point speaks only on change: its value holds until the next. */
  readonly stepped: boolean;
  readonly intervalMs: number | null;
  readonly limits: Limits;
  /** Name of the limit that the alert is about. */
  readonly limit: string | undefined;
  readonly forecast: PointState['forecast'];
  readonly stopped: boolean;
  readonly words: {
    readonly noData: string;
    readonly stopped: string;
    readonly forecast: string;
    readonly limits: Readonly<Record<string, string>>;
  };
}

export interface TrendPlot {
  draw(picture: TrendPicture): void;
  destroy(): void;
}

const HEIGHT_PX = 240;
/** Of the future this much is shown; a limit further off is a line that leaves the picture. */
const AHEAD_MS = 20 * 60_000;
const SHORTEST_MS = 5 * 60_000;
/** A point is silent on the picture when it is for the service. */
const SILENT_INTERVALS = 3;

interface Ink {
  readonly text: string;
  readonly dim: string;
  readonly line: string;
  readonly grid: string;
  /** What everything stands on. */
  readonly ground: string;
}

function inkOf(element: HTMLElement): Ink {
  const style = getComputedStyle(element);
  const get = (name: string): string => style.getPropertyValue(name).trim();
  return { text: get('--text'), dim: get('--dim'), line: get('--text'), grid: get('--grid'), ground: get('--panel') };
}

export function createTrendPlot(box: HTMLElement): TrendPlot {
  let picture: TrendPicture | undefined;
  let stepped = false;
  let plot: uPlot | undefined;
  const build = (): uPlot => {
    const options = optionsFor(box, stepped, () => picture);
    return new uPlot(options, [[], [], [], [], [], []], box);
  };
  const resize = new ResizeObserver(() => plot?.setSize({ width: box.clientWidth, height: HEIGHT_PX }));
  resize.observe(box);
  return {
    draw(next) {
      picture = next;
      if (plot === undefined || stepped !== next.stepped) {
        plot?.destroy();
        stepped = next.stepped;
        plot = build();
      }
      const columns = trendColumns(next.rows, next.bridgeMs, next.shiftMs);
      const { at, value, doubtful, min, max } = withNow(columns, next);
      plot.batch(() => {
        plot?.setData([at, value, doubtful, min, max, forecastColumn(at, next)], false);
        const [from, to] = windowOf(next);
        plot?.setScale('x', { min: from, max: to });
        const [low, high] = valueBounds(next.rows, marksOf(next));
        plot?.setScale('y', { min: low, max: high });
      });
    },
    destroy() {
      resize.disconnect();
      plot?.destroy();
    },
  };
}

function marksOf({ limits, limit, forecast }: TrendPicture): number[] {
  return [...limitsInView(limits, limit), forecast?.limitValue].filter((mark) => mark !== undefined);
}

/** An hour, or as much of it as there is: a point that has just begun to send is not a line at the edge. */
function windowOf({ rows, now, shiftMs, forecast }: TrendPicture): [number, number] {
  const ahead = forecast === undefined ? 0 : Math.min(AHEAD_MS, (forecast.numbers.timeToLimitMs ?? 0) * 1.1);
  const known = Math.max(SHORTEST_MS, now - (rows[0]?.at ?? Number.NEGATIVE_INFINITY));
  return [(now + shiftMs - Math.min(TREND_WINDOW_MS, known)) / 1_000, (now + shiftMs + ahead) / 1_000];
}

/** A stepped value holds until now; the end of the forecast needs a place on the time axis. */
function withNow(
  columns: ReturnType<typeof trendColumns>,
  { rows, now, shiftMs, forecast, stepped, stopped }: TrendPicture,
) {
  const last = lastValue(rows);
  if (last === undefined) return columns;
  const { at, value, doubtful, min, max } = columns;
  const push = (instant: number, shown: number | null): void => {
    at.push((instant + shiftMs) / 1_000);
    value.push(shown);
    doubtful.push(null);
    min.push(shown);
    max.push(shown);
  };
  if (stepped && !stopped && rows.at(-1)?.value !== undefined && now > last.at) push(now, last.value);
  if (forecast !== undefined) push(Math.max(now, last.at) + (forecast.numbers.timeToLimitMs ?? 0), null);
  return columns;
}

/** From the newest value to the limit it is heading for. */
function forecastColumn(at: readonly number[], { rows, shiftMs, forecast }: TrendPicture): (number | null)[] {
  const last = lastValue(rows);
  if (forecast === undefined || last === undefined) return at.map(() => null);
  const start = at.indexOf((last.at + shiftMs) / 1_000);
  if (start < 0) return at.map(() => null);
  const line = at.map((): number | null | undefined => undefined);
  line[start] = last.value;
  line[line.length - 1] = forecast.limitValue;
  // uPlot joins over undefined and breaks at null.
  return line as (number | null)[];
}

function optionsFor(box: HTMLElement, stepped: boolean, picture: () => TrendPicture | undefined): uPlot.Options {
  const ink = (): Ink => inkOf(box);
  const axis = { stroke: () => ink().dim, grid: { stroke: () => ink().grid, width: 1 }, ticks: { show: false } };
  const hidden = { points: { show: false }, stroke: 'transparent' };
  return {
    width: box.clientWidth,
    height: HEIGHT_PX,
    legend: { show: false },
    cursor: { drag: { x: false, y: false } },
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1_000), TIME_ZONE),
    scales: { x: { time: true, auto: false }, y: { auto: false } },
    axes: [
      {
        ...axis,
        size: 28,
        values: [
          [60, '{HH}:{mm}', null, null, null, null, null, null, 1],
          [1, '{HH}:{mm}:{ss}', null, null, null, null, null, null, 1],
        ],
      },
      { ...axis, size: 52, values: (_plot, splits) => splits.map(numberText) },
    ],
    series: [
      {},
      {
        stroke: () => ink().line,
        width: 1.5,
        points: { show: false },
        paths: stepped ? uPlot.paths.stepped?.({ align: 1 }) : undefined,
      },
      { stroke: 'transparent', points: { show: true, size: 6, stroke: () => ink().line, fill: 'transparent' } },
      hidden,
      hidden,
      { stroke: () => ink().dim, width: 2, dash: [6, 5], points: { show: false } },
    ],
    bands: [{ series: [4, 3], fill: 'rgba(125,135,144,0.35)' }],
    hooks: {
      drawClear: [(plot) => drawBands(plot, picture(), ink()), (plot) => drawCone(plot, picture(), ink())],
      draw: [(plot) => drawLabels(plot, picture(), ink())],
    },
  };
}

function drawBands(plot: uPlot, picture: TrendPicture | undefined, ink: Ink): void {
  if (picture === undefined) return;
  const { ctx, bbox } = plot;
  const y = (value: number): number =>
    Math.max(bbox.top, Math.min(bbox.top + bbox.height, plot.valToPos(value, 'y', true)));
  const shade = (from: number, to: number, depth: number): void => {
    ctx.globalAlpha = depth;
    ctx.fillRect(bbox.left, Math.min(y(from), y(to)), bbox.width, Math.abs(y(from) - y(to)));
  };
  ctx.save();
  ctx.fillStyle = ink.dim;
  const [low, high] = [plot.scales.y.min ?? 0, plot.scales.y.max ?? 1];
  // Each limit shades everything beyond it: past HH both shades add up.
  for (const { name, value } of limitMarks(picture.limits)) {
    const depth = isHeavyLimit(name) ? 0.16 : 0.1;
    if (isLowLimit(name)) shade(low, value, depth);
    else shade(value, high, depth);
  }
  ctx.restore();
  hatchSilence(plot, picture, ink);
}

/** What the point has not said since its last word is hatched, up to now. */
function hatchSilence(plot: uPlot, { rows, now, shiftMs, intervalMs, stopped, words }: TrendPicture, ink: Ink): void {
  const last = lastValue(rows);
  const from = last?.at ?? now - TREND_WINDOW_MS;
  const silent = intervalMs !== null && now - from > SILENT_INTERVALS * intervalMs;
  if (!silent && !stopped && last !== undefined) return;
  const { ctx, bbox } = plot;
  const x = (at: number): number =>
    Math.max(bbox.left, Math.min(bbox.left + bbox.width, plot.valToPos((at + shiftMs) / 1_000, 'x', true)));
  const [left, right] = [x(from), x(now)];
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, bbox.top, right - left, bbox.height);
  ctx.clip();
  ctx.strokeStyle = ink.dim;
  ctx.globalAlpha = 0.45;
  ctx.lineWidth = devicePixelRatio;
  ctx.beginPath();
  for (let at = left - bbox.height; at < right; at += 9 * devicePixelRatio) {
    ctx.moveTo(at, bbox.top + bbox.height);
    ctx.lineTo(at + bbox.height, bbox.top);
  }
  ctx.stroke();
  ctx.restore();
  const say = stopped ? words.stopped : words.noData;
  write(plot, ink, say, right - 4 * devicePixelRatio, bbox.top + 18 * devicePixelRatio, 'right');
}

function drawCone(plot: uPlot, picture: TrendPicture | undefined, ink: Ink): void {
  if (picture === undefined) return;
  const { ctx, bbox } = plot;
  const corners = forecastCone(picture, (plot.scales.x.max ?? 0) * 1_000 - picture.shiftMs);
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.beginPath();
  for (const { at, value } of corners) {
    ctx.lineTo(plot.valToPos((at + picture.shiftMs) / 1_000, 'x', true), plot.valToPos(value, 'y', true));
  }
  ctx.closePath();
  ctx.globalAlpha = 0.25;
  ctx.fillStyle = ink.dim;
  ctx.fill();
  ctx.restore();
}

/** Between the lines of two labels. */
const LABEL_PX = 15;

function drawLabels(plot: uPlot, picture: TrendPicture | undefined, ink: Ink): void {
  if (picture === undefined) return;
  const { bbox } = plot;
  const [top, bottom] = [bbox.top, bbox.top + bbox.height];
  const shown = limitMarks(picture.limits).flatMap(({ name, value: limit }) => {
    const at = plot.valToPos(limit, 'y', true);
    return at < top || at > bottom ? [] : [{ name, limit, at }];
  });
  for (const { name, at } of shown) drawLimit(plot, ink, name, at);
  shown.sort((a, b) => a.at - b.at);
  // Inside the plot: on the axis two near limits would cover each other. The two of a side are named away from each other,
  // and where all of them lie close they stand below each other, each with its number.
  const wanted = shown.map(({ name, at }) => at + (name === 'H' || name === 'LL' ? 15 : -7) * devicePixelRatio);
  const apart = LABEL_PX * devicePixelRatio;
  const places = stacked(wanted, apart, top + apart, bottom - 4 * devicePixelRatio);
  for (const [index, { name, limit }] of shown.entries()) {
    const word = picture.words.limits[name] ?? name;
    const text = `${word === name || name.includes('.') ? word : `${word} ${name}`} ${numberText(limit)}`;
    write(plot, ink, text, bbox.left + 8 * devicePixelRatio, places[index], 'left');
  }
  const { forecast } = picture;
  if (forecast === undefined) return;
  const at = plot.valToPos(forecast.limitValue, 'y', true) + 14 * devicePixelRatio;
  // The uppermost line on the right is that of silence.
  const place = Math.min(Math.max(at, top + 2 * apart + 4 * devicePixelRatio), bottom - 4 * devicePixelRatio);
  write(plot, ink, picture.words.forecast, bbox.left + bbox.width - 6 * devicePixelRatio, place, 'right');
}

function drawLimit({ ctx, bbox }: uPlot, ink: Ink, name: string, at: number): void {
  ctx.save();
  ctx.setLineDash([]);
  ctx.strokeStyle = ink.dim;
  ctx.lineWidth = (isHeavyLimit(name) ? 2 : 1) * devicePixelRatio;
  ctx.beginPath();
  ctx.moveTo(bbox.left, at);
  ctx.lineTo(bbox.left + bbox.width, at);
  ctx.stroke();
  ctx.restore();
}

function write(plot: uPlot, ink: Ink, text: string, x: number, y: number, align: CanvasTextAlign): void {
  const { ctx } = plot;
  ctx.save();
  ctx.font = `${12 * devicePixelRatio}px "Noto Sans CJK SC","Source Han Sans SC","Microsoft YaHei","PingFang SC",sans-serif`;
  ctx.textAlign = align;
  ctx.textBaseline = 'alphabetic';
  // A rim of the ground: the curve may run behind a word and not through it.
  ctx.strokeStyle = ink.ground;
  ctx.lineWidth = 3 * devicePixelRatio;
  ctx.lineJoin = 'round';
  ctx.strokeText(text, x, y);
  ctx.fillStyle = ink.text;
  ctx.fillText(text, x, y);
  ctx.restore();
}
