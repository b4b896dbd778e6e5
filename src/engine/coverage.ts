/**
 * Rule kind `coverage`: blindness is graded. Fewer live observers of a hazard at a source than declared is yellow, none at
 * all is orange at a class-A source and yellow elsewhere; only data ends it. It counts who observes and decides in which
 * alert a lost hazard is told: one alert for one lost cause, with the hazards inside. Who observes is a matter of sight.ts.
 *
 * A hazard whose sight a gateway, or our own link, has taken is told in the alert of that cause. One that lost its points one
 * by one, or whose own alert is open, is told in the alert of the hazard: the former until a gateway or the link takes over
 * all that it has lost, the latter until it is observed again.
 */

import { keyOf } from '../alerts/key.ts';
import type { GroupRef } from '../alerts/record.ts';
import type { Grade } from '../model/grade.ts';
import { LOST_SIGHT } from '../model/hazard.ts';
import { isEventDriven } from '../model/point.ts';
import { GOOD } from '../model/quality.ts';
import type { DurationMs, EpochMs } from '../model/time.ts';
import { inputSight } from './derived/inputs.ts';
import { blindedBy, engineContribution, foldIntoParent, LOST_CAUSES, unfoldFromParent } from './device-alarms.ts';
import { causeName, faultName, hazardName, rowOf, slotOf } from './engine-slots.ts';
import { OWN_ROW, SILENT } from './fault-table.ts';
import { came, DELAYED, end, lookAgain, looked, stand, went } from './faults.ts';
import type { Fold } from './fold.ts';
import { isKnownOnline } from './gateways.ts';
import type { Tally } from './observers.ts';
import { AWAITED, BY_ITSELF, BY_LINK, SEEN } from './observers.ts';
import type { ObserverGroup } from './registry.ts';
import type { Subject } from './subjects.ts';
import { causeSubject } from './subjects.ts';

const YELLOW: Grade = 2;
const ORANGE: Grade = 3;
/** Hazards and points named in one alert; how many there are is told beside it. */
const NAMED_MAX = 40;
/** How often one asks whether data has come that ends a blindness, once its off-delay is over. */
const LOOK_AGAIN_MS: DurationMs = 10_000;

/**
 * Somebody else (or nobody any more) answers for the point's sight. Called for every change of it, and for every further loss:
 * a doubtful word since then says nothing any more.
 */
export function setSight(fold: Fold, number: number, by: number): void {
  const { coverage, points, registry } = fold.state;
  const { lostBy, silent, vague } = points.col;
  const isVague = vague[number] !== 0;
  vague[number] = 0;
  if (lostBy[number] === by) {
    if (isVague && registry.graph.isLookedAt(number)) inputSight(fold, number, by);
    return;
  }
  if (lostBy[number] === AWAITED) fold.out.silences.push({ point: number, silent: silent[number] !== 0 });
  coverage.set(fold.state, number, by);
  if (registry.graph.isLookedAt(number)) inputSight(fold, number, by);
  if (registry.observes[number] === 0) return;
  const { key } = registry.observerOf[number];
  fold.unobserved.set(key, by === SEEN || by === AWAITED ? (fold.unobserved.get(key) ?? SEEN) : by);
}

/** Looks again at every hazard whose observers changed in this input, and at the causes that took their sight. */
export function reviewCoverage(fold: Fold, ends: 'cleared' | 'limit-changed' = 'cleared'): void {
  for (const [key, by] of fold.unobserved) reviewObservers(fold, key, by, ends);
  if (fold.unobserved.size > 0) fold.unobserved.clear();
  if (fold.causes.size === 0) return;
  for (const cause of causesOf(fold)) tellCause(fold, cause);
  fold.causes.clear();
}

/**
 * Whoever took the sight of more or fewer points than is told of them says so with the next tick, however many come and go
 * until then. To be called when what the input led to was told.
 */
export function reviewCounts(fold: Fold): void {
  for (const cause of fold.state.coverage.takeRecounted(fold.state)) {
    const subject = causeSubject(fold, cause);
    for (const exercise of [false, true]) {
      countAgain(fold, causeName(subject.id, exercise), fold.state.coverage.blindedBy(fold.state, cause, exercise));
    }
    for (const fault of LOST_CAUSES) countAgain(fold, faultName(subject.id, fault), blindedBy(fold, subject));
  }
}

function countAgain(fold: Fold, name: string, count: number | undefined): void {
  const slot = fold.state.engineSlots.find(name);
  if (slot === undefined) return;
  const told = fold.state.book.contributor(slot)?.blinds;
  if (told !== undefined && told !== count) lookAgain(fold, rowOf(slot), 0);
}

