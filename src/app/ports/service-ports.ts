/**
 * The service as the API sees it: live view, registry, state, history, explanations, health. It translates between the
 * pipeline's projections and the API's ports and decides nothing.
 */

import { ApiError } from '../../api/errors.ts';
import type {
  Backtests,
  History,
  Inputs,
  LiveView,
  RegisteredPoint,
  ServicePorts,
  StateQueries,
} from '../../api/ports.ts';
import type { ValueRow } from '../../api/schemas/live.ts';
import type { PointState, RawRow, SampledRow } from '../../api/schemas/readings.ts';
import { describeTrend, openAlert, sightBySource } from '../../engine/describe.ts';
import type { Evidence } from '../../engine/evidence.ts';
import { evidenceOf, judgeAgain } from '../../engine/evidence.ts';
import { inForce } from '../../engine/in-force.ts';
import { proofOf } from '../../engine/proof.ts';
import type { EngineState } from '../../engine/state.ts';
import type { Quarantine } from '../../ingest/quarantine.ts';
import type { Alert } from '../../model/alert.ts';
import { divisionPath } from '../../model/division.ts';
import type { GradeName } from '../../model/grade.ts';
import { GRADE_NAMES } from '../../model/grade.ts';
import { namedLimits } from '../../model/graded-limit.ts';
import { LEVEL_NAMES } from '../../model/level.ts';
import type { PointConfig } from '../../model/point.ts';
import { QUALITY_NAMES } from '../../model/quality.ts';
import { FLAG } from '../../model/reading.ts';
import { alarmClassOf } from '../../model/source.ts';
import { baselinesOf, eventsOf, explainSlot, viewSlot } from '../../rules/view.ts';
import type { ReadingsStore } from '../../store/readings/port.ts';
import type { AlertFilter, HistoryStore, StateStore } from '../../store/state/port.ts';
import { StoreAwayError } from '../../store/thread/messages.ts';
import type { Clock } from '../clock.ts';
import { scheduler, wallNow } from '../clock.ts';
import type { DataAges } from '../followers/data-age.ts';
import type { LiveProjection, ShownValue } from '../followers/live-view.ts';
import type { ReadingsFeed } from '../followers/readings-feed.ts';
import type { Logger } from '../logger.ts';
import type { Ahead } from '../sequencer/pipeline.ts';
import type { KnownPeople } from './accounts.ts';
import { accounts } from './accounts.ts';
import type { HealthParts } from './health.ts';
import { healthOf, metricsOf } from './health.ts';
import { registryView } from './registry-view.ts';

export interface PortParts {
  readonly state: EngineState;
  readonly live: LiveProjection;
  readonly ages: DataAges;
  readonly store: StateStore;
  readonly people: KnownPeople;
  readonly readings: ReadingsStore;
  readonly feed: ReadingsFeed;
  readonly quarantine: Quarantine;
  readonly inputs: Inputs;
  readonly backtests: Backtests;
  readonly health: HealthParts;
  readonly clock: Clock;
  readonly epoch: string;
  readonly logger: Logger;
}

export function servicePorts(parts: PortParts): ServicePorts {
  const { state, quarantine, inputs, clock, logger } = parts;
  const history = absenceNamed(parts.store.history);
  const people = absenceNamed(parts.store.people);
  return {
    time: {
      now: () => clock.now(),
      wall: wallNow,
      every: (ms, run) => scheduler.every(ms, run).stop,
      after: (ms, run) => scheduler.after(ms, run).stop,
    },
    live: liveView(parts),
    registry: registryView(state),
    inputs,
    backtests: parts.backtests,
    state: stateQueries(history),
    accounts: accounts({ people, audit: parts.store.audit }, parts.people),
    history: (point, from, to, max) => historyOf(parts, point, from, to, max),
    async explain(alertId) {
      const capsule = await history.capsule(alertId);
      const alert = parts.live.alert(alertId) ?? (await history.alert(alertId));
      if (capsule === undefined || alert === undefined) return undefined;
      const evidence = evidenceOf(capsule);
      const differences = judgeAgain(capsule);
      return {
        alert: alertId,
        seq: capsule.seq,
        at: capsule.at,
        input: capsule.input,
        engineVersion: capsule.engineVersion,
        equal: differences.length === 0,
        differences,
        grade: GRADE_NAMES[evidence.result.grade] as GradeName,
        reasons: evidence.result.reasons,
        points: alert.points,
        proof: proofOf(evidence),
        evidence: inWords(evidence),
      };
    },
    refusals: () => ({
      counts: quarantine.counts(),
      items: quarantine
        .list()
        .map(({ tag, payloadPrefix, ...rest }) => ({ ...rest, point: tag, payload: payloadPrefix })),
    }),
    metrics: () => metricsOf(parts.health),
    report: (error, where) =>
      logger.error({ error: error instanceof Error ? error.stack : error, where }, 'request failed'),
  };
}

