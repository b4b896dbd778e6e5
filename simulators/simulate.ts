/**
 * Runs one scenario against a broker: moves the plants along the wall clock it is given, sends each gateway's reports as
 * native batches, and cuts gateways off where the scenario says so. It judges nothing.
 *
 * `speed` N: plant time runs N times as fast as the clock, and every instrument reports N times as often, at most once a
 * step of the clock. `at` is always the clock's time of sending, never ahead of it; so what took an hour is seen to happen
 * in 60/N minutes, and rates of change look N times as steep.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { DrivenTypes } from './generic.ts';
import type { Disturbance, PlantPoint } from './plant.ts';
import { isActive } from './plant.ts';
import type { GatewayLink, LinkNote } from './publish.ts';
import { connectGateway } from './publish.ts';
import type { RegistryFile } from './registry-file.ts';
import { enterpriseOf, tagOf } from './registry-file.ts';
import { findScenario, SCENARIOS } from './scenarios/catalogue.ts';
import type { SiteReading, SourceView } from './site.ts';
import { createSite, viewSources } from './site.ts';

export type SimulationNote =
  | LinkNote
  /** The first of all; `gateways`: how many will connect. */
  | { readonly kind: 'planned'; readonly gateways: number; readonly disturbances: readonly Disturbance[] }
  | { readonly kind: 'cut' | 'restored'; readonly gateway: string }
  | { readonly kind: 'unknown-types'; readonly points: readonly string[] }
  | { readonly kind: 'dropped'; readonly gateway: string; readonly readings: number };

export interface SimulationOptions {
  /** Broker, e.g. `mqtt://127.0.0.1:1883`. */
  readonly url: string;
  readonly registry: RegistryFile;
  readonly scenario: string;
  /** Plant seconds a second of the clock; 1 when absent. */
  readonly speed?: number;
  readonly seed?: string;
  /** What the packs say of the types: points without a model of their own are driven by it. */
  readonly types?: DrivenTypes;
  /** Only points of this type, or this point, come to harm. */
  readonly only?: string | undefined;
  /** Ends the run; the gateways then say goodbye. */
  readonly signal?: AbortSignal;
  /** Wall time in epoch milliseconds: the devices' clock. */
  readonly now: () => number;
  /** Clock time between two steps; 1 s when absent. */
  readonly stepMs?: number;
  readonly onNote?: (note: SimulationNote) => void;
}

export type SimulationResult =
  | { readonly ok: true; readonly readings: number; readonly messages: number; readonly acknowledged: number }
  | { readonly ok: false; readonly reason: string };

const DEFAULT_STEP_MS = 1_000;
/** Well below the 5 000 readings and 256 KiB that a message may have. */
const BATCH_READINGS = 500;
/** What a gateway keeps for back-fill while it is cut off. */
const BUFFER_READINGS = 20_000;

interface Stamped extends SiteReading {
  readonly at: number;
}

interface Outlet {
  readonly name: string;
  readonly link: GatewayLink;
  cut: boolean;
  /** Readings taken while cut off. */
  buffer: Stamped[];
}

interface Tally {
  readings: number;
  messages: number;
  acknowledged: number;
}

/** Runs until the scenario is over or `signal` ends it. Gateways publish the points that list them first. */
export async function runSimulation(options: SimulationOptions): Promise<SimulationResult> {
  const { registry, signal, now } = options;
  const scenario = findScenario(options.scenario);
  if (scenario === undefined) {
    const names = SCENARIOS.map(({ name }) => name).join(', ');
    return { ok: false, reason: `no scenario ${options.scenario}; there are ${names}` };
  }
  const speed = options.speed ?? 1;
  if (!(speed > 0) || !Number.isFinite(speed)) return { ok: false, reason: 'speed must be a number above 0' };
  const disturbances = scenario.plan(only(viewSources(registry, options.types), options.only));
  if (disturbances === undefined) {
    return { ok: false, reason: `scenario ${scenario.name} needs ${scenario.needs}, and this registry has none` };
  }
  const outlets = openOutlets(options);
  if (outlets.size === 0) return { ok: false, reason: 'no point of this registry has a gateway that would send it' };
  options.onNote?.({ kind: 'planned', gateways: outlets.size, disturbances });
  const site = createSite(registry, disturbances, options.seed ?? 'fenghuo', options.types);
  if (site.unknown.length > 0) options.onNote?.({ kind: 'unknown-types', points: site.unknown });

  const route = new Map(
    registry.points.map(({ id, gateways }) => [id, gateways.map((g) => `${enterpriseOf(id)}/${g}`)]),
  );
  const tally: Tally = { readings: 0, messages: 0, acknowledged: 0 };
  const startedAt = now();
  while (!signal?.aborted) {
    const at = now();
    const plantMs = (at - startedAt) * speed;
    if (scenario.durationMs !== null && plantMs > scenario.durationMs) break;
    cutAndRestore(outlets, disturbances, plantMs, options, tally);
    const reports = site.report(plantMs).map((reading) => ({ ...reading, at }));
    for (const [outlet, readings] of routeReports(reports, route, outlets)) {
      if (outlet.cut) keep(outlet, readings);
      else send(outlet, readings, false, options, tally);
    }
    await delay(options.stepMs ?? DEFAULT_STEP_MS, undefined, { signal }).catch(() => undefined);
  }
  await Promise.all([...outlets.values()].map(({ link }) => link.close()));
  return { ok: true, ...tally };
}

