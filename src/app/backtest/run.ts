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
import type { Both } from './holes.ts';
import { fillHole } from './holes.ts';
import { Judging } from './judging.ts';
import type { SharePlaces } from './share.ts';
import { Share } from './share.ts';
import type { PastReadings } from './stored.ts';
import type { KeptStretch } from './stretches.ts';
import { Stretches, span } from './stretches.ts';

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
  /** Of which part what is kept; it ends with the newest record. */
  readonly stretches: readonly KeptStretch[];
}

/** What a backtest is run with. */
export interface BacktestPlaces extends SharePlaces {
  readonly past: PastPlaces;
  readonly snapshots: Pick<SnapshotStore, 'newest'>;
  /** What of the past only the store of readings has. */
  readonly readings: PastReadings;
}

/** Judged before `from` where no state of then is kept, so that windows and delays know their past. */
const WARM_UP_MS: DurationMs = 24 * HOUR_MS;

/** Undefined where it was cancelled. Throws DraftError, NothingKeptError, and what reading throws. */
export async function runBacktest(asked: BacktestAsked, places: BacktestPlaces): Promise<BacktestResult | undefined> {
  const { from, to, enterprises, drafted } = asked;
  const start = await startOf(asked, places);
  const stretch = { from, to, enterprises };
  const was = new Judging(start.state(), stretch);
  const draft = new Judging(start.state(), stretch, drafted);
  const stretches = new Stretches(from, to);
  const approximate = new Set(start.approximate);
  const readings = await judgeAll({ was, draft }, asked, { places, start, stretches, approximate });
  if (readings === undefined) return undefined;
  const kept = stretches.all();
  if (kept.every(({ of }) => of === 'nothing')) throw new NothingKeptError(asked, start.oldestAt);
  for (const reason of stretches.reasons()) approximate.add(reason);
  if (readings === 0) approximate.add('该时段没有读数 · no reading came in that time');
  const [before, after] = [was.result(), draft.result()];
  return {
    ...compared(before.episodes, after.episodes),
    load: { was: before.load, drafted: after.load },
    readings,
    approximate: [...approximate],
    stretches: kept,
  };
}

interface Way {
  readonly places: BacktestPlaces;
  readonly start: Start;
  readonly stretches: Stretches;
  /** Reasons are told once. */
  readonly approximate: Set<string>;
}

/** Every record that is kept, and before and between them what the store of readings has. Gives how many readings were judged. */
async function judgeAll(both: Both, asked: BacktestAsked, way: Way): Promise<number | undefined> {
  const { from, to, upTo, enterprises } = asked;
  const { places, start, stretches, approximate } = way;
  const { state } = both.was;
  const share = new Share(places);
  const beganAt = state.at || (start.oldestAt ?? from);
  const shareAt = (at: EpochMs) => Math.min(1, Math.max(0, (at - beganAt) / Math.max(1, to - beganAt)));
  const missing = (reason: string) => void approximate.add(reason);
  const filling = { store: places.readings, enterprises, stretches, share, shareAt, missing };
  let isHole = start.isBeforeLog;
  let readings = 0;
  for await (const record of readPast(places.past, { from: state.n + 1, upTo })) {
    const { at } = readHeader(record.bytes);
    const expected = Math.floor(state.n) + 1;
    if (state.n === 0) stretches.note('nothing', from, at);
    else if (isHole || record.number > expected) {
      if (!isHole)
        approximate.add(
          `缺少第 ${expected} 至 ${record.number - 1} 条记录 · records ${expected} to ${record.number - 1} are not kept`,
        );
      const stretch = { to: Math.min(at, to), countFrom: from, before: record.number };
      const filled = await fillHole(both, stretch, filling);
      if (filled === undefined) return undefined;
      readings += filled;
      isHole = false;
    }
    if (at > to) break;
    stretches.note('records', state.at, at);
    const judged = judge(both, record, approximate);
    if (at >= from) readings += judged;
    if (!(await share.went(shareAt(at)))) return undefined;
  }
  return readings;
}

/** Nobody has anything of the time that was asked for. */
class NothingKeptError extends Error {
  override readonly name = 'NothingKeptError';