/** That the store is away is an answer of its own, and no mistake of ours. */
function absenceNamed<T extends object>(part: T): T {
  const named = Object.entries(part).map(([name, method]: [string, (...args: unknown[]) => Promise<unknown>]) => [
    name,
    (...args: unknown[]) =>
      method(...args).catch((error: unknown) => {
        throw error instanceof StoreAwayError ? new ApiError('state-unavailable', error.message) : error;
      }),
  ]);
  return Object.fromEntries(named) as T;
}

/** What was graded, without the letter that the ladder has for the class of the source: the reasons say it in words. */
function inWords({ grading: { sourceClass: letter, ...grading }, ...evidence }: Evidence): object {
  return { ...evidence, grading: { ...grading, alarmClass: alarmClassOf(letter) } };
}

function liveView(parts: PortParts): LiveView {
  const { live, state } = parts;
  const { pipeline } = parts.health;
  const now = (alertId: string) => openAlert(state, alertId);
  const row = (number: number) => {
    const value = live.value(number);
    if (value === undefined) return undefined;
    return [state.partition, number, value.at, value.value, shownQuality(live, number, value)] as const;
  };
  return {
    epoch: () => parts.epoch,
    seq: () => live.seq,
    openAlerts() {
      live.refreshFigures(now, pipeline.ahead());
      return live.openAlerts();
    },
    alert(id) {
      live.refreshFigures(now, pipeline.ahead());
      return live.alert(id);
    },
    transitionsAfter: (seq) => live.transitionsAfter(seq),
    transitionsOf: (alertId, seq) => live.transitionsOf(alertId, seq),
    onTransitions: (listener) => live.onTransitions(listener),
    *takeDirty() {
      for (const number of live.takeDirty()) {
        const shown = row(number);
        if (shown !== undefined) yield shown;
      }
    },
    newestValue: row,
    pointState: (number) => pointStateOf(parts, number),
    sight: () => ({ unsaved: state.unsaved || isAhead(pipeline.ahead()), bySource: sightBySource(state) }),
    health: () => healthOf(parts.health),
    ready: () => true,
    lagMs: () => parts.health.lagMs(),
    dataAge: (scope) => parts.ages.of(scope),
  };
}

const isAhead = (ahead: Ahead): boolean => ahead === 'everything' || ahead.size > 0;

/** A silent point keeps its last value and is shown as stale, never as what it was; so is one that is not heard yet. */
function shownQuality(live: LiveProjection, number: number, value: ShownValue): ValueRow[4] {
  if (live.isSilent(number)) return 'stale';
  return live.isAwaited(number) ? 'no-data-since-start' : QUALITY_NAMES[value.quality];
}

function pointStateOf(parts: PortParts, number: number): PointState | undefined {
  const { state, live } = parts;
  const config = state.registry.points[number];
  if (config === undefined) return undefined;
  const ahead = parts.health.pipeline.ahead();
  const shown = live.value(number);
  const slots = state.rules.slotsOf(number);
  const level = slots.reduce((worst, slot) => Math.max(worst, viewSlot(state.rules, slot).level), 0);
  const forecast = slots
    .map((slot) => explainSlot(state.rules, slot).explanation)
    .find(({ limit, numbers }) => limit !== undefined && 'r2' in numbers && 'timeToLimitMs' in numbers);
  return {
    point: config.id,
    number,
    // Value, time and silence are as released; level and forecast are read from the state, which may be ahead of the log.
    unsaved: state.unsaved || ahead === 'everything' || ahead.has(number),
    unit: config.unit,
    quality: shown === undefined ? 'never-seen' : shownQuality(live, number, shown),
    neverSeen: shown === undefined,
    stale: live.isSilent(number),
    level: LEVEL_NAMES[level],
    limits: namedLimits(inForce(state, number)),
    last: shown && {
      sampledAt: shown.at,
      receivedAt: shown.receivedAt,
      value: shown.value,
      quality: QUALITY_NAMES[shown.quality],
      ...remarks(state, number),
    },
    forecast: forecast?.limit && {
      limit: forecast.limit.name,
      limitValue: forecast.limit.value,
      numbers: forecast.numbers,
    },
    unclear: describeTrend(state.rules, number),
    inputs: inputsOf(parts, config),
    events: eventsNow(parts, number),
    baselines: baselinesNow(state, number),
  };
}

