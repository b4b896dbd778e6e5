/**
 * Rules that watch the instrument: one mechanism for every fault of that sort. A reading may become doubtful by them, or say
 * nothing; that a fault came or went is told. They have no level, and delay or mask no limit. What a fault looks like is the
 * kind's.
 */
import type { DeviceFault } from '../model/hazard.ts';
import { GOOD, UNCERTAIN } from '../model/quality.ts';
import type { EpochMs } from '../model/time.ts';
import type { Doubt, InstrumentWatch, Standing } from './kind.ts';
import { ABSENT, NO_DOUBT, PRESENT, SAYS_NOTHING, WAITS } from './kind.ts';
import { mayLearn } from './learning.ts';
import type { RuleMemory } from './memory.ts';
import type { Sample } from './sample.ts';
import type { RuleSink } from './sink.ts';
import { FLAG_FAULTED, FLAG_OFF, FLAGS, STATE_WIDTH } from './slots.ts';

/**
 * Takes a usable reading of a point that is watched, and makes of it what its worst fault does. What only keeps what happened
 * (events) takes it as that has made it, and one that says nothing not at all.
 */
export function watchInstrument(memory: RuleMemory, point: number, sample: Sample, sink: RuleSink): void {
  let worst: Doubt = NO_DOUBT;
  let isKept = false;
  for (let next = memory.first(point); next !== 0; next = memory.next(next - 1)) {
    const slot = next - 1;
    const { watch, learner } = memory.kindOf(slot);
    if (watch === undefined || !isOn(memory, slot)) continue;
    if (watch.fault === undefined) {
      isKept = true;
      continue;
    }
    try {
      if (learner !== undefined) sample.learns = sample.good && mayLearn(memory, point, slot, learner);
      const row = memory.row(slot);
      const before = watch.standing(row);
      const doubt = watch.look(row, sample);
      if (doubt > worst) worst = doubt;
      // Those that look behind it see that it says nothing.
      sample.mute = worst === SAYS_NOTHING;
      tell(slot, before, watch.standing(row), sample.now, sink);
    } catch (error) {
      memory.fault(slot, error);
    }
  }
  if (worst !== NO_DOUBT) {
    if (sample.quality === GOOD) sample.quality = UNCERTAIN;
    sample.good = false;
    if (sample.mute) sample.certain = false;
  }
  if (isKept && !sample.mute) keep(memory, point, sample);
}

function keep(memory: RuleMemory, point: number, sample: Sample): void {
  for (let next = memory.first(point); next !== 0; next = memory.next(next - 1)) {
    const slot = next - 1;
    const { watch } = memory.kindOf(slot);
    if (watch === undefined || watch.fault !== undefined || !isOn(memory, slot)) continue;
    try {
      watch.look(memory.row(slot), sample);
    } catch (error) {
      memory.fault(slot, error);
    }
  }
}

/**
 * A tick for a fault that others must bear out: `othersStillSince` gives since when the one of them that moved last has stood
 * still. Repeated or early calls do no harm.
 */
export function watchDue(
  memory: RuleMemory,
  slot: number,
  now: EpochMs,
  othersStillSince: (point: number, fault: DeviceFault) => EpochMs | undefined,
  sink: RuleSink,
): void {
  const { watch } = memory.kindOf(slot);
  if (watch?.borneOut === undefined || watch.fault === undefined || !isOn(memory, slot)) return;
  const { fault } = watch;
  const before = standingOf(memory, slot, watch);
  if (before === ABSENT) return;
  if (before === WAITS) {
    const since = othersStillSince(memory.pointOf(slot), fault);
    const nextAt = memory.guard(slot, undefined, (_, row) => watch.borneOut?.(row, now, since));
    if (nextAt !== undefined) sink.arm(slot, nextAt);
  }
  sink.faulty(slot, standingOf(memory, slot, watch) === PRESENT);
}

/** Since when what watches the point for this fault has seen it stand still; undefined where nothing is known. */
export function stillSinceOf(memory: RuleMemory, point: number, fault: DeviceFault): EpochMs | undefined {
  const slot = slotOfFault(memory, point, fault);
  if (slot === undefined) return undefined;
  return memory.guard(slot, undefined, (kind, row) => kind.watch?.stillSince?.(row));
}

/** The numbers behind a fault of a point that a rule of it watches for; undefined where none does. */
export function numbersOfFault(
  memory: RuleMemory,
  point: number,
  fault: DeviceFault,
): Readonly<Record<string, number>> | undefined {
  const slot = slotOfFault(memory, point, fault);
  if (slot === undefined) return undefined;
  return memory.guard(slot, {}, (kind, row) => ({
    ...kind.explain(row, 0, 0, 1).numbers,
    ...kind.learner?.leftOut(row),
  }));
}

function slotOfFault(memory: RuleMemory, point: number, fault: DeviceFault): number | undefined {
  if (point < 0) return undefined;
  return memory.slotsOf(point).find((slot) => memory.kindOf(slot).watch?.fault === fault && isOn(memory, slot));
}

const isOn = (memory: RuleMemory, slot: number): boolean =>
  (memory.slots.col.state[slot * STATE_WIDTH + FLAGS] & (FLAG_OFF | FLAG_FAULTED)) === 0;

const standingOf = (memory: RuleMemory, slot: number, watch: InstrumentWatch): Standing =>
  memory.guard<Standing>(slot, ABSENT, (_, row) => watch.standing(row));

function tell(slot: number, before: Standing, after: Standing, now: EpochMs, sink: RuleSink): void {
  if (before === after) return;
  if (after === WAITS) sink.arm(slot, now);
  if (before === PRESENT || after === PRESENT) sink.faulty(slot, after === PRESENT);
}
