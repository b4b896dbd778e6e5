/**
 * The mix of all shipped packs against the plain gauge of the other rows, in the same run and in turn: what a reading costs the
 * rules and the whole `step`, what computing derived points adds, and what a point takes in memory. One point of every type of
 * every pack, as often as points are wanted, in random order (mix-site.ts says what is added on some). Each figure is the least
 * of several, in processor time. Run: `npm run bench -- mix`.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { encodeState } from '../src/engine/snapshot.ts';
import type { RuleMemory } from '../src/rules/memory.ts';
import { buildGauge } from '../test/support/build/point.ts';
import type { Row } from './figures.ts';
import { atMost, row } from './figures.ts';
import { RulesLoad, StepLoad, standingIn } from './mix-load.ts';
import type { Site, SitePoint } from './mix-site.ts';
import { copiesOf, INTERVAL_MS, mixedSite, REFERENCE, SLOW_KINDS } from './mix-site.ts';
import { shuffled } from './shuffled.ts';

const NS_A_READING = 1_000;
const BYTES_A_POINT = 1_024;
const BYTES_OF_SLOW = 2_048;
/** A point with none of the rarer rules costs no more beside points that have them. */
const BESIDE = 1.1;
const BESIDE_RUNS = 4;
const POINTS = 100_000;
const QUICK_POINTS = 10_000;
/** Bands know their reference by then, forecasts their window; the code is compiled. */
const WARM_ROUNDS = REFERENCE + 20;
/** Where bands may learn on: the forecast windows are full. */
const WARM_STEP = 100;
/** Windows close their buckets together, once in five to fifteen rounds: every run has them all. */
const ROUNDS = 15;
const RUNS = 7;
const QUICK_RUNS = 4;

export async function benchMix({ quick }: { readonly quick: boolean }): Promise<Row[]> {
  const runs = quick ? QUICK_RUNS : RUNS;
  const site = mixedSite(standingIn);
  const sites = Math.round((quick ? QUICK_POINTS : POINTS) / site.points.length);
  return [...ruleRows(site, sites, runs), ...stepRows(site, sites, runs), ...besideRows()];
}

/** So many sites whose every point is a gauge with limits, delays and a forecast. */
function plainSite(site: Site): Site {
  const points = site.points.map(({ config: { id, enterprise, source, gateways, derive, ...rest } }): SitePoint => {
    const gauge = buildGauge(id, {
      source,
      intervalMs: INTERVAL_MS,
      gateways: derive === undefined ? gateways : ['gw1'],
    });
    return { config: { ...gauge, tag: rest.tag }, usual: 50, reach: 35, least: 0, most: 100 };
  });
  return { change: { ...site.change, points: points.map(({ config }) => config) }, points };
}

const sizeOf = (points: number): string => `${Math.round(points / 1_000)}k points, random order`;

function ruleRows(site: Site, sites: number, runs: number): Row[] {
  const plain = new RulesLoad(copiesOf(plainSite(site), sites, shuffled).points);
  const { points } = copiesOf(site, sites, shuffled);
  const mix = new RulesLoad(points);
  plain.run(WARM_STEP);
  mix.run(WARM_ROUNDS);
  const [ofPlain, ofMix] = inTurn([plain, mix], runs);
  const { usual, slow, slowest } = bytesOf(mix.memory, points);
  const size = sizeOf(points.length);
  return [
    row(`mix: rules of all packs, vs plain gauges, ${size}`, 'ns/reading', ofMix, ofPlain, atMost(NS_A_READING)),
    row(
      'mix: rules, memory of a point without a slow baseline, mean',
      'B/point',
      usual,
      undefined,
      atMost(BYTES_A_POINT),
    ),
    row('mix: rules, more of a point with a slow baseline, mean', 'B/point', slow - usual),
    row('mix: rules, a slow baseline that takes most', 'B/point', slowest, undefined, atMost(BYTES_OF_SLOW)),
  ];
}

