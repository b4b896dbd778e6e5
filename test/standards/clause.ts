// One clause of a standard as a test: its number and words are the title, the limits are those of the packs that ship, and what
// the pack says it rests on is what the title says.
import { expect, it } from 'vitest';
import { loadPacks, shippedPacks } from '../../src/app/seeds.ts';
import type { LimitGrade, LimitSide } from '../../src/model/graded-limit.ts';
import type { Basis } from '../../src/model/point.ts';
import type { PackType } from '../../src/rules/packs/definition.ts';
import type { Course } from '../scenarios/stage/course.ts';
import { flat } from '../scenarios/stage/course.ts';
import { Stage } from '../scenarios/stage/stage.ts';

type Mark = 'V' | 'M' | 'OURS';

/** What a title says of where a figure comes from; one that was seen in its source needs no word. */
const SAID: Readonly<Record<Mark, string>> = { V: '', M: '（M 数值未核实）', OURS: '（OURS 本项目约定）' };

interface Clause {
  readonly standard: string;
  /** Number of the clause, where the text that was seen has one. */
  readonly number?: string;
  readonly says: string;
  readonly mark: Mark;
  /** Type of the packs, and where it is one of its floors or graded limits (`low.red`), that one. */
  readonly type: string;
  readonly floor?: string;
  readonly limit?: string;
}

const types: ReadonlyMap<string, PackType> = new Map(
  loadPacks(shippedPacks()).packs.flatMap(({ pointTypes }) => pointTypes.map((type) => [type.type, type])),
);

export function clause(
  { standard, number = '', says, mark, type, floor, limit }: Clause,
  play: () => Promise<void> | void,
): void {
  it(`${[standard, number, says].filter((part) => part !== '').join(' ')}${SAID[mark]}`, async () => {
    const shipped = types.get(type)!;
    const ofFloor = shipped.floors?.find(({ id }) => id === floor)?.basis;
    const basis = limit === undefined ? (floor === undefined ? shipped.basis : ofFloor) : basisOfLimit(shipped, limit);
    expect(basis?.mark).toBe(mark);
    await play();
  });
}

function basisOfLimit({ limits }: PackType, name: string): Basis | undefined {
  const [side, grade] = name.split('.') as [LimitSide, LimitGrade];
  return limits?.[side]?.[grade]?.basis;
}

type Point = Readonly<Record<string, unknown>> & { readonly type: string };

/** One source of this kind with these points, as a site registers them. */
export function plant(kind: string, points: Readonly<Record<string, Point>>, source: object = {}): Promise<Stage> {
  return Stage.of({ sources: { s: { kind, ...source } }, points });
}

/** Points say something for so long, and then the alert of that hazard has this grade. */
export function gradeAfter(
  stage: Stage,
  says: Readonly<Record<string, number | boolean | Course>>,
  forMs: number,
  hazard: string,
): string {
  const courses = Object.entries(says).map(([tag, said]) => [tag, typeof said === 'function' ? said : flat(said)]);
  stage.says(Object.fromEntries(courses)).pass(forMs);
  return stage.grade('s', hazard);
}

/** One point climbs through these values, each for so long: the grade at the end of each. */
export async function climbs(
  { kind, type, hazard, forMs, point = {}, source = {} }: Climb,
  values: readonly number[],
): Promise<string[]> {
  const stage = await plant(kind, { P: { type, ...point } }, source);
  return values.map((value) => gradeAfter(stage, { P: value }, forMs, hazard));
}

interface Climb {
  readonly kind: string;
  readonly type: string;
  readonly hazard: string;
  /** Long enough to be judged, and shorter than what raises a grade by time alone. */
  readonly forMs: number;
  readonly point?: object;
  readonly source?: object;
}

/** Floors that give an alert its grade. */
export const floorsOf = (stage: Stage, hazard: string): unknown[] =>
  stage
    .alert('s', hazard)!
    .reasons.filter(({ step }) => step === 'floor')
    .map(({ detail }) => detail.floor);

/** The worst level at which a point stands in the alert of that hazard, by whichever of its rules. */
export function levelOf(stage: Stage, hazard: string, tag: string): string | undefined {
  const own = stage.alert('s', hazard)?.points.filter(({ id, active }) => active && id.endsWith(`/${tag}`)) ?? [];
  return ['HH', 'H', 'PRE'].find((level) => own.some((point) => point.level === level));
}
