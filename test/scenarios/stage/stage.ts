// A plant on a virtual clock: registered from text as a site would write it, its gateways sending native JSON through the
// service's own intake, judged by the engine with its ticks. It answers what an officer would see, and asserts nothing.

import type { RolledUp } from '../../../src/api/roll-up.ts';
import { belowDivision, belowEnterprise, Totals } from '../../../src/api/roll-up.ts';
import { gatewayDirectory, registryView } from '../../../src/app/ports/registry-view.ts';
import { loadPacks, resolveRegistryText, shippedPacks } from '../../../src/app/seeds.ts';
import { inputsNow } from '../../../src/engine/derived/input-now.ts';
import type { PointState } from '../../../src/engine/describe.ts';
import { describeTrend, openAlerts, pointState, sightBySource } from '../../../src/engine/describe.ts';
import { evidenceOf } from '../../../src/engine/evidence.ts';
import type { ProofNode } from '../../../src/engine/proof.ts';
import { proofOf } from '../../../src/engine/proof.ts';
import type { Edge } from '../../../src/ingest/intake.ts';
import { takeReadings } from '../../../src/ingest/intake.ts';
import { Quarantine } from '../../../src/ingest/quarantine.ts';
import type { Alert, UnclearTrend } from '../../../src/model/alert.ts';
import type { CommandKind, Outcome } from '../../../src/model/command.ts';
import type { QualityName } from '../../../src/model/quality.ts';
import { QUALITY_NAMES } from '../../../src/model/quality.ts';
import type { Source } from '../../../src/model/registry.ts';
import type { CommandOptions } from '../../support/build/command.ts';
import { Desk, T0 } from '../../support/desk.ts';
import type { Course } from './course.ts';
import { silent } from './course.ts';

const loaded = loadPacks(shippedPacks());

/** What a site states, shortly: sources and points by their names inside one enterprise. */
export interface Site {
  /** Left out: that of the stage. What is of another one is named with it, `city-gas/GP-1`. */
  readonly enterprise?: string;
  readonly called?: string;
  readonly division?: string;
  readonly sources: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Of a point `source` may be left out where there is one source, `gateways` where there is one gateway. */
  readonly points: Readonly<Record<string, Readonly<Record<string, unknown>> & { readonly type: string }>>;
}

interface Sensor {
  readonly tag: string;
  readonly enterprise: string;
  readonly gateway: string;
  readonly intervalMs: number | null;
  course: Course;
  since: number;
  dueAt: number;
  last: unknown;
}

const GATEWAY = 'gw1';

export class Stage {
  readonly desk = new Desk();
  readonly enterprise: string;
  private readonly sensors = new Map<string, Sensor>();
  private readonly quarantine = new Quarantine(() => undefined);
  private readonly edge: Edge;
  /** ms since it began. */
  now = 0;

  private constructor(enterprise: string) {
    this.enterprise = enterprise;
    const { desk } = this;
    this.edge = {
      directory: gatewayDirectory(desk.state),
      quarantine: this.quarantine,
      now: () => desk.state.at,
      sink: {
        readings: (batch, _bytes, done) => {
          desk.fold({ kind: 'readings', at: desk.state.at, batch });
          done();
        },
        gateway: () => undefined,
      },
    };
  }

  /** Registers a site through the packs that ship; throws what is said against it. */
  static async of(site: Site): Promise<Stage> {
    if (loaded.errors.length > 0) throw new Error(loaded.errors.join('\n'));
    const stage = new Stage(site.enterprise ?? 'plant');
    await stage.register(site);
    return stage;
  }

  /** Registers more of it, or otherwise. */
  async register(site: Site): Promise<void> {
    const { enterprise = this.enterprise } = site;
    const resolved = await resolveRegistryText(JSON.stringify(registryText(enterprise, site)), loaded.packs);
    if (!resolved.ok) throw new Error(resolved.errors.join('\n'));
    const errors = this.desk.configure(resolved.change, this.now);
    if (errors.length > 0) throw new Error(errors.join('\n'));
    if (this.desk.pending.length > 0) throw new Error(`waits for a second person: ${this.desk.pending.join('; ')}`);
    for (const { tag, gateways, intervalMs } of resolved.change.points) {
      const name = enterprise === this.enterprise ? tag : `${enterprise}/${tag}`;
      if (gateways.length === 0 || this.sensors.has(name)) continue;
      const [gateway] = gateways;
      const begin = { course: silent, since: 0, dueAt: 0, last: undefined };
      this.sensors.set(name, { tag, enterprise, gateway, intervalMs, ...begin });
    }
  }

