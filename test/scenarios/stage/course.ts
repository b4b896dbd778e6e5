// How a sensor behaves over time: what it says at `t` ms after it began to behave so. Pure; a scenario is written in these.
import type { QualityName } from '../../../src/model/quality.ts';

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** A value, a value with the quality the device gives it, or nothing: it does not send. */
type Said = number | boolean | { readonly value: number | boolean; readonly quality: QualityName } | undefined;
export type Course = (t: number) => Said;

export const flat =
  (value: number | boolean): Course =>
  () =>
    value;

export const silent: Course = () => undefined;

/** From `from`, so much a minute, and no further than `to`. */
export const ramp =
  (from: number, perMinute: number, to = perMinute > 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY): Course =>
  (t) => {
    const value = from + (perMinute * t) / MINUTE;
    return perMinute > 0 ? Math.min(value, to) : Math.max(value, to);
  };

/** `[since, value]`: each holds until the next. Before the first it is silent. */
export const steps =
  (...stairs: readonly (readonly [since: number, value: number | boolean])[]): Course =>
  (t) =>
    stairs.findLast(([since]) => t >= since)?.[1];

/** Good values around `middle`, never the same twice in a row: of a sensor that lives. */
export const lively =
  (middle: number, by: number): Course =>
  (t) =>
    middle + by * Math.sin(t / 7_919) * Math.cos(t / 104_729);

/** The same with a quality that the device itself gives. */
export const as =
  (quality: QualityName, course: Course): Course =>
  (t) => {
    const said = course(t);
    if (said === undefined) return undefined;
    return { value: typeof said === 'object' ? said.value : said, quality };
  };
