// The reference judge: the history that a list of readings must have, written from the documents (semantics §1, §3, §4,
// docs/grading.md) in the plainest way there is, importing nothing of the service. It knows one source whose clocks are right, whose
// points report by themselves and which nobody changes. Nothing here is fast.
import type { SourceClass, Standing } from './ladder.ts';
import { gradeOf, instantsOf } from './ladder.ts';
import type { StatedLimit } from './limit.ts';
import { Limit } from './limit.ts';

export interface StatedPoint {
  readonly id: string;
  /** What it is registered to observe: its good readings show that the rest of it is over. */
  readonly hazards: readonly string[];
  readonly intervalMs: number;
  readonly persistenceMs: number;
  readonly limits: readonly StatedLimit[];
}
export type Quality = 'good' | 'uncertain' | 'bad' | 'test' | 'stale';
/** Readings arrive as they are taken; somebody answers for the alert of a hazard. In ms. */
export type Entry =
  | { readonly at: number; readonly point: string; readonly value: number; readonly quality: Quality }
  | { readonly at: number; readonly acknowledge: string };
interface Point extends StatedPoint {
  readonly own: readonly Limit[];
  heardAt: number;
  isSilent: boolean;
  isLost: boolean;
  /** It stands somewhere that no good reading has shown. */
  isDoubtful: boolean;
}
interface Contributor extends Standing {
  isActive: boolean;
  isBlind: boolean;
  lostUntil: number;
  soundedAt: number;
}
class Alert {
  readonly who = new Map<Limit, Contributor>();
  isActive = false;
  isAnswered = true;
  grade = 0;
  peak = 0;
  gradedAt = 0;
  /** Since when less is shown than its grade; undefined while it is not. */
  lessSince: number | undefined;
}
type Fact = {
  readonly kind: 'enter' | 'leave' | 'blind' | 'seen';
  readonly limit: Limit;
  readonly level: number;
  readonly shown: number;
  readonly isLower: boolean;
};

const HOLD_MS = 600_000;
const CHATTER_MS = 600_000;
const YELLOW = 2;
const GRADES = ['none', 'blue', 'yellow', 'orange', 'red'];
const some = <T>(all: Iterable<T>, holds: (one: T) => boolean): boolean => [...all].some(holds);