  /** Sensors that behave otherwise from now on; the others go on as they did. */
  says(courses: Readonly<Record<string, Course>>): this {
    for (const [tag, course] of Object.entries(courses)) {
      const sensor = this.sensors.get(tag);
      if (sensor === undefined) throw new Error(`no point ${tag} is registered that a gateway sends`);
      Object.assign(sensor, { course, since: this.now, dueAt: this.now });
    }
    return this;
  }

  /** Lets so much time pass: every sensor sends at its interval, and one that speaks on change when its value changes. */
  pass(ms: number): this {
    const until = this.now + ms;
    for (;;) {
      const next = Math.min(...[...this.sensors.values()].map(({ dueAt }) => dueAt));
      if (!(next < until)) break;
      this.now = next;
      this.desk.tickTo(next);
      this.sendDue();
    }
    this.now = until;
    this.desk.tickTo(until);
    return this;
  }

  /** Passes time until it holds, looking once a second; the ms it took, and fails after `atMost`. */
  until(what: string, atMost: number, holds: () => boolean): number {
    const from = this.now;
    while (!holds()) {
      if (this.now - from >= atMost)
        throw new Error(`not within ${atMost} ms: ${what}; open: ${this.lines().join('; ')}`);
      this.pass(1_000);
    }
    return this.now - from;
  }

  private sendDue(): void {
    const messages = new Map<string, object[]>();
    for (const sensor of this.sensors.values()) {
      if (sensor.dueAt > this.now) continue;
      // A sensor that speaks on change is looked at every second.
      sensor.dueAt = this.now + (sensor.intervalMs ?? 1_000);
      const said = sensor.course(this.now - sensor.since);
      if (said === undefined) continue;
      if (sensor.intervalMs === null && JSON.stringify(said) === sensor.last) continue;
      sensor.last = JSON.stringify(said);
      const reading = typeof said === 'object' ? said : { value: said };
      const by = `${sensor.enterprise}/${sensor.gateway}`;
      const message = messages.get(by) ?? [];
      message.push({ point: sensor.tag, at: T0 + this.now, ...reading });
      messages.set(by, message);
    }
    for (const [by, readings] of messages) this.publish(by, JSON.stringify({ readings }));
  }

  /** Any payload, as a gateway would publish it. */
  publish(by: string, payload: string): void {
    const [enterprise, gateway] = this.full(by).split('/');
    const topic = `fenghuo/v1/${enterprise}/${gateway}/data`;
    const bytes = new TextEncoder().encode(payload);
    takeReadings(this.edge, { enterprise, gateway, topic, payload: bytes, flags: 0 }, () => undefined);
  }

  gatewayIs(online: boolean, gateway = GATEWAY): void {
    this.desk.gateway(online, this.now, this.full(gateway));
  }

  command(kind: CommandKind, alert: Alert, over: CommandOptions = {}): Outcome {
    return this.desk.command(kind, alert, this.now, over);
  }

  /** What was refused, by reason. */
  get refused(): readonly string[] {
    return this.quarantine.list().map(({ reason }) => reason);
  }

  get open(): readonly Alert[] {
    return openAlerts(this.desk.state);
  }

  /** Open alerts as they had been told by then, so many ms after it began; what came later says nothing of it. */
  knownAt(ms: number): readonly Alert[] {
    const told = this.desk.transitions.filter(({ at }) => at <= T0 + ms);
    const newest = new Map(told.map(({ alert }) => [alert.id, alert]));
    return [...newest.values()].filter(({ closedAt }) => closedAt === undefined);
  }

  /** The open hazard alert of a source; there is at most one for a hazard and unit. */
  alert(source: string, hazard: string, unit?: string): Alert | undefined {
    const id = this.full(source);
    return this.open.find(
      (a) => a.kind === 'hazard' && a.source === id && a.hazard === hazard && (unit === undefined || a.unit === unit),
    );
  }

  /** Why an alert has its grade: the tree of its newest evidence. */
  proof({ id }: Alert): ProofNode {
    const capsule = this.desk.capsules.findLast(({ alert }) => alert === id);
    if (capsule === undefined) throw new Error(`no evidence of ${id}`);
    return proofOf(evidenceOf(capsule));
  }

