// A small service in memory behind the API's ports: a registry of two counties, a book of alerts, users and sessions.
// It judges nothing; a test says what happens.

import type {
  AlertSearch,
  AuditEntry,
  BacktestAnswer,
  Backtests,
  History,
  ImportResult,
  MetricFamily,
  Publisher,
  ReadingsResult,
  RegisteredPoint,
  ServicePorts,
  SessionRecord,
  UserRecord,
} from '../../../src/api/ports.ts';
import type { Explanation } from '../../../src/api/schemas/alerts.ts';
import type { DataAge, ValueRow } from '../../../src/api/schemas/live.ts';
import type { PointState } from '../../../src/api/schemas/readings.ts';
import type { Health, RefusalItem } from '../../../src/api/schemas/service.ts';
import { hashPassword } from '../../../src/api/sign-in/passwords.ts';
import { newCounts } from '../../../src/engine/changes.ts';
import type { Sight } from '../../../src/engine/describe.ts';
import type { Alert, Change, DutyLevel, Transition } from '../../../src/model/alert.ts';
import type { Command, Outcome, OutcomeCode } from '../../../src/model/command.ts';
import { divisionPath, pathWithin } from '../../../src/model/division.ts';
import { gradeOf } from '../../../src/model/grade.ts';
import type { Role } from '../../../src/model/role.ts';
import { buildPoint } from '../../support/build/point.ts';
import { VirtualTime } from './time.ts';

export const PASSWORD = 'correct horse battery';
/** One hash for everyone: scrypt is slow on purpose. */
const passwordHash = hashPassword(PASSWORD);

export const DIVISIONS = [
  { code: '32', name: '江苏省' },
  { code: '3209', name: '盐城市' },
  { code: '320921', name: '响水县' },
  { code: '320921-p01', name: '生态化工园区' },
  { code: '320922', name: '滨海县' },
];
export const ENTERPRISES = [
  { id: 'bh-mine', name: '滨海矿业', division: '320922', contacts: [] },
  {
    id: 'yt-chem',
    name: '盐通化工',
    division: '320921-p01',
    contacts: [{ role: 'safety-director', name: '李', phone: '1' }],
  },
];
const LINKS = [{ from: 'bh-mine/face-1', to: '320921', kind: 'downstream' as const }];
export const SOURCES = [
  {
    id: 'bh-mine/face-1',
    enterprise: 'bh-mine',
    name: '一采面',
    kind: 'mine',
    class: 'A' as const,
    observers: { 'mine-gas': 2 },
  },
  {
    id: 'yt-chem/tank-farm-1',
    enterprise: 'yt-chem',
    name: '一号罐区',
    kind: 'tank_farm',
    level: 1 as const,
    class: 'A' as const,
    location: [119.57, 34.19] as const,
    observers: {},
  },
];

/** What an import answers that changes nothing. */
export const IMPORTED = { applied: true as const, ...newCounts(), pending: [], warnings: [] };

export class FakeService implements ServicePorts {
  readonly time = new VirtualTime();
  readonly book = new Map<string, Alert>();
  readonly kept: Transition[] = [];
  /** Transitions up to this number are no longer in memory. */
  forgotten = 0;
  /** Transitions up to this number are no longer in the store either. */
  lost = 0;
  newest = 0;
  epochName = 'epoch-1';
  isReady = true;
  lag = 120;
  /** How old the data is: of a scope named by enterprise or division, and of everything else. */
  readonly ages = new Map<string, DataAge>();
  age: DataAge = { state: 'live', newestAt: this.time.now() };
  state_: Health = { state: 'ok', unsaved: false, parts: { log: { state: 'ok' } } };
  readonly users = new Map<string, UserRecord>();
  readonly sessions = new Map<string, SessionRecord>();
  readonly audits: AuditEntry[] = [];
  readonly reports: { error: unknown; where: string }[] = [];
  readonly commands: Command[] = [];
  readonly outcomes = new Map<string, Outcome>();
  readonly payloads: { publisher: Publisher; text: string }[] = [];
  readonly imports: { text: string; actor: string; commandId: string }[] = [];
  readonly refused: RefusalItem[] = [];
  readonly pointStates = new Map<number, PointState>();
  readonly sights = new Map<string, Sight>();
  isAhead = false;
  readonly newestValues = new Map<number, ValueRow>();
  dirty: ValueRow[] = [];
  /** What the engine will say to the next commands; `applied` changes the book. */
  nextOutcome: OutcomeCode | 'timeout' = 'applied';
  nextReadings: ReadingsResult | 'timeout' = { ok: true, taken: 1, refused: [], unsaved: false };
  nextBacktest: BacktestAnswer = { ok: false, errors: ['one'] };
  nextImport: ImportResult | 'timeout' = IMPORTED;
  nextHistory: History | { readonly unavailable: string } = { downsampled: false, items: [] };
  readonly backtests: Backtests = {
    start: () => Promise.resolve(this.nextBacktest),
    list: () => [],
    get: () => undefined,
    cancel: () => undefined,
  };
  explanations = new Map<string, Explanation>();
  figures: MetricFamily[] = [];
  breakStore = false;
  readonly points: RegisteredPoint[] = [
    { number: 7, config: buildPoint('bh-mine/CH4-1', { source: 'bh-mine/face-1', hazard: 'mine-gas' }) },
    { number: 3, config: buildPoint('yt-chem/GD-101', { source: 'yt-chem/tank-farm-1' }) },
    { number: 4, config: buildPoint('yt-chem/GD-102', { source: 'yt-chem/tank-farm-1' }) },
  ];
  private readonly listeners = new Set<(transitions: readonly Transition[]) => void>();

