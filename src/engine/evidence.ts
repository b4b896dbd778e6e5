/**
 * Evidence: seals what raised or worsened an alert, so that it can be judged again without the log, and judges it again.
 * A capsule holds the limits in force, the contributors' memory before the input, the readings since, and exactly what the
 * grading was given; it refers to nothing outside itself.
 */
import type { GradingInput, GradingResult } from '../alerts/grade/grading.ts';
import { gradeLadder } from '../alerts/grade/ladder.ts';
import type { Derivation } from '../model/derivation.ts';
import type { Level } from '../model/level.ts';
import type { PointConfig } from '../model/point.ts';
import type { Quality, QualityName } from '../model/quality.ts';
import { BAD, QUALITY_NAMES } from '../model/quality.ts';
import { LayoutError } from '../model/stored-table.ts';
import type { EpochMs } from '../model/time.ts';
import { stamped, upcastEvidence } from '../model/upcast.ts';
import { NewerVersionError } from '../model/version.ts';
import { judge, judgeDue } from '../rules/evaluate.ts';
import type { ImageLayout, PointImage } from '../rules/image.ts';
import { layoutOf, storedImage } from '../rules/image.ts';
import { RuleMemory } from '../rules/memory.ts';
import { fillSample, newSample } from '../rules/sample.ts';
import type { RuleSink } from '../rules/sink.ts';
import { viewSlot } from '../rules/view.ts';
import type { EvidenceCapsule } from './effect.ts';
import type { Fold, JudgedReading } from './fold.ts';
import { inForce } from './in-force.ts';
import { saysOfNow } from './observers.ts';
import { ENGINE_VERSION } from './state.ts';
import { bringUpStored, SNAPSHOT_FORMAT } from './upgrade/bring-up.ts';
import { OLD_IMAGE } from './upgrade/layouts-0.1.0.ts';
import { rulesOf } from './upgrade/stored-state.ts';

/** A number as JSON can carry it: an absent limit is an infinite one in the rules' memory. */
type Cell = number | 'NaN' | 'Infinity' | '-Infinity';

interface SealedImage {
  readonly point: readonly Cell[];
  readonly slots: readonly { readonly rule: string; readonly kind: string; readonly cells: readonly Cell[] }[];
}

const sealedCells = (cells: readonly number[]): Cell[] =>
  cells.map((cell) => (Number.isFinite(cell) ? cell : (String(cell) as Cell)));

function sealedImage({ point, slots }: PointImage): SealedImage {
  return {
    point: sealedCells(point),
    slots: slots.map(({ cells, ...slot }) => ({ ...slot, cells: sealedCells(cells) })),
  };
}

function openedImage({ point, slots }: SealedImage): PointImage {
  return {
    point: point.map(Number),
    slots: slots.map(({ cells, ...slot }) => ({ ...slot, cells: cells.map(Number) })),
  };
}

/** What a point had said last at the end of the input that caused the transition. */
interface SealedNewest {
  readonly value?: number | undefined;
  readonly quality: QualityName;
  /** Engine time it was judged at; absent where it was never heard. */
  readonly at?: EpochMs | undefined;
}

/** One input of a derived point: the name by which it is known there, and its newest value. */
interface SealedInput extends SealedNewest {
  /** Absent where nothing of it says anything of then. */
  readonly value?: number | undefined;
  readonly name: string;
  readonly point: string;
  /** It stands out from the others of one thing. */
  readonly odd?: true | undefined;
}

/** What was judged of one point in the input that caused the transition. */
interface SealedPoint {
  readonly config: PointConfig;
  readonly before: SealedImage;
  readonly readings: readonly JudgedReading[];
  /** Rules whose delay ended by time alone. */
  readonly due: readonly string[];
  /** Of a derived point: what it was computed from, as it stood then. */
  readonly inputs?: readonly SealedInput[] | undefined;
  /** What the rules said afterwards. */
  readonly levels: readonly { readonly rule: string; readonly level: Level }[];
}

/** JSON data. */
export interface Evidence {
  readonly registryVersion: number;
  /** What the numbers of `before` are. 0.1.0 did not say: its evidence is read by the layout that is kept of it. */
  readonly layout?: ImageLayout;
  readonly grading: GradingInput;
  readonly result: Pick<GradingResult, 'grade' | 'reasons'>;
  readonly points: readonly SealedPoint[];
  /** Of every contributing point, whether or not it changed now, its rules and basis, and its newest value. */
  readonly limits: readonly SealedLimits[];
}

interface SealedLimits extends Pick<PointConfig, 'id' | 'rules' | 'onDelayMs' | 'offDelayMs' | 'basis'> {
  /** Absent in evidence from before it was sealed. */
  readonly newest?: SealedNewest;
  /** Of every rule of it that contributes, by its id, the numbers it judges by: those of its kind, its reference stretch. */
  readonly numbers?: Readonly<Record<string, Readonly<Record<string, number>>>> | undefined;
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
  const before = numbers.flatMap((number) => fold.before.get(number)?.image.slots ?? []);
  const kinds = new Set(before.map(({ kind }) => kind));
  const contributing = new Set(grading.contributors.map((c) => `${c.number} ${c.rule}`));
  const evidence: Evidence = {
    registryVersion: registry.version,
    layout: layoutOf(rules, SNAPSHOT_FORMAT, kinds),
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
          config: inForce(fold.state, number),
          before: sealedImage(before.image),
          readings: [...before.readings],
          due: before.due.map((slot) => rules.ruleOf(slot)),
          inputs: sealedInputs(fold, number, registry.points[number].derive),
          levels,
        },
      ];
    }),
    limits: numbers.map((number) => {
      const { id, rules: judging, onDelayMs, offDelayMs, basis } = inForce(fold.state, number);
      const newest = newestOf(fold, number);
      return {
        id,
        rules: judging,
        onDelayMs,
        offDelayMs,
        basis,
        newest,
        numbers: numbersOf(fold, number, contributing),
      };
    }),
  };
  return {
    alert: alertId,
    seq,
    at: fold.at,
    input: fold.input,
    engineVersion: ENGINE_VERSION,
    evidence: stamped('evidence', evidence),
  };
}