function only(sources: readonly SourceView[], wanted: string | undefined): readonly SourceView[] {
  if (wanted === undefined) return sources;
  const isWanted = ({ id, type }: PlantPoint): boolean => id === wanted || type === wanted;
  return sources.map((source) => ({ ...source, points: source.points.filter(isWanted) }));
}

function openOutlets({ url, registry, onNote }: SimulationOptions): Map<string, Outlet> {
  const used = new Set(registry.points.flatMap(({ id, gateways }) => gateways.map((g) => `${enterpriseOf(id)}/${g}`)));
  const outlets = new Map<string, Outlet>();
  for (const { id, enterprise, secret } of registry.gateways) {
    const name = `${enterprise}/${id}`;
    if (!used.has(name)) continue;
    const link = connectGateway(url, { enterprise, gateway: id, secret }, { onNote });
    outlets.set(name, { name, link, cut: false, buffer: [] });
  }
  return outlets;
}

/** The first listed gateway that is not cut off publishes a point; where all are, the first keeps it for later. */
function routeReports(
  readings: readonly Stamped[],
  route: ReadonlyMap<string, readonly string[]>,
  outlets: ReadonlyMap<string, Outlet>,
): Map<Outlet, Stamped[]> {
  const byOutlet = new Map<Outlet, Stamped[]>();
  for (const reading of readings) {
    const listed = (route.get(reading.point) ?? []).flatMap((name) => outlets.get(name) ?? []);
    const outlet = listed.find(({ cut }) => !cut) ?? listed[0];
    if (outlet === undefined) continue;
    const batch = byOutlet.get(outlet);
    if (batch === undefined) byOutlet.set(outlet, [reading]);
    else batch.push(reading);
  }
  return byOutlet;
}

function cutAndRestore(
  outlets: ReadonlyMap<string, Outlet>,
  disturbances: readonly Disturbance[],
  plantMs: number,
  options: SimulationOptions,
  tally: Tally,
): void {
  for (const outlet of outlets.values()) {
    const cut = disturbances.some(
      (one) => one.kind === 'gateway-loss' && one.gateway === outlet.name && isActive(one, plantMs),
    );
    if (cut === outlet.cut) continue;
    outlet.cut = cut;
    if (cut) {
      outlet.link.drop();
      options.onNote?.({ kind: 'cut', gateway: outlet.name });
      continue;
    }
    outlet.link.restore();
    options.onNote?.({ kind: 'restored', gateway: outlet.name });
    send(outlet, outlet.buffer, true, options, tally);
    outlet.buffer = [];
  }
}

function keep(outlet: Outlet, readings: readonly Stamped[]): void {
  outlet.buffer.push(...readings);
  // A real gateway overwrites the oldest as well.
  if (outlet.buffer.length > BUFFER_READINGS) outlet.buffer.splice(0, outlet.buffer.length - BUFFER_READINGS);
}

function send(
  outlet: Outlet,
  readings: readonly Stamped[],
  historical: boolean,
  { onNote }: SimulationOptions,
  tally: Tally,
): void {
  for (let from = 0; from < readings.length; from += BATCH_READINGS) {
    const batch = readings.slice(from, from + BATCH_READINGS);
    const taken = outlet.link.publish(encodeBatch(batch, historical), () => {
      tally.acknowledged++;
    });
    if (taken) {
      tally.messages++;
      tally.readings += batch.length;
    } else onNote?.({ kind: 'dropped', gateway: outlet.name, readings: batch.length });
  }
}

/** The native payload: tags, because the enterprise stands in the topic. What is no number comes as JSON has it: null. */
function encodeBatch(readings: readonly Stamped[], historical: boolean): string {
  return JSON.stringify({
    readings: readings.map(({ point, at, value, quality }) => ({
      point: tagOf(point),
      at,
      value,
      quality,
      historical: historical || undefined,
    })),
  });
}