  async addUser(name: string, role: Role, level: DutyLevel, scope: UserRecord['scope']): Promise<void> {
    this.users.set(name, { name, displayName: `${name} 先生`, role, level, scope, passwordHash: await passwordHash });
  }

  /** Puts alerts into the book and tells the listeners, all in one durable group. */
  change(...alerts: Alert[]): Transition[] {
    return this.changeAs('raised', ...alerts);
  }

  changeAs(change: Change, ...alerts: Alert[]): Transition[] {
    const transitions = alerts.map((given): Transition => {
      const before = this.book.get(given.id);
      const alert: Alert = { ...given, seq: ++this.newest };
      if (alert.closedAt === undefined) this.book.set(alert.id, alert);
      else this.book.delete(alert.id);
      return {
        seq: alert.seq,
        partition: 0,
        at: this.time.now(),
        change,
        from: before?.state ?? 'normal',
        to: alert.state,
        gradeBefore: before?.grade ?? 'none',
        annunciate: change === 'raised',
        divisionBefore: change === 'moved' ? before?.division : undefined,
        alert,
      };
    });
    this.kept.push(...transitions);
    for (const listener of this.listeners) listener(transitions);
    return transitions;
  }

  readonly live: ServicePorts['live'] = {
    epoch: () => this.epochName,
    seq: () => this.newest,
    openAlerts: () => [...this.book.values()],
    alert: (id) => this.book.get(id),
    transitionsAfter: (seq) => (seq < this.forgotten ? undefined : this.kept.filter((one) => one.seq > seq)),
    transitionsOf: (id, seq) =>
      this.kept.filter((one) => one.alert.id === id && one.seq > Math.max(seq, this.forgotten)),
    onTransitions: (listener) => {
      this.listeners.add(listener);
      return () => this.listeners.delete(listener);
    },
    takeDirty: () => this.dirty.splice(0),
    newestValue: (number) => this.newestValues.get(number),
    pointState: (number) => this.pointStates.get(number),
    sight: () => ({ unsaved: this.isAhead, bySource: this.sights }),
    health: () => this.state_,
    ready: () => this.isReady,
    lagMs: () => this.lag,
    dataAge: (scope) => this.ages.get(scope.enterprise ?? scope.division ?? '') ?? this.age,
  };

  readonly registry: ServicePorts['registry'] = {
    divisions: () => DIVISIONS,
    enterprises: () => ENTERPRISES,
    sources: () => SOURCES,
    points: () => this.points,
    division: (code) => DIVISIONS.find((one) => one.code === code),
    enterprise: (id) => ENTERPRISES.find((one) => one.id === id),
    source: (id) => SOURCES.find((one) => one.id === id),
    point: (id) => this.points.find((one) => one.config.id === id),
    linksFrom: (source) => LINKS.filter(({ from }) => from === source),
  };