/** The timer of a lost cause's alert: it is told anew at the end of the input (untold.ts). */
export function causeDue(fold: Fold, row: number, due: number): void {
  looked(fold, row, due, DELAYED);
}

/** Looks again at one hazard, whose newest loss of sight is of that cause. */
export function reviewObservers(
  fold: Fold,
  key: string,
  by: number,
  ends: 'cleared' | 'limit-changed' = 'cleared',
): void {
  const group = fold.state.registry.observers.get(key);
  if (group !== undefined) reviewHazard(fold, group, by, ends);
}

/** The causes whose alerts have to be looked at again, in their order. */
export function causesOf({ causes }: Fold): number[] {
  return [...causes].filter((cause) => cause > BY_ITSELF).sort((a, b) => a - b);
}

/** A hazard at a source where nothing is registered to observe it any more: nobody has to. */
export function forgetObservers(fold: Fold, group: ObserverGroup): void {
  const slot = fold.state.engineSlots.find(hazardName(group.key));
  if (slot === undefined) return;
  const row = rowOf(slot);
  fold.state.faults.col.present[row] = 0;
  finishHazard(fold, group, slot, 'limit-changed');
}

function reviewHazard(fold: Fold, group: ObserverGroup, by: number, ends: 'cleared' | 'limit-changed'): void {
  const { coverage, engineSlots } = fold.state;
  const tally = coverage.tally(fold.state, group);
  const known = engineSlots.find(hazardName(group.key));
  if (known === undefined && gradeOf(fold, tally, tally.lost) === 0) return;
  const slot = known ?? fold.engineSlot(hazardName(group.key));
  const row = rowOf(slot);
  const { col } = fold.state.faults;
  const grade = nextGrade(fold, tally, col.present[row] === 0 ? 0 : (col.grade[row] as Grade));
  if (grade === 0) {
    const wasPresent = col.present[row] !== 0;
    const isOver = went(fold, row, DELAYED);
    // A change of the registry is no data that came back: there is nothing to wait for, and somebody has to look at it.
    if (isOver || (wasPresent && ends === 'limit-changed')) finishHazard(fold, group, slot, ends);
    // Not told yet: nobody is to blame meanwhile, but how long it was there counts if it comes again soon.
    else if (col.stands[row] === SILENT) blameNobody(fold, tally, row);
    return;
  }
  const before = col.cause[row];
  const cause = causeOf(fold, tally, slot, by);
  col.grade[row] = grade;
  if (cause !== before) moveHazard(fold, tally, row, cause);
  if (came(fold, row, DELAYED)) stand(fold, row, OWN_ROW);
  if (col.stands[row] !== SILENT) tellHazard(fold, tally, slot);
}

/** It is told elsewhere from now on; what was told already needs no delay of its own there. */
function moveHazard(fold: Fold, tally: Tally, row: number, cause: number): void {
  const { coverage, faults, groups } = fold.state;
  const before = faults.col.cause[row];
  coverage.move(tally, before, cause);
  faults.col.cause[row] = cause;
  fold.causes.add(before).add(cause);
  if (before > BY_ITSELF) fold.movedTo.set(causeName(causeSubject(fold, before).id, tally.group.exercise), cause);
  if (before !== BY_ITSELF || faults.col.stands[row] === SILENT) return;
  const group = groups.coverageRef(tally.group);
  const toldIn = causeSubject(fold, cause).id;
  fold.changes.push({
    kind: 'alarm',
    group,
    slot: slotOf(row),
    contribution: undefined,
    cause: 'told-elsewhere',
    toldIn,
  });
}

/**
 * The alert of a hazard that is about more than lost sight keeps it. Else whoever took the last eye is the cause, and stays so
 * while it keeps any eye of it.
 */
function causeOf(fold: Fold, tally: Tally, slot: number, by: number): number {
  const { book, faults, groups } = fold.state;
  const before = faults.col.cause[rowOf(slot)];
  const key = keyOf(groups.coverageRef(tally.group));
  if (before !== SEEN && (tally.lostBy.get(before) ?? 0) > 0) return before;
  if (before === BY_ITSELF && book.hasOthers(key, slot)) return BY_ITSELF;
  if (before === SEEN && book.isActive(key)) return BY_ITSELF;
  if ((tally.lostBy.get(by) ?? 0) > 0 && by !== SEEN) return by;
  const others = [...tally.lostBy].filter(([cause, lost]) => cause !== AWAITED && cause > BY_ITSELF && lost > 0);
  return others.length === 0 ? BY_ITSELF : Math.min(...others.map(([cause]) => cause));
}

