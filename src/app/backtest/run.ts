/**
 * A backtest: what is kept of the log judged twice, as it was and as a draft would have it, in slices that leave the processor to
 * the service. It reads what is there, writes nothing, and says where the past is not kept exactly.
 */
import type { Input } from '../../engine/input.ts';
import type { RegistryImage } from '../../engine/registry.ts';
import { Registry } from '../../engine/registry.ts';
import type { EngineState } from '../../engine/state.ts';
import { newState } from '../../engine/state.ts';
import type { PastPlaces } from '../../log/local/past.ts';
import { readPast } from '../../log/local/past.ts';
import type { LogRecord, RecordNumber, SnapshotStore } from '../../log/port.ts';
import { readHeader, readRecord } from '../../log/record.ts';
import type { DurationMs, EpochMs } from '../../model/time.ts';
import { HOUR_MS } from '../../model/time.ts';
import { beginAs } from '../sequencer/restore.ts';
import { decodeParts } from '../sequencer/snapshotter.ts';
import type { AlarmLoad } from './alarm-load.ts';
import type { Comparison } from './compare.ts';
import { compared } from './compare.ts';
import type { Drafted } from './draft.ts';
import { Judging } from './judging.ts';

export interface BacktestAsked {
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** Newest durable record when it was asked for. */
  readonly upTo: RecordNumber;
  readonly drafted: Drafted;
  /** Whose alerts are looked at. */
  readonly enterprises: ReadonlySet<string>;
}

export interface BacktestResult extends Comparison {
  readonly load: { readonly was: AlarmLoad; readonly drafted: AlarmLoad };
  /** Readings that were judged between `from` and `to`. */
  readonly readings: number;
  /** Why it is not exactly what was, in words; empty where it is. */
  readonly approximate: readonly string[];
}

/** What a backtest is run with. */
export interface BacktestPlaces {
  readonly past: PastPlaces;
  readonly snapshots: Pick<SnapshotStore, 'newest'>;
  readonly pace: Pace;
  /** Called with the share (0 … 1) of the records that are judged. */
  progress(share: number): void;
  /** Asked between slices: whether nobody wants it any more. */
  isCancelled(): boolean;
}

interface Pace {
  /** Milliseconds on any steady clock. */
  now(): number;
  pause(ms: DurationMs): Promise<void>;
}

/** Judged in one go, then left for so many times as long: a sixth of one core at most, whatever the machine does besides. */
const SLICE_MS = 8;
const REST = 5;
/** Judged before `from` where no state of then is kept, so that windows and delays know their past. */
const WARM_UP_MS: DurationMs = 24 * HOUR_MS;

/** Undefined where it was cancelled. Throws DraftError, and what reading throws. */
export async function runBacktest(asked: BacktestAsked, places: BacktestPlaces): Promise<BacktestResult | undefined> {
  const { from, to, upTo, enterprises, drafted } = asked;
  const start = await startOf(asked, places);
  const stretch = { from, to, enterprises };
  const was = new Judging(start.state(), stretch);
  const draft = new Judging(start.state(), stretch, drafted);
  const approximate = [...start.approximate];
  const first = was.state.n;
  const share = new Share(places);
  let readings = 0;
  for await (const record of readPast(places.past, { from: first + 1, upTo })) {
    if (readHeader(record.bytes).at > to) break;
    if (record.number > was.state.n + 1 && was.state.n > 0)
      approximate.push(`records ${was.state.n + 1} to ${record.number - 1} are not kept`);
    const judged = judge(was, draft, record, approximate);
    if (readHeader(record.bytes).at >= from) readings += judged;
    if (!(await share.went((record.number - first) / Math.max(1, upTo - first)))) return undefined;
  }
  if (readings === 0) approximate.push('no reading of that time is kept');
  const [before, after] = [was.result(), draft.result()];
  return {
    ...compared(before.episodes, after.episodes),
    load: { was: before.load, drafted: after.load },
    readings,
    approximate,
  };
}

/** So many records may be past judging: what was set aside when it came is left out here too. */
const UNJUDGED_MAX = 16;

/** Gives how many readings it had. One that cannot be judged is left out and told. */
function judge(was: Judging, draft: Judging, record: LogRecord, approximate: string[]): number {
  try {
    return judgeBoth(was, draft, record);
  } catch (error) {
    if (approximate.length >= UNJUDGED_MAX) throw error;
    approximate.push(`record ${record.number} is left out: ${error instanceof Error ? error.message : String(error)}`);
    was.state.n = record.number;
    draft.state.n = record.number;
    return 0;
  }
}

