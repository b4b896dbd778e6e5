/**
 * What a stretch of time was like for who answers its alarms, from the transitions of one judging: each time an alert was active,
 * from its begin to its end, with the worst grade it came to. It judges nothing and compares nothing.
 */
import type { Alert, Transition } from '../../model/alert.ts';
import type { GradeName } from '../../model/grade.ts';
import { gradeOf } from '../../model/grade.ts';
import type { EpochMs } from '../../model/time.ts';

/** One time that an alert was active. */
export interface Episode {
  readonly key: string;
  readonly alert: string;
  readonly kind: Alert['kind'];
  readonly enterprise: string;
  readonly source: string;
  readonly hazard: Alert['hazard'];
  readonly raisedAt: EpochMs;
  /** Absent where it was active still at the end of the stretch. */
  readonly endedAt?: EpochMs | undefined;
  /** The worst it came to. */
  readonly grade: GradeName;
  /** Points that were in it, the first few. */
  readonly points: readonly string[];
  /** What people found when they closed it (`real`, `false-alarm`, …); absent where nobody has. */
  readonly cause?: string | undefined;
}

/** Names of points that an episode carries. */
const POINTS_MAX = 8;

interface Running {
  readonly first: Alert;
  readonly raisedAt: EpochMs;
  grade: GradeName;
  readonly points: Set<string>;
}

/** Hears the transitions of one judging, in order. */
export class Episodes {
  private readonly running = new Map<string, Running>();
  private readonly over: Episode[] = [];

  /** An alert that was open before the stretch began. */
  adopt(alert: Alert): void {
    if (alert.active && !alert.exercise) this.begin(alert, alert.activatedAt ?? alert.raisedAt);
  }

  take({ at, alert }: Transition): void {
    if (alert.exercise) return;
    const running = this.running.get(alert.key);
    if (running === undefined) {
      if (alert.active) this.begin(alert, at);
      // Over before it was told: it was one all the same.
      else if (alert.retrospective && alert.raisedAt === at) this.over.push(episodeOf(newRunning(alert, at), at));
      return;
    }
    if (gradeOf(alert.grade) > gradeOf(running.grade)) running.grade = alert.grade;
    note(running, alert);
    if (alert.active) return;
    this.running.delete(alert.key);
    this.over.push(episodeOf(running, at));
  }

  /** How many are active. */
  get standing(): number {
    return this.running.size;
  }

  /** All of them, by their begin; those that go on have no end. */
  all(): Episode[] {
    const going = [...this.running.values()].map((running) => episodeOf(running, undefined));
    return [...this.over, ...going].sort((a, b) => a.raisedAt - b.raisedAt || (a.key < b.key ? -1 : 1));
  }

  private begin(alert: Alert, at: EpochMs): void {
    this.running.set(alert.key, newRunning(alert, at));
  }
}

function newRunning(alert: Alert, raisedAt: EpochMs): Running {
  const running: Running = { first: alert, raisedAt, grade: alert.grade, points: new Set() };
  note(running, alert);
  return running;
}

function note({ points }: Running, alert: Alert): void {
  for (const { id, active } of alert.points) if (active && points.size < POINTS_MAX) points.add(id);
}

function episodeOf({ first, raisedAt, grade, points }: Running, endedAt: EpochMs | undefined): Episode {
  const { key, id, kind, enterprise, source, hazard } = first;
  return { key, alert: id, kind, enterprise, source, hazard, raisedAt, endedAt, grade, points: [...points] };
}