/** Who is awaited neither makes it worse nor ends it. */
function nextGrade(fold: Fold, tally: Tally, standing: Grade): Grade {
  const grade = gradeOf(fold, tally, tally.lost);
  if (standing === 0 || grade !== 0) return grade;
  return gradeOf(fold, tally, tally.lost + tally.awaited) === 0 ? 0 : standing;
}

function gradeOf(fold: Fold, { group }: Tally, unseen: number): Grade {
  const live = group.points.length - unseen;
  if (live >= declaredOf(fold, group)) return 0;
  if (live > 0) return YELLOW;
  return fold.state.registry.sources.get(group.source)?.class === 'A' ? ORANGE : YELLOW;
}

/** A declaration above what is registered would never be met: the registered number is then what can be asked. */
function declaredOf(fold: Fold, group: ObserverGroup): number {
  const declared = fold.state.registry.sources.get(group.source)?.observers[group.hazard] ?? 1;
  return Math.min(declared, group.points.length);
}

const liveOf = ({ group, lost, awaited }: Tally): number => group.points.length - lost - awaited;

/** A timer of the fault table that is a hazard's, by the key of its observers. */
export function coverageDue(fold: Fold, key: string, row: number, due: number): void {
  const task = looked(fold, row, due, DELAYED);
  if (task === undefined) return;
  const slot = slotOf(row);
  const group = fold.state.registry.observers.get(key);
  if (group === undefined) end(fold, row);
  else if (task === 'raise') {
    stand(fold, row, OWN_ROW);
    // Somebody takes it over in this very second: it is told there, by the review at the end of the input.
    if (!fold.unobserved.has(group.key)) tellHazard(fold, fold.state.coverage.tally(fold.state, group), slot);
  } else if (isWatched(fold, group, fold.state.faults.col.since[row] + DELAYED.offMs)) {
    finishHazard(fold, group, slot, 'cleared');
  } else lookAgain(fold, row, LOOK_AGAIN_MS);
}

/** Where the book has it otherwise than it stands: it is looked at once more, at the end of the input, or is over there too. */
export function reviewUntold(fold: Fold, key: string, slot: number): void {
  const { book, coverage, faults, registry } = fold.state;
  const group = registry.observers.get(key);
  if (group === undefined) return;
  const { cause, grade, present, stands } = faults.col;
  const row = rowOf(slot);
  const told = book.contributor(slot);
  const isTold = stands[row] === SILENT || cause[row] !== BY_ITSELF || (told?.fixedGrade ?? 0) >= grade[row];
  const isLost = nextGrade(fold, coverage.tally(fold.state, group), present[row] === 0 ? 0 : (grade[row] as Grade)) > 0;
  if (!isTold || isLost !== (present[row] !== 0)) fold.unobserved.set(key, fold.unobserved.get(key) ?? SEEN);
  if (told === undefined || (stands[row] !== SILENT && cause[row] === BY_ITSELF)) return;
  const ended = { kind: 'alarm', group: fold.state.groups.coverageRef(group), slot, contribution: undefined } as const;
  if (stands[row] === SILENT) fold.changes.push({ ...ended, cause: 'cleared' });
  else fold.changes.push({ ...ended, cause: 'told-elsewhere', toldIn: causeSubject(fold, cause[row]).id });
}

/**
 * Enough observers have given good readings since then; of event-driven ones a gateway that is known to be online is enough.
 * Time alone ends nothing.
 */
function isWatched(fold: Fold, group: ObserverGroup, since: EpochMs): boolean {
  const { points, registry } = fold.state;
  const { lostBy, liveAt, quality } = points.col;
  let watching = 0;
  for (const number of group.points) {
    if (lostBy[number] !== SEEN) continue;
    const isEvent = isEventDriven(registry.points[number]);
    const isGood = liveAt[number] >= since && quality[number] === GOOD;
    if (isGood || (isEvent && isKnownOnline(fold.state, number))) watching++;
  }
  return watching >= declaredOf(fold, group);
}

function finishHazard(fold: Fold, group: ObserverGroup, slot: number, ends: 'cleared' | 'limit-changed'): void {
  const { coverage, faults, groups } = fold.state;
  const { cause, stands } = faults.col;
  const row = rowOf(slot);
  if (stands[row] !== SILENT && cause[row] === BY_ITSELF) {
    const ref = groups.coverageRef(group);
    fold.changes.push({ kind: 'alarm', group: ref, slot, contribution: undefined, cause: ends });
  }
  blameNobody(fold, coverage.tally(fold.state, group), row);
  end(fold, row);
}

function blameNobody(fold: Fold, tally: Tally, row: number): void {
  const { coverage, faults } = fold.state;
  const { cause } = faults.col;
  if (cause[row] > BY_ITSELF) fold.causes.add(cause[row]);
  coverage.move(tally, cause[row], SEEN);
  cause[row] = SEEN;
}