/** By rule; absent where none has any: most limits have nothing but themselves. */
function numbersOf({ state }: Fold, number: number, contributing: ReadonlySet<string>): SealedLimits['numbers'] {
  const found: Record<string, Readonly<Record<string, number>>> = {};
  for (const slot of state.rules.slotsOf(number)) {
    const rule = state.rules.ruleOf(slot);
    if (!contributing.has(`${number} ${rule}`)) continue;
    const { numbers } = viewSlot(state.rules, slot).explanation;
    if (Object.keys(numbers).length > 0) found[rule] = numbers;
  }
  return Object.keys(found).length === 0 ? undefined : found;
}

function sealedInputs(fold: Fold, derivedNumber: number, derive: Derivation | undefined): SealedInput[] | undefined {
  if (derive === undefined) return undefined;
  const { derived, points: heard, registry } = fold.state;
  const odd = derived.oddOf(derivedNumber);
  let place = 0;
  return Object.entries(derive.inputs).flatMap(([name, { points }]) =>
    points.map((point): SealedInput => {
      const number = registry.pointNumbers.get(point) ?? -1;
      const newest = newestOf(fold, number);
      const value = saysOfNow(heard, number) ? newest.value : undefined;
      const isOdd = place++ === odd ? true : undefined;
      return { name, point, ...newest, value, odd: isOdd };
    }),
  );
}

function newestOf({ state: { points } }: Fold, number: number): SealedNewest {
  const { seen, quality, value, judgedAt } = points.col;
  if (seen[number] !== 1) return { quality: 'stale' };
  const isLost = !saysOfNow(points, number);
  return {
    value: value[number],
    quality: isLost && quality[number] < BAD ? 'stale' : QUALITY_NAMES[quality[number]],
    at: judgedAt[number],
  };
}

/** What a capsule holds, in this version's shape. */
export function evidenceOf(capsule: EvidenceCapsule): Evidence {
  return upcastEvidence(capsule.evidence) as Evidence;
}

/** Empty when judging the sealed evidence again gives what was recorded; otherwise what differs, in words. */
export function judgeAgain(capsule: EvidenceCapsule): string[] {
  const evidence = evidenceOf(capsule);
  const differences: string[] = [];
  try {
    for (const sealed of evidence.points) {
      differences.push(...judgePointAgain(sealed, evidence.layout ?? OLD_IMAGE, capsule.at));
    }
  } catch (error) {
    if (!(error instanceof LayoutError || error instanceof NewerVersionError)) throw error;
    return [`cannot be judged again: sealed by engine version ${capsule.engineVersion}: ${error.message}`];
  }
  const result = gradeLadder(evidence.grading);
  if (result.grade !== evidence.result.grade) {
    differences.push(`grade: recorded ${evidence.result.grade}, judged again ${result.grade}`);
  } else if (JSON.stringify(result.reasons) !== JSON.stringify(evidence.result.reasons)) {
    differences.push('the grading steps differ');
  }
  return differences;
}

const DEAF: RuleSink = { changed() {}, arm() {}, held() {}, faulty() {} };

function judgePointAgain(sealed: SealedPoint, layout: ImageLayout, at: EpochMs): string[] {
  const memory = memoryOf(sealed, layout);
  const sample = newSample();
  for (const [judgedAt, value, quality] of sealed.readings)
    judge(memory, 0, fillSample(sample, judgedAt, at, value, quality as Quality), DEAF);
  for (const slot of memory.slotsOf(0)) {
    if (sealed.due.some((rule) => isOf(rule, memory.ruleOf(slot)))) judgeDue(memory, slot, at, DEAF, true);
  }
  const views = memory.slotsOf(0).map((slot) => viewSlot(memory, slot));
  return sealed.levels.flatMap(({ rule, level: recorded }) => {
    const level = Math.max(0, ...views.filter((view) => isOf(rule, view.rule)).map((view) => view.level));
    return recorded === level ? [] : [`${sealed.config.id} ${rule}: recorded level ${recorded}, judged again ${level}`];
  });
}

/** A rule goes by its id, or by what it was called before it was split: `limits` was both its sides. */
const isOf = (recorded: string, rule: string): boolean => rule === recorded || rule.startsWith(`${recorded}-`);

/** A memory that knows only this point (as number 0), with what was sealed of it: judging goes on from there. */
function memoryOf({ config, before }: SealedPoint, layout: ImageLayout): RuleMemory {
  const kinds = Object.keys(layout.kinds);
  const slots = before.slots.map((slot) => ({ ...slot, kind: slot.kind ?? slot.rule }));
  const { names, tables } = storedImage(openedImage({ ...before, slots }), layout);
  if (layout.format === SNAPSHOT_FORMAT) return RuleMemory.load(names, tables);
  const header = { format: layout.format, book: { alerts: [] }, rules: { ...names, kinds, tables: [] } };
  const stored = bringUpStored({ header, tables });
  const memory = RuleMemory.load(rulesOf(stored.header), stored.tables);
  // What an older program had not got begins at rest, with the parameters of the configuration that was sealed.
  memory.install(config, 0);
  return memory;
}
