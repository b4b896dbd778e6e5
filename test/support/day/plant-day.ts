// A plant at work: gateways that report every ten seconds what their points show, by clocks of their own, over a link that may
// be down. What happens on a day changes the plant; what the plant then sends is fed to the engine. It asserts nothing.
import { clearOut, newOut } from '../../../src/engine/effect.ts';
import type { Input } from '../../../src/engine/input.ts';
import { decodeState, encodeState } from '../../../src/engine/snapshot.ts';
import type { EngineState } from '../../../src/engine/state.ts';
import { step } from '../../../src/engine/step.ts';
import type { QualityName } from '../../../src/model/quality.ts';
import type { RegistryChange } from '../../../src/model/registry.ts';
import { registryOf } from '../build/registry.ts';
import type { Sent } from '../desk.ts';
import { Desk, T0 } from '../desk.ts';
import type { Site, Tag } from './site.ts';
import { CALM, GATEWAYS, PUBLISHED, pointsOf, REPORTS_MS, TAGS } from './site.ts';

/** How a gateway's clock shows engine time `now` (ms after T0). */
export type Clock = (now: number) => number;
export const RIGHT: Clock = (now) => now;

interface GatewayAtWork {
  clock: Clock;
  /** `mute` sends nothing; `holding` keeps what it would have sent. */
  mode: 'sending' | 'mute' | 'holding';
  /** What it has kept, oldest first. */
  readonly held: Sent[];
  seq: number;
  numbered: boolean;
}

interface Message {
  readonly gateway: string;
  readonly readings: readonly Sent[];
}

/** Sees every input after it was folded. */
export interface Watch {
  /** How often it had something to hold the day against, where that is not every input: never is no proof. */
  readonly looked?: number;
  after(day: PlantDay, input: Input): void;
}

/** What a gateway that is away, or our link, keeps at most. */
const HELD_MAX = 120;
const QUEUED_MAX = 40;
/** Another snapshot is taken after so many inputs, and so many are kept. */
const SNAPSHOT_INPUTS = 150;
const SNAPSHOTS_KEPT = 3;

export class PlantDay extends Desk {
  readonly site: Site;
  readonly values = new Map<Tag, number>();
  readonly qualities = new Map<Tag, QualityName>();
  readonly gateways = new Map<string, GatewayAtWork>();
  /** Messages that went out, newest last. */
  readonly messages: Message[] = [];
  /** What comes next of an import that goes on in steps. */
  readonly steps: (() => void)[] = [];
  /** The counter gains so much a round. */
  counting = 1;
  private readonly watches: readonly Watch[];
  private readonly queued: Message[] = [];
  private readonly snapshots: { readonly inputs: number; readonly state: EngineState }[] = [];

  constructor(site: Site, watches: readonly Watch[] = []) {
    super();
    this.site = site;
    this.watches = watches;
    for (const tag of TAGS) {
      this.values.set(tag, CALM[tag]);
      this.qualities.set(tag, 'good');
    }
    for (const id of GATEWAYS) {
      this.gateways.set(id, { clock: RIGHT, mode: 'sending', held: [], seq: 1_000, numbered: true });
    }
    this.configure(this.registered());
    if (site.seen) for (const [id, tags] of Object.entries(PUBLISHED)) this.publish(id, tags);
  }

  override fold(input: Input): void {
    if (this.inputs.length % SNAPSHOT_INPUTS === 0) {
      const state = bytesAndBack(this.state);
      this.snapshots.push({ inputs: this.inputs.length, state });
      if (this.snapshots.length > SNAPSHOTS_KEPT) this.snapshots.shift();
    }
    super.fold(input);
    for (const watch of this.watches) watch.after(this, input);
  }

  /** What was registered at the beginning. */
  registered(): RegistryChange {
    const { sourceClass, observers, presence } = this.site;
    const points = pointsOf(this.site);
    const of = registryOf({
      points,
      class: sourceClass,
      observers: { 'flammable-gas': observers },
      gateways: GATEWAYS,
    });
    const [farm] = of.sources;
    return {
      ...of,
      divisions: [...of.divisions, { code: '320922', name: '滨海县' }],
      sources: [farm, { ...farm, id: 'yt/dock', name: '码头', observers: {} }],
      gateways: of.gateways.map((gateway) => (gateway.id === 'gw2' ? { ...gateway, presence } : gateway)),
    };
  }

  gatewayOf(id: string): GatewayAtWork {
    const gateway = this.gateways.get(id);
    if (gateway === undefined) throw new Error(`no gateway is called ${id}`);
    return gateway;
  }

  /** So many rounds of what reports by itself, then a rest in which nobody speaks. */
  pass(rounds: number, restMs: number): void {
    for (let i = 0; i < rounds; i++) this.round();
    this.tickTo(this.now + restMs);
  }

  private round(): void {
    this.tickTo((Math.floor(this.now / REPORTS_MS) + 1) * REPORTS_MS);
    this.values.set('CT-1', (this.values.get('CT-1') ?? 0) + this.counting);
    for (const [id, tags] of Object.entries(PUBLISHED))
      this.publish(
        id,
        tags.filter((tag) => tag !== 'FD-1'),
      );
  }