/** In the alert of the hazard; or, at the end of the input, in that of whoever took its sight. */
function tellHazard(fold: Fold, tally: Tally, slot: number): void {
  const { group } = tally;
  const { points, registry, faults, groups } = fold.state;
  const cause = faults.col.cause[rowOf(slot)];
  if (cause !== BY_ITSELF) {
    fold.causes.add(cause);
    return;
  }
  const names = group.points.filter((number) => points.col.lostBy[number] !== SEEN).slice(0, NAMED_MAX);
  const detail = {
    live: liveOf(tally),
    declared: declaredOf(fold, group),
    registered: group.points.length,
    lost: names.map((number) => registry.points[number].tag).join(' '),
  };
  const contribution = {
    ...engineContribution(fold, slot, { id: group.source, number: -1 }, LOST_SIGHT, detail),
    fixedGrade: faults.col.grade[rowOf(slot)] as Grade,
  };
  fold.changes.push({ kind: 'alarm', group: groups.coverageRef(group), slot, contribution, cause: 'cleared' });
}

/** The alerts of a lost cause: of what is real, and of a drill, which blinds nobody. */
export function tellCause(fold: Fold, cause: number): void {
  for (const exercise of [false, true]) tellBlinded(fold, cause, exercise);
}

/** The worst grade of the hazards a lost cause blinds, each with its live and declared observers. */
function tellBlinded(fold: Fold, cause: number, exercise: boolean): void {
  const { coverage, faults, engineSlots } = fold.state;
  const rowIn = ({ group }: Tally): number => rowOf(engineSlots.find(hazardName(group.key)) ?? -1);
  const hazards = coverage
    .under(fold.state, cause)
    .filter((tally) => tally.group.exercise === exercise && faults.col.stands[rowIn(tally)] !== SILENT);
  const subject = causeSubject(fold, cause);
  const tellsItsOwn = subject.exercise === exercise;
  if (hazards.length === 0) {
    endBlinded(fold, subject, exercise);
    if (tellsItsOwn && !coverage.tells(fold.state, cause, exercise)) unfoldFromParent(fold, subject);
    return;
  }
  const slot = fold.engineSlot(causeName(subject.id, exercise));
  const group = causeGroup(fold, subject, exercise);
  let grade: Grade = YELLOW;
  let live = 0;
  let declared = 0;
  const each: Record<string, string> = {};
  for (const [i, tally] of hazards.entries()) {
    const asked = declaredOf(fold, tally.group);
    live += liveOf(tally);
    declared += asked;
    grade = Math.max(grade, faults.col.grade[rowIn(tally)]) as Grade;
    // Everybody sees what our own link blinds; whose sources they are is nobody else's business.
    if (cause !== BY_LINK && i < NAMED_MAX) each[tally.group.key] = `${liveOf(tally)}/${asked}`;
  }
  const contribution = {
    ...engineContribution(fold, slot, subject, LOST_SIGHT, { live, declared, hazards: hazards.length, ...each }),
    fixedGrade: grade,
    blinds: coverage.blindedBy(fold.state, cause, exercise),
    about: hazards.slice(0, NAMED_MAX).map((tally) => tally.group.key),
  };
  fold.changes.push({ kind: 'alarm', group, slot, contribution, ...howLess(fold, subject, exercise) });
  if (tellsItsOwn) foldIntoParent(fold, subject);
}

function endBlinded(fold: Fold, subject: Subject, exercise: boolean): void {
  const name = causeName(subject.id, exercise);
  const slot = fold.state.engineSlots.find(name);
  if (slot === undefined) return;
  const ended = { kind: 'alarm', group: causeGroup(fold, subject, exercise), slot, contribution: undefined } as const;
  fold.changes.push({ ...ended, ...howLess(fold, subject, exercise) });
}

/** What a lost cause does not tell any more is seen again, or is told elsewhere from this input on. */
function howLess(fold: Fold, subject: Subject, exercise: boolean) {
  const movedTo = fold.movedTo.get(causeName(subject.id, exercise));
  if (movedTo === undefined) return { cause: 'cleared' } as const;
  const toldIn = movedTo > BY_ITSELF ? causeSubject(fold, movedTo).id : undefined;
  return { cause: 'told-elsewhere', toldIn } as const;
}

function causeGroup(fold: Fold, subject: Subject, exercise: boolean): GroupRef {
  return {
    kind: 'hazard',
    enterprise: subject.enterprise,
    division: fold.state.registry.divisionOf(subject.enterprise),
    source: subject.id,
    hazard: LOST_SIGHT,
    sourceClass: 'C',
    response: 'process',
    exercise,
  };
}