/** What it was beyond without anybody having to act, in the time that devices send by. */
function eventsNow({ state }: PortParts, number: number): PointState['events'] {
  const kept = eventsOf(state.rules, number);
  const wall = (at: number): number => at + state.clockOffsetMs;
  return (
    kept &&
    Object.entries(kept).map(([rule, { limit, count, newest }]) => ({
      rule,
      limit,
      count,
      newest: newest.map(({ from, to, peak }) => ({ from: wall(from), to: to && wall(to), peak })),
    }))
  );
}

/** Absent where no rule of the point learns anything. */
function baselinesNow({ rules, at }: EngineState, number: number): PointState['baselines'] {
  const found = baselinesOf(rules, number, at);
  return found.length === 0 ? undefined : found;
}

/** What is said besides of the newest value of a point; absent where it is not so. */
function remarks({ points }: EngineState, number: number): { untimed?: true; atLeast?: true } {
  const flags = points.col.seen[number] === 0 ? 0 : points.col.flags[number];
  return {
    untimed: (flags & FLAG.NO_AT) !== 0 ? true : undefined,
    atLeast: (flags & FLAG.AT_LEAST) !== 0 ? true : undefined,
  };
}

/** Of a derived point: what it is computed from, as it was released. */
function inputsOf({ state, live }: PortParts, { derive }: PointConfig): PointState['inputs'] {
  if (derive === undefined) return undefined;
  return Object.entries(derive.inputs).flatMap(([name, { points }]) =>
    points.map((point) => {
      const number = state.registry.pointNumbers.get(point)!;
      const shown = live.value(number);
      const quality = shown === undefined ? 'never-seen' : shownQuality(live, number, shown);
      return { name, point, value: shown?.value, quality, sampledAt: shown?.at, ...remarks(state, number) };
    }),
  );
}

async function historyOf(
  parts: PortParts,
  point: RegisteredPoint,
  from: number,
  to: number,
  max: number,
): Promise<History | { readonly unavailable: string }> {
  const outcome = await parts.readings.query({ point: point.number, from, to, max });
  if (!outcome.ok) return { unavailable: outcome.reason };
  const { answer } = outcome;
  parts.feed.hurry();
  const { gaps, completeTo } = answer;
  // The rows go by the wall, as devices do; what was judged goes by engine time.
  const { clockOffsetMs } = parts.state;
  const complete = { completeTo: completeTo === undefined ? undefined : completeTo + clockOffsetMs, gaps };
  if (answer.downsampled) {
    const items: SampledRow[] = answer.items;
    return { downsampled: true, items, ...complete };
  }
  const items: RawRow[] = answer.items.map(({ at, value, quality }) => ({
    at,
    value,
    quality: QUALITY_NAMES[quality],
  }));
  return { downsampled: false, items, ...complete };
}

function stateQueries(store: HistoryStore): StateQueries {
  return {
    async findAlerts({ grades, kind, exercise, division, enterprise, source, from, to, before, limit }) {
      const filter: Omit<AlertFilter, 'cursor'> = {
        limit,
        kind,
        grades,
        scope: division === undefined ? undefined : divisionPath(division),
        withService: division !== undefined,
        enterprise,
        source,
        from,
        // The order is by time of raising, newest first: the next page begins at the last one's time.
        to: before === undefined ? to : before.raisedAt + 1,
      };
      const found: Alert[] = [];
      let cursor: string | undefined;
      for (;;) {
        const page = await store.findAlerts({ ...filter, cursor });
        if (page === 'bad-cursor') throw new Error('the state store does not know its own cursor');
        found.push(
          ...page.items.filter(
            (alert) =>
              (exercise === undefined || alert.exercise === exercise) &&
              (before === undefined || alert.raisedAt < before.raisedAt || alert.id < before.id),
          ),
        );
        cursor = page.nextCursor;
        // A page that ended before its limit was full of text: what was found so far is enough of an answer.
        const isHeavy = page.items.length < limit && found.length > 0;
        if (cursor === undefined || found.length >= limit || isHeavy)
          return { items: found.slice(0, limit), more: cursor !== undefined || found.length > limit };
      }
    },
    alert: (id) => store.alert(id),
    timeline: (id, query) => store.alertTimeline(id, query),
    async transitionsAfter(seq, limit) {
      return (await store.transitionsAfter(seq, limit)).items;
    },
  };
}
