/**
 * Evidence: seals what raised or worsened an alert, so that it can be judged again without the log, and judges it again.
 * A capsule holds the limits in force, the contributors' memory before the input, the readings since, and exactly what the
 * grading was given; it refers to nothing outside itself.
 */
import type { GradingInput, GradingResult } from '../alerts/grade/ladder.ts';
import { gradeLadder } from '../alerts/grade/ladder.ts';
import type { Level } from '../model/level.ts';
import type { PointConfig } from '../model/point.ts';
import type { Quality } from '../model/quality.ts';
import type { EpochMs } from '../model/time.ts';
import { judge, judgeDue } from '../rules/evaluate.ts';
import type { PointImage } from '../rules/image.ts';
import { memoryOf } from '../rules/image.ts';
import { fillSample, newSample } from '../rules/sample.ts';
import type { RuleSink } from '../rules/sink.ts';
import { viewSlot } from '../rules/view.ts';
import type { EvidenceCapsule } from './effect.ts';
import type { Fold, JudgedReading } from './fold.ts';
import { ENGINE_VERSION } from './state.ts';

/** A number as JSON can carry it: an absent limit is an infinite one in the rules' memory. */
type Cell = number | 'NaN' | 'Infinity' | '-Infinity';

interface SealedImage {
  readonly point: readonly Cell[];
  readonly slots: readonly { readonly rule: string; readonly cells: readonly Cell[] }[];
}

const sealedCells = (cells: readonly number[]): Cell[] =>
  cells.map((cell) => (Number.isFinite(cell) ? cell : (String(cell) as Cell)));

function sealedImage({ point, slots }: PointImage): SealedImage {
  return { point: sealedCells(point), slots: slots.map(({ rule, cells }) => ({ rule, cells: sealedCells(cells) })) };
}

function openedImage({ point, slots }: SealedImage): PointImage {
  return { point: point.map(Number), slots: slots.map(({ rule, cells }) => ({ rule, cells: cells.map(Number) })) };
}

/** What was judged of one point in the input that caused the transition. */
interface SealedPoint {
  readonly config: PointConfig;
  readonly before: SealedImage;
  readonly readings: readonly JudgedReading[];
  /** Rules whose delay ended by time alone. */
  readonly due: readonly string[];
  /** What the rules said afterwards. */
  readonly levels: readonly { readonly rule: string; readonly level: Level }[];
}

/** JSON data. */
export interface Evidence {
  readonly registryVersion: number;
  readonly grading: GradingInput;
  readonly result: Pick<GradingResult, 'grade' | 'reasons'>;
  readonly points: readonly SealedPoint[];
  /** Rules and basis of every contributing point, whether or not it changed now. */
  readonly limits: readonly Pick<PointConfig, 'id' | 'rules' | 'onDelayMs' | 'offDelayMs' | 'basis'>[];
}

export function sealCapsule(
  fold: Fold,
  alertId: string,
  seq: number,
  grading: GradingInput,
  result: GradingResult,
): EvidenceCapsule {
  const { registry, rules } = fold.state;
  const numbers = [...new Set(grading.contributors.map(({ number }) => number))].filter((number) => number >= 0);
  const evidence: Evidence = {
    registryVersion: registry.version,
    grading,
    result: { grade: result.grade, reasons: result.reasons },
    points: numbers.flatMap((number) => {
      const before = fold.before.get(number);
      if (before === undefined) return [];
      const levels = rules.slotsOf(number).map((slot) => {
        const { rule, level } = viewSlot(rules, slot);
        return { rule, level };
      });
      return [
        {
          config: registry.points[number],
          before: sealedImage(before.image),
          readings: [...before.readings],
          due: before.due.map((slot) => rules.ruleOf(slot)),
          levels,
        },
      ];
    }),
    limits: numbers.map((number) => {
      const { id, rules: judging, onDelayMs, offDelayMs, basis } = registry.points[number];
      return { id, rules: judging, onDelayMs, offDelayMs, basis };
    }),
  };
  return { alert: alertId, seq, at: fold.at, input: fold.input, engineVersion: ENGINE_VERSION, evidence };
}

/** Empty when judging the sealed evidence again gives what was recorded; otherwise what differs, in words. */
export function judgeAgain(capsule: EvidenceCapsule): string[] {
  const evidence = capsule.evidence as Evidence;
  const differences: string[] = [];
  for (const sealed of evidence.points) differences.push(...judgePointAgain(sealed, capsule.at));
  const result = gradeLadder(evidence.grading);
  if (result.grade !== evidence.result.grade) {
    differences.push(`grade: recorded ${evidence.result.grade}, judged again ${result.grade}`);
  } else if (JSON.stringify(result.reasons) !== JSON.stringify(evidence.result.reasons)) {
    differences.push('the grading steps differ');
  }
  return differences;
}

const DEAF: RuleSink = { changed() {}, arm() {}, held() {}, faulted() {} };

function judgePointAgain(sealed: SealedPoint, at: EpochMs): string[] {
  const memory = memoryOf(sealed.config, openedImage(sealed.before));
  const sample = newSample();
  for (const [judgedAt, value, quality] of sealed.readings)
    judge(memory, 0, fillSample(sample, judgedAt, at, value, quality as Quality), DEAF);
  for (const slot of memory.slotsOf(0)) {
    if (sealed.due.includes(memory.ruleOf(slot))) judgeDue(memory, slot, at, DEAF, true);
  }
  return memory.slotsOf(0).flatMap((slot) => {
    const { rule, level } = viewSlot(memory, slot);
    const recorded = sealed.levels.find((other) => other.rule === rule)?.level;
    return recorded === level ? [] : [`${sealed.config.id} ${rule}: recorded level ${recorded}, judged again ${level}`];
  });
}