  /** The gateway sends what these points show now, or keeps it. */
  publish(id: string, tags: readonly Tag[], flags = 0): void {
    const gateway = this.gatewayOf(id);
    const at = gateway.clock(this.now);
    const readings = tags.map((tag) => this.shown(tag, at, gateway, flags));
    if (gateway.mode === 'mute') return;
    if (gateway.mode === 'holding') {
      gateway.held.push(...readings);
      if (gateway.held.length > HELD_MAX) gateway.held.splice(0, gateway.held.length - HELD_MAX);
    } else this.deliver({ gateway: id, readings });
  }

  private shown(tag: Tag, at: number, gateway: GatewayAtWork, flags: number): Sent {
    const value = this.values.get(tag) ?? 0;
    const quality = this.qualities.get(tag) ?? 'good';
    const seq = gateway.numbered ? gateway.seq++ : undefined;
    return { tag, at, value, quality, seq, flags };
  }

  /** The point shows something else from now on; what speaks on change says so. */
  show(tag: Tag, value: number): void {
    const changed = this.values.get(tag) !== value;
    this.values.set(tag, value);
    if (changed && tag === 'FD-1') this.publish('gw1', ['FD-1']);
  }

  /** Everything that a gateway has kept goes out in one message. */
  sendHeld(id: string, flags = 0): void {
    const readings = this.gatewayOf(id).held.splice(0);
    if (readings.length > 0) {
      this.deliver({ gateway: id, readings: readings.map((one) => ({ ...one, flags: (one.flags ?? 0) | flags })) });
    }
  }

  /** Through the broker, which keeps it while our link is down. */
  deliver(message: Message): void {
    this.messages.push(message);
    if (!this.state.linkDown) this.send(message.readings, this.now, message.gateway);
    else if (this.queued.push(message) > QUEUED_MAX) this.queued.shift();
  }

  /** Our link is up: what the broker has kept comes at once. */
  linkUp(): void {
    this.link(true, this.now);
    for (const { readings, gateway } of this.queued.splice(0)) this.send(readings, this.now, gateway);
  }

  /** A message that went out comes once more. */
  again(back: number, flags: number): void {
    const message = this.messages[this.messages.length - 1 - back];
    if (message === undefined) return;
    const { gateway, readings } = message;
    const before = this.inputs.length;
    if (flags === 0) this.send(readings, this.now, gateway);
    // The same bytes: what the transport marks is not in them.
    else this.foldMarked(readings, gateway, flags);
    if (this.inputs.length === before) throw new Error('nothing came');
  }

  private foldMarked(readings: readonly Sent[], gateway: string, flags: number): void {
    const probe = new Desk();
    probe.state = this.state;
    probe.fold = () => {};
    const batch = probe.send(readings, this.now, gateway);
    batch.flags = batch.flags.map((bits) => bits | flags);
    this.fold({ kind: 'readings', at: this.state.at, batch });
  }

  /** The same process goes on after a time in which it looked at nothing. */
  standStill(downMs: number): void {
    const { at } = this.state;
    this.fold({ kind: 'resumed', at: at + downMs, downFrom: at, seqFloor: 0 });
  }

  /** A new process: the snapshot before the last, and what the log holds after it. */
  restart(downMs: number, back: number): void {
    const from = this.snapshots[Math.max(0, this.snapshots.length - 1 - back)];
    const state = bytesAndBack(from.state);
    const out = newOut();
    for (const input of this.inputs.slice(from.inputs)) {
      clearOut(out);
      step(state, state.n + 1, structuredClone(input), out);
    }
    const other = differenceOf(state, this.state);
    if (other !== undefined) throw new Error(`the snapshot and the log after it give another state: ${other}`);
    this.state = state;
    this.steps.length = 0;
    const { at } = state;
    this.fold({ kind: 'resumed', at: at + downMs, downFrom: at, seqFloor: state.seq, restarted: true });
  }

  /** Engine time as a time of day. */
  clockTime(): string {
    return new Date(T0 + this.now + 8 * 3_600_000).toISOString().slice(11, 23);
  }
}

export function bytesOf(state: EngineState): string {
  const { header, columns } = encodeState(state);
  return JSON.stringify(header) + columns.map((bytes) => Buffer.from(bytes).toString('base64')).join(' ');
}

/** The first part of two states that is not the same, by name. */
export function differenceOf(one: EngineState, other: EngineState): string | undefined {
  if (bytesOf(one) === bytesOf(other)) return undefined;
  const [a, b] = [encodeState(one), encodeState(other)];
  for (const key of Object.keys(a.header) as (keyof typeof a.header)[]) {
    const [was, is] = [JSON.stringify(a.header[key]), JSON.stringify(b.header[key])];
    if (was === is) continue;
    const at = [...(was ?? '')].findIndex((letter, i) => letter !== is?.[i]);
    return `${key}: …${was?.slice(Math.max(0, at - 80), at + 40)} / …${is?.slice(Math.max(0, at - 80), at + 40)}`;
  }
  const columns = [...a.header.tables, ...a.header.rules.tables].flatMap((table) =>
    table.columns.map(({ name }) => `${table.name}.${name}`),
  );
  return columns.find((_, i) => Buffer.compare(a.columns[i], b.columns[i]) !== 0);
}

/** As a snapshot brings it back. */
export function bytesAndBack(state: EngineState): EngineState {
  const { header, columns } = encodeState(state);
  return decodeState(
    JSON.parse(JSON.stringify(header)),
    columns.map((bytes) => bytes.slice()),
  );
}