function stepRows(site: Site, sites: number, runs: number): Row[] {
  const load = (of: Site): StepLoad => {
    const { change, points } = copiesOf(of, sites, shuffled);
    return new StepLoad(change, points);
  };
  const measured = site.points.filter(({ config }) => config.derive === undefined);
  const withoutDerived = { change: { ...site.change, points: measured.map(({ config }) => config) }, points: measured };
  const loads = [plainSite(withoutDerived), withoutDerived, site].map(load);
  const [plain, mix, derived] = loads;
  plain.run(WARM_STEP);
  mix.run(WARM_STEP);
  derived.run(WARM_STEP);
  for (const one of loads) one.tickUs = 0;
  const [ofPlain, ofMix, ofAll] = inTurn(loads, runs);
  const tick = ({ tickUs, readings }: StepLoad): number => (tickUs * 1_000) / (runs * ROUNDS * readings);
  const bytes = encodeState(derived.state).columns.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const { length } = derived.state.registry.points;
  const size = `50 readings a message, ${sizeOf(length)}`;
  return [
    row(`mix: step, measured points, vs plain gauges, ${size}`, 'ns/reading', ofMix, ofPlain),
    row('mix: step, with what is derived from them, vs without', 'ns/reading', ofAll, ofMix),
    row('mix: ticks between, vs plain gauges', 'ns/reading', tick(derived), tick(plain)),
    row('mix: all tables of the engine', 'B/point', bytes / length),
  ];
}

/** The least of several, in turn. */
function inTurn(loads: readonly { run(rounds: number): number }[], runs: number): number[] {
  const least = loads.map(() => Number.POSITIVE_INFINITY);
  for (let i = 0; i < runs; i++) {
    for (const [n, load] of loads.entries()) least[n] = Math.min(least[n], load.run(ROUNDS));
  }
  return least;
}

/** Of points in the rule memory: the mean of those without a slow baseline and of those with one; the kind of them that takes most. */
function bytesOf(memory: RuleMemory, points: readonly SitePoint[]) {
  const bytes = (table: { rows: number; bytes(): readonly Uint8Array[] }): number =>
    table.bytes().reduce((sum, { byteLength }) => sum + byteLength, 0) / Math.max(1, table.rows);
  const perPoint = bytes(memory.points);
  const perSlot = bytes(memory.slots);
  const ofKind = new Map(
    memory.kinds.map(({ name, tables }) => [
      name,
      perSlot + tables.reduce((sum, { columns }) => sum + bytes(columns), 0),
    ]),
  );
  const sums = { usual: [0, 0], slow: [0, 0] };
  let slowest = 0;
  for (const { config } of points) {
    let sum = perPoint;
    for (const { kind } of config.rules) sum += ofKind.get(kind) ?? 0;
    const slow = config.rules.filter(({ kind }) => SLOW_KINDS.has(kind));
    slowest = Math.max(
      slowest,
      slow.reduce((total, { kind }) => total + (ofKind.get(kind) ?? 0), 0),
    );
    const into = slow.length > 0 ? sums.slow : sums.usual;
    into[0] += sum;
    into[1]++;
  }
  return { usual: sums.usual[0] / sums.usual[1], slow: sums.slow[0] / sums.slow[1], slowest };
}

/**
 * Points with quick limits beside as many with graded ones, against quick ones alone: each in a process of its own, so that neither runs code that the other has shaped.
 */
function besideRows(): Row[] {
  const program = fileURLToPath(new URL('./mix-beside.js', import.meta.url));
  const least: Record<string, number> = {};
  for (let i = 0; i < BESIDE_RUNS; i++) {
    for (const which of ['alone', 'beside']) {
      const { stdout, status } = spawnSync(process.execPath, [program, which], { encoding: 'utf8' });
      if (status !== 0) throw new Error(`${which} plain gauges did not run`);
      least[which] = Math.min(least[which] ?? Number.POSITIVE_INFINITY, Number(stdout));
    }
  }
  return [
    row(
      'mix: rules, quick limits and delays, beside as many points with graded limits, vs alone',
      'ns/reading',
      least.beside,
      least.alone,
      { compares: 'ratio', is: '<=', limit: BESIDE },
    ),
  ];
}