/** Both judge the same record; what somebody did to an alert is done to the alert of its key. */
export function judgeBoth(was: Judging, draft: Judging, record: LogRecord): number {
  beginAs(was.state, record);
  beginAs(draft.state, record);
  // Each its own: what is judged is written into it.
  const input = readRecord(record.bytes).input;
  const alert = input.kind === 'command' ? was.state.book.find(input.command.alertId) : undefined;
  was.step(record.number, input);
  draft.step(record.number, asMeant(readRecord(record.bytes).input, alert?.key, draft));
  return input.kind === 'readings' ? input.batch.count : 0;
}

function asMeant(input: Input, key: string | undefined, draft: Judging): Input {
  if (input.kind === 'reconciled') return { ...input, alerts: [] } as Input;
  if (input.kind !== 'command' || key === undefined) return input;
  const own = draft.alertOf(key);
  if (own === undefined) return input;
  return { ...input, command: { ...input.command, alertId: own.id, seenSeq: own.seq } };
}

/** Keeps to the share of the processor, and tells how far it is. */
class Share {
  private readonly places: BacktestPlaces;
  private since: number;

  constructor(places: BacktestPlaces) {
    this.places = places;
    this.since = places.pace.now();
  }

  /** False where it is to end. */
  async went(share: number): Promise<boolean> {
    const { pace } = this.places;
    const usedMs = pace.now() - this.since;
    if (usedMs < SLICE_MS) return true;
    this.places.progress(share);
    await pace.pause(usedMs * REST);
    this.since = pace.now();
    return !this.places.isCancelled();
  }
}

interface Start {
  /** A fresh state each time. */
  state(): EngineState;
  readonly approximate: readonly string[];
}

/** The newest state kept of a time before the stretch; or what is registered now, and a day to find its feet. */
async function startOf({ from, upTo }: BacktestAsked, places: BacktestPlaces): Promise<Start> {
  const { snapshots } = places;
  let newest: RegistryImage | undefined;
  for (let before: RecordNumber = upTo; ; ) {
    const snapshot = await snapshots.newest(before);
    if (snapshot === undefined) break;
    const { position, parts } = snapshot;
    // What is decoded may be what is judged in: each its own bytes.
    const state = () => decodeParts(parts.map((part) => new Uint8Array(part)));
    const found = state();
    if (found.at <= from) return { state, approximate: [] };
    newest ??= found.registry.image();
    before = position - 1;
  }
  const oldest = await firstRecord(places, { from: 1, upTo });
  if (oldest === undefined || oldest.number === 1 || newest === undefined)
    return { state: () => newState(), approximate: [] };
  const begin = await firstRecord(places, { from: 1, upTo }, from - WARM_UP_MS);
  const at = begin ?? oldest;
  const image = newest;
  const why = `no state of then is kept: begun at ${new Date(at.at).toISOString()} with nothing known, and with what is registered now`;
  return { state: () => begunAnew(image, at), approximate: [why] };
}

interface Found {
  readonly number: RecordNumber;
  readonly at: EpochMs;
}

/** The oldest record that is kept, at or after an instant. */
async function firstRecord(
  places: BacktestPlaces,
  range: { readonly from: RecordNumber; readonly upTo: RecordNumber },
  notBefore: EpochMs = Number.NEGATIVE_INFINITY,
): Promise<Found | undefined> {
  const share = new Share(places);
  for await (const { number, bytes } of readPast(places.past, range)) {
    const { at } = readHeader(bytes);
    if (at >= notBefore) return { number, at };
    if (!(await share.went(0))) break;
  }
  return undefined;
}

/** Everything that is registered, under the numbers it has, and nothing heard of it. */
function begunAnew(image: RegistryImage, { number, at }: Found): EngineState {
  const state = newState();
  state.n = number - 2;
  state.at = at;
  const { divisions, enterprises, sources, gateways, points, links } = Registry.from(image).image();
  const change = { divisions, enterprises, sources, gateways, points, links };
  const stretch = { from: at, to: at, enterprises: new Set<string>() };
  new Judging(state, stretch).step(number - 1, {
    kind: 'configuration',
    at,
    commandId: 'begun',
    actor: 'begun',
    change,
  });
  return state;
}