  readonly inputs: ServicePorts['inputs'] = {
    command: async (command) => {
      this.commands.push(command);
      const known = this.outcomes.get(command.commandId);
      if (known !== undefined) return known;
      if (this.nextOutcome === 'timeout') return 'timeout';
      if (this.nextOutcome === 'applied') this.apply(command);
      const by = this.nextOutcome === 'already-acknowledged' ? 'wang' : undefined;
      const outcome = {
        commandId: command.commandId,
        code: this.nextOutcome,
        at: this.time.now(),
        by,
        seq: this.newest,
      };
      this.outcomes.set(command.commandId, outcome);
      return outcome;
    },
    readings: async (publisher, payload) => {
      this.payloads.push({ publisher, text: Buffer.from(payload).toString('utf8') });
      return this.nextReadings;
    },
    importRegistry: async (file, actor, commandId) => {
      this.imports.push({ text: new TextDecoder().decode(file), actor, commandId });
      return this.nextImport;
    },
    followPacks: async (actor, commandId) => {
      this.imports.push({ text: 'packs', actor, commandId });
      return this.nextImport;
    },
    authenticateGateway: async (user, secret) =>
      user === 'yt-chem/gw1' && secret === 'gateway secret' ? { enterprise: 'yt-chem', gateway: 'gw1' } : undefined,
  };

  readonly state: ServicePorts['state'] = {
    findAlerts: async (search) => {
      const all = this.past().filter((alert) => found(alert, search));
      return { items: all.slice(0, search.limit), more: all.length > search.limit };
    },
    alert: async (id) => this.past().find((alert) => alert.id === id),
    timeline: async (id, { before = Number.POSITIVE_INFINITY, limit }) => {
      const all = this.stored().filter(({ alert, seq }) => alert.id === id && seq < before);
      const items = all.slice(-limit).map(({ alert, ...entry }) => ({ ...entry, grade: alert.grade }));
      return { items, more: all.length > limit };
    },
    transitionsAfter: async (seq, limit) =>
      seq < this.lost
        ? undefined
        : this.stored()
            .filter((one) => one.seq > seq)
            .slice(0, limit),
  };

  readonly accounts: ServicePorts['accounts'] = {
    user: async (name) => {
      if (this.breakStore) throw new Error('the disk is gone');
      return this.users.get(name);
    },
    addSession: async (session) => void this.sessions.set(session.tokenHash, session),
    session: async (tokenHash) => this.sessions.get(tokenHash),
    endSession: async (tokenHash) => void this.sessions.delete(tokenHash),
    audit: async (entry) => void this.audits.push(entry),
  };

  history = async (): Promise<History | { readonly unavailable: string }> => this.nextHistory;
  explain = async (id: string): Promise<Explanation | undefined> => this.explanations.get(id);
  refusals = () => ({ counts: { malformed: 2 }, items: this.refused });
  metrics = () => this.figures;
  report = (error: unknown, where: string): void => {
    this.reports.push({ error, where });
  };

  /** How far the projection has come; everything unless a test says otherwise. */
  projectedTo = Number.POSITIVE_INFINITY;

  private stored(): Transition[] {
    return this.kept.filter(({ seq }) => seq <= this.projectedTo);
  }

  private past(): Alert[] {
    const newest = new Map<string, Alert>();
    for (const { alert } of this.stored()) newest.set(alert.id, alert);
    return [...newest.values()].sort((a, b) => b.raisedAt - a.raisedAt || (a.id < b.id ? 1 : -1));
  }

  private apply(command: Command): void {
    const alert = this.book.get(command.alertId);
    if (alert === undefined) return;
    const { level, actor: by, body, seenSeq: seq } = command;
    if (body.kind === 'release') {
      const points = alert.points.map((point) =>
        body.points.includes(point.id) ? { ...point, active: false } : point,
      );
      this.changeAs('released', { ...alert, points });
      return;
    }
    const note = 'note' in body ? body.note : '';
    const acknowledgement = { level, by, at: this.time.now(), note, seq };
    this.changeAs('acknowledged', {
      ...alert,
      state: 'acknowledged',
      acked: true,
      ackedLevel: level,
      acknowledgements: [...alert.acknowledgements, acknowledgement],
    });
  }
}

function found(alert: Alert, search: AlertSearch): boolean {
  const { before } = search;
  return (
    (search.grades === undefined || search.grades.some((grade) => gradeOf(grade) === gradeOf(alert.grade))) &&
    (search.kind === undefined || search.kind === alert.kind) &&
    (search.enterprise === undefined || search.enterprise === alert.enterprise) &&
    (search.source === undefined || search.source === alert.source) &&
    (search.division === undefined || pathWithin(divisionPath(alert.division), divisionPath(search.division))) &&
    (search.from === undefined || alert.raisedAt >= search.from) &&
    (search.to === undefined || alert.raisedAt < search.to) &&
    (before === undefined ||
      alert.raisedAt < before.raisedAt ||
      (alert.raisedAt === before.raisedAt && alert.id < before.id))
  );
}