  constructor({ from, to, enterprises }: BacktestAsked, oldestAt: EpochMs | undefined) {
    const log = oldestAt === undefined ? 'are empty' : `begin at ${new Date(oldestAt).toISOString()}`;
    const whose = [...enterprises].join(', ');
    super(
      `该时段没有任何留存 · nothing is kept of ${span(from, to)}: log and archive ${log}, and the store of readings has none of ${whose}`,
    );
  }
}

/** What is registered is not known either: every reading would be of an unknown point, and a range without alerts look calm. */
class NoStateError extends Error {
  override readonly name = 'NoStateError';

  constructor(oldestAt: EpochMs) {
    const begin = new Date(oldestAt).toISOString();
    super(
      `没有留存当时登记内容的快照 · log and archive begin at ${begin}, and no snapshot is kept that says what was registered`,
    );
  }
}

/** So many records may be past judging: what was set aside when it came is left out here too. */
const UNJUDGED_MAX = 16;

/** Gives how many readings it had. One that cannot be judged is left out and told. */
function judge({ was, draft }: Both, record: LogRecord, approximate: Set<string>): number {
  try {
    return judgeBoth(was, draft, record);
  } catch (error) {
    if (approximate.size >= UNJUDGED_MAX) throw error;
    approximate.add(
      `第 ${record.number} 条记录未计入 · record ${record.number} is left out: ${error instanceof Error ? error.message : String(error)}`,
    );
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
  // What people did names alerts by ids that count all that was raised: as it was is judged whole. Of the draft's only the keys matter.
  if (input.kind === 'readings' && draft.isElsewhere(input.batch.gateway)) draft.pass(record.number);
  else draft.step(record.number, asMeant(readRecord(record.bytes).input, alert?.key, draft));
  return input.kind === 'readings' ? input.batch.count : 0;
}

function asMeant(input: Input, key: string | undefined, draft: Judging): Input {
  if (input.kind === 'reconciled') return { ...input, alerts: [] } as Input;
  if (input.kind !== 'command' || key === undefined) return input;
  const own = draft.alertOf(key);
  if (own === undefined) return input;
  return { ...input, command: { ...input.command, alertId: own.id, seenSeq: own.seq } };
}

interface Start {
  /** A fresh state each time. */
  state(): EngineState;
  readonly approximate: readonly string[];
  /** It begins before the first record that is kept: what lies between is a hole, and its inputs have all numbers before. */
  readonly isBeforeLog: boolean;
  /** First record that is kept, where that was asked. */
  readonly oldestAt?: EpochMs | undefined;
}

/** The newest state kept of a time before the stretch; or what is registered now, and a day to find its feet. */
async function startOf({ from, upTo }: BacktestAsked, places: BacktestPlaces): Promise<Start> {
  const { snapshots } = places;
  let newest: RegistryImage | undefined;
  // Also newer ones: while this begins, those of before `upTo` may give way to them.
  for (let before: RecordNumber = Number.POSITIVE_INFINITY; ; ) {
    const snapshot = await snapshots.newest(before);
    if (snapshot === undefined) break;
    const { position, parts } = snapshot;
    // What is decoded may be what is judged in: each its own bytes.
    const state = () => decodeParts(parts.map((part) => new Uint8Array(part)));
    const found = state();
    if (found.at <= from && position <= upTo) return { state, approximate: [], isBeforeLog: false };
    newest ??= found.registry.image();
    before = position - 1;
  }
  const oldest = await firstRecord(places, { from: 1, upTo });
  const oldestAt = oldest?.at;
  if (oldest !== undefined && oldest.number !== 1 && newest === undefined) throw new NoStateError(oldest.at);
  if (oldest === undefined || oldest.number === 1 || newest === undefined)
    return { state: () => newState(), approximate: [], isBeforeLog: false, oldestAt };
  const beginAt = from - WARM_UP_MS;
  const isBeforeLog = oldest.at > beginAt;
  const begin = isBeforeLog ? { number: 2, at: beginAt } : await firstRecord(places, { from: 1, upTo }, beginAt);
  const at = begin ?? oldest;
  const image = newest;
  const begun = new Date(at.at).toISOString();
  const zh = `当时的状态未留存：自 ${begun} 从零开始，按现在登记的内容判定`;
  const why = `${zh} · no state of then is kept: begun at ${begun} with nothing known, and with what is registered now`;
  return { state: () => begunAnew(image, at), approximate: [why], isBeforeLog, oldestAt };
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