  /** Its grade, `none` where there is no such alert. */
  grade(source: string, hazard: string, unit?: string): string {
    return this.alert(source, hazard, unit)?.grade ?? 'none';
  }

  /** Open device alarms, `{subject} {fault} {grade}`, without the enterprise. */
  get devices(): readonly string[] {
    return this.open
      .filter(({ kind }) => kind === 'device')
      .map(({ key, grade }) => {
        const [subject, fault] = key.split('|');
        return `${subject.replace(`${this.enterprise}/`, '')} ${fault} ${grade}`;
      })
      .sort();
  }

  /** What is known of a point. */
  sight(tag: string): PointState {
    return pointState(this.desk.state, this.number(tag));
  }

  /** Inputs of a derived point of which nothing is known at present. */
  lostInputsOf(tag: string): readonly string[] {
    const { state } = this.desk;
    const numbers = state.registry.graph.inputsOf(this.number(tag));
    const inputs = inputsNow(state, this.number(tag), []);
    return [...numbers].filter((_, place) => inputs[place].lost).map((number) => state.registry.points[number].tag);
  }

  /** Newest value of a point, as the service holds it. */
  value(tag: string): number {
    return this.desk.state.points.col.value[this.number(tag)];
  }

  /** Engine time at which a point was judged last. */
  heardAt(tag: string): number {
    return this.desk.state.points.col.judgedAt[this.number(tag)];
  }

  quality(tag: string): QualityName {
    return QUALITY_NAMES[this.desk.state.points.col.quality[this.number(tag)]];
  }

  /** Why nothing is foretold of a point, where there is a trend of which nothing can be. */
  unclear(tag: string): UnclearTrend | undefined {
    return describeTrend(this.desk.state.rules, this.number(tag));
  }

  /** Worst and count of a division, or of the enterprise of the stage, without what is of a drill. */
  rollUp(code: string): RolledUp & { readonly below: readonly RolledUp[] } {
    const { state } = this.desk;
    const registry = registryView(state);
    const alerts = this.open.filter(({ exercise }) => !exercise);
    const totals = new Totals(alerts, sightBySource(state), registry);
    const { enterprise } = this;
    const below = code === enterprise ? belowEnterprise(totals, registry, code) : belowDivision(totals, registry, code);
    return { ...totals.of(code === enterprise ? 'enterprise' : 'division', code, code), below };
  }

  /** Sources that are registered, as the register has them. */
  get sources(): readonly Source[] {
    return registryView(this.desk.state).sources();
  }

  private full(name: string): string {
    return name.includes('/') ? name : `${this.enterprise}/${name}`;
  }

  private number(tag: string): number {
    const number = this.desk.state.registry.pointNumbers.get(this.full(tag));
    if (number === undefined) throw new Error(`no point ${tag}`);
    return number;
  }

  /** Every open alert in one line each, for messages of failed tests. */
  lines(): string[] {
    return this.open.map(({ key, grade, state, points }) => {
      const active = points.filter(({ active: a }) => a).map(({ id, rule, level }) => `${id} ${rule} ${level}`);
      return `${key} ${grade} ${state} [${active.join(', ')}]`;
    });
  }
}

function registryText(enterprise: string, { called = enterprise, division = '320921', sources, points }: Site): object {
  const [only] = Object.keys(sources);
  const gateways = new Set(
    Object.values(points).flatMap((p) => (p.inputs ? [] : ((p.gateways as string[]) ?? [GATEWAY]))),
  );
  return {
    divisions: divisionsOf(division),
    enterprises: [{ id: enterprise, name: called, division }],
    sources: Object.entries(sources).map(([name, source]) => ({ id: `${enterprise}/${name}`, name, ...source })),
    gateways: [...gateways].map((id) => ({ id, enterprise, secret: 'gateway-secret' })),
    points: Object.entries(points).map(([tag, { source = only, gateways: by, ...point }]) => ({
      id: `${enterprise}/${tag}`,
      source: `${enterprise}/${String(source)}`,
      name: tag,
      gateways: by ?? (point.inputs ? [] : [GATEWAY]),
      ...point,
    })),
  };
}

/** A county with the city and province above it. */
function divisionsOf(code: string): object[] {
  return [code.slice(0, 2), code.slice(0, 4), code].map((one) => ({ code: one, name: one }));
}