/** Each line `ms hazard: change grade state points`. */
export function judge(
  plant: { readonly sourceClass: SourceClass; readonly points: readonly StatedPoint[] },
  entries: readonly Entry[],
  until: number,
): string[] {
  const { sourceClass } = plant;
  const history: string[] = [];
  const alerts = new Map<string, Alert>();
  let facts: Fact[] = [];
  let now = 0;
  const standing = new Map<Limit, { readonly level: number; isBlind: boolean }>();
  const note = (kind: Fact['kind'], limit: Limit, level = 0): void => {
    const known = standing.get(limit);
    if (kind === 'leave') standing.delete(limit);
    // Whoever comes in without sight went blind before there was an alert: the raise says so.
    else if (kind === 'enter') standing.set(limit, { level, isBlind: known?.isBlind ?? pointOf(limit).isLost });
    else if (known === undefined || known.isBlind === (kind === 'blind')) return;
    else known.isBlind = kind === 'blind';
    if (kind === 'enter' && level > limit.shown) pointOf(limit).isDoubtful = true;
    facts.push({ kind, limit, level, shown: limit.shown, isLower: kind === 'enter' && level < (known?.level ?? 0) });
  };
  const points = plant.points.map((stated): Point => {
    const changed = (limit: Limit, level: number) => note(level === 0 ? 'leave' : 'enter', limit, level);
    const own = stated.limits.map((limit) => new Limit(limit, stated.id, changed));
    return { ...stated, own, heardAt: 0, isSilent: false, isLost: false, isDoubtful: false };
  });
  const pointOf = ({ point }: Limit): Point => points.find(({ id }) => id === point)!;
  const active = ({ who }: Alert) => [...who.values()].filter(({ isActive }) => isActive);

  const tell = (hazard: string, change: string, of: readonly string[] = [], sounds = false): void => {
    const alert = alerts.get(hazard)!;
    if (sounds) alert.isAnswered = false;
    const returned = alert.isAnswered ? 'normal' : 'returned-unacknowledged';
    const state = alert.isActive ? (alert.isAnswered ? 'acknowledged' : 'unacknowledged') : returned;
    history.push(`${now} ${hazard}: ${change} ${GRADES[alert.grade]} ${state} ${[...new Set(of)].join(' ')}`.trim());
  };
  /** A worse grade counts at once; a lower one begins the hold. */
  const regrade = (alert: Alert): void => {
    const grade = gradeOf(active(alert), sourceClass, now);
    alert.lessSince = grade < alert.grade ? (alert.lessSince ?? now) : undefined;
    alert.grade = Math.max(alert.grade, grade);
    alert.peak = Math.max(alert.peak, alert.grade);
    alert.gradedAt = now;
  };
  const enter = (hazard: string, run: readonly Fact[]): void => {
    const isNew = !alerts.has(hazard);
    const alert = alerts.get(hazard) ?? new Alert();
    alerts.set(hazard, alert);
    const { grade, isActive: wasActive } = alert;
    const joined: Contributor[] = [];
    let isHeard = false;
    for (const { limit, level, shown } of run) {
      const known = alert.who.get(limit);
      const ofPoint = [...alert.who].filter(
        ([{ point, stated }]) => point === limit.point && stated.side === limit.stated.side,
      );
      const isNewPoint = !ofPoint.some(([, { isActive }]) => isActive);
      const c = { ...(known ?? newContributor(limit, pointOf(limit))), isActive: true, level };
      if (!known?.isActive) [c.since, c.certain, c.isBlind] = [[], [], pointOf(limit).isLost];
      c.since = [0, 1, 2, 3].slice(0, level + 1).map((one) => c.since[one] ?? now);
      c.certain = c.since.map((_, one) => (c.certain[one] ?? false) || shown >= one);
      alert.who.set(limit, c);
      if (known?.isActive && known.level >= level) continue;
      joined.push(c);
      isHeard ||= isNewPoint && ofPoint.every(([, { soundedAt }]) => now - soundedAt >= limit.stated.offDelayMs);
    }
    if (!wasActive) [alert.isActive, alert.isAnswered, alert.lessSince] = [true, false, undefined];
    regrade(alert);
    const isWorse = alert.grade > grade;
    const again = isNew ? 'raised' : wasActive ? undefined : 're-raised';
    const change = again ?? (isWorse ? 'worse-grade' : joined.length > 0 ? 'new-point' : undefined);
    if (change === undefined) return;
    const sounds = change !== 'new-point' || isHeard;
    if (sounds) for (const c of joined) c.soundedAt = now;
    tell(
      hazard,
      change,
      (joined.length > 0 ? joined : run.map(({ limit }) => limit)).map(({ point }) => point),
      sounds,
    );
  };
  const leave = (hazard: string, run: readonly Fact[]): void => {
    const alert = alerts.get(hazard)!;
    for (const { limit } of run) {
      const c = alert.who.get(limit)!;
      if (c.isBlind) c.lostUntil = now;
      [c.isActive, c.isBlind] = [false, false];
    }
    alert.isActive = active(alert).length > 0;
    if (!alert.isActive) alert.lessSince = now;
    tell(
      hazard,
      alert.isActive ? 'point-cleared' : 'cleared',
      run.map(({ limit }) => limit.point),
    );
    if (alert.isActive) timeAlone(hazard);
    else endIfOver(hazard);
  };
  const sight = (hazard: string, run: readonly Fact[]): void => {
    const alert = alerts.get(hazard)!;
    const isBlind = run[0].kind === 'blind';
    const of = (id: string) => [...alert.who.values()].filter(({ point }) => point === id);
    const blindBefore = new Set(points.map(({ id }) => id).filter((id) => some(of(id), (c) => c.isBlind)));
    for (const { limit } of run) {
      const c = alert.who.get(limit)!;
      c.isBlind = isBlind;
      if (!isBlind) c.lostUntil = now;
    }
    // Who was blind has shown nothing meanwhile: the hold begins anew.
    if (!isBlind && alert.lessSince !== undefined) alert.lessSince = now;
    const changed = run.map(({ limit }) => limit.point).filter((id) => !isBlind || !blindBefore.has(id));
    if (changed.length === 0) return;
    const sounds = isBlind && some(changed, (id) => of(id).every(({ lostUntil }) => now - lostUntil >= CHATTER_MS));
    tell(hazard, isBlind ? 'went-blind' : 'sight-restored', changed, sounds);
  };
  const timeAlone = (hazard: string): void => {
    const { grade } = alerts.get(hazard)!;
    regrade(alerts.get(hazard)!);
    if (alerts.get(hazard)!.grade > grade) tell(hazard, 'worse-grade', [], true);
  };
  /** Blue that is over and answered ends by itself. */
  const endIfOver = (hazard: string): void => {
    const { isActive, isAnswered, peak } = alerts.get(hazard)!;
    if (isActive || !isAnswered || peak > 1) return;
    tell(hazard, 'closed');
    alerts.delete(hazard);
  };
  /** The only way down: one step, when less was shown for the whole hold, and nobody is blind; below yellow only by a person. */
  const goodReading = (hazard: string, id: string): void => {
    const alert = alerts.get(hazard);
    if (alert?.lessSince === undefined) return;
    // Who was never in it says nothing of the place that was in alarm.
    if (!some(alert.who.values(), ({ point }) => point === id)) return;
    if (alert.grade <= YELLOW || now - alert.lessSince < HOLD_MS) return;
    const isBlind = some(alert.who.values(), (c) => c.isBlind);
    const less = gradeOf(active(alert), sourceClass, now);
    if (!isBlind && less < alert.grade) alert.grade--;
    else alert.lessSince = isBlind ? now : undefined;
    if (isBlind || alert.lessSince === undefined) return;
    alert.lessSince = less < alert.grade ? now : undefined;
    tell(hazard, 'eased');
  };
  /** What happens to one alert in one go is told once. */
  const settle = (): void => {
    const runs = new Map<string, Fact[]>();
    const end = (hazard: string, run: readonly Fact[]): void => {
      runs.delete(hazard);
      const [{ kind }] = run;
      (kind === 'enter' ? enter : kind === 'leave' ? leave : sight)(hazard, run);
    };
    const taken = facts;
    facts = [];
    for (const fact of taken) {
      const { hazard } = fact.limit.stated;
      const run = runs.get(hazard);
      if (run !== undefined && (run[0].kind !== fact.kind || fact.isLower)) end(hazard, run);
      runs.set(hazard, [...(runs.get(hazard) ?? []), fact]);
    }
    for (const [hazard, run] of [...runs]) end(hazard, run);
  };
  const read = (point: Point, value: number, quality: Quality): void => {
    const good = quality === 'good';
    const usable = good || quality === 'uncertain';
    [point.heardAt, point.isSilent] = [now, false];
    if (good && point.isLost) for (const limit of point.own) note('seen', limit);
    point.isLost = !usable || (point.isLost && !good);
    for (const limit of point.own) {
      if (usable) limit.read(now, value, good);
      else limit.timePassed(now);
      if (!usable) limit.notSeen();
      if (point.isLost) note('blind', limit);
    }
    // What only doubtful readings had shown is now shown by a good one.
    for (const limit of good && point.isDoubtful ? point.own : [])
      if (limit.level > 0 && limit.shown >= limit.level) note('enter', limit, limit.level);
    if (good) point.isDoubtful = point.own.some(({ level, shown }) => level > shown);
    settle();
    // What shows more, and waits for its delay, is no evidence of less.
    const isRising = point.own.some(({ raw, level }) => raw > level);
    if (good && !isRising) for (const hazard of point.hazards) goodReading(hazard, point.id);
  };
  const goSilent = (point: Point): void => {
    [point.isSilent, point.isLost] = [true, true];
    for (const limit of point.own) {
      limit.notSeen();
      note('blind', limit);
    }
  };
  /** Who falls silent in one second is one loss, before anything else of it; then whatever fell due, in the order in which it did. */
  const tick = (): void => {
    for (const point of points) if (!point.isSilent && now - point.heardAt >= 3 * point.intervalMs) goSilent(point);
    settle();
    for (;;) {
      const due: (readonly [at: number, act: () => void])[] = [];
      for (const limit of points.flatMap(({ own }) => own)) due.push([limit.dueAt, () => limit.timePassed(now)]);
      for (const [hazard, alert] of alerts) {
        const gradeAt = (at: number): number => gradeOf(active(alert), sourceClass, at);
        const rises = instantsOf(active(alert)).filter(
          (at) => at > alert.gradedAt && gradeAt(at) > gradeAt(alert.gradedAt),
        );
        due.push([Math.min(...rises), () => timeAlone(hazard)]);
      }
      const first = due.filter(([at]) => at <= now).sort(([a], [b]) => a - b)[0];
      if (first === undefined) return;
      first[1]();
      settle();
    }
  };
  let second = 0;
  for (const entry of [...entries, undefined]) {
    for (; second <= (entry?.at ?? until); second += 1_000) {
      now = second;
      tick();
    }
    if (entry === undefined) break;
    now = entry.at;
    const alert = 'acknowledge' in entry ? alerts.get(entry.acknowledge) : undefined;
    if (!('acknowledge' in entry)) read(points.find(({ id }) => id === entry.point)!, entry.value, entry.quality);
    else if (alert?.isAnswered === false) {
      alert.isAnswered = true;
      tell(entry.acknowledge, 'acknowledged');
      endIfOver(entry.acknowledge);
    }
  }
  return history;
}

const newContributor = (limit: Limit, { persistenceMs }: Point): Contributor => ({
  point: limit.point,
  level: 0,
  since: [],
  certain: [],
  persistenceMs,
  red: limit.stated.red,
  isActive: false,
  isBlind: false,
  lostUntil: Number.NEGATIVE_INFINITY,
  soundedAt: Number.NEGATIVE_INFINITY,
});
