/**
 * Why an alert has its grade, as a tree with every number: the grade, the steps that make it, the points behind each step, and
 * behind a point its limit, the numbers of its rule, the readings that were judged and what it was computed from. From the sealed
 * evidence alone; it judges nothing, and names nothing that the evidence does not hold.
 */
import { countedBy, thresholdName } from '../alerts/grade/colour.ts';
import type { GradingContributor } from '../alerts/grade/grading.ts';
import type { Reason } from '../model/alert.ts';
import type { GradeName } from '../model/grade.ts';
import { GRADE_NAMES } from '../model/grade.ts';
import type { Level } from '../model/level.ts';
import { LEVEL_NAMES, NONE, PRE } from '../model/level.ts';
import type { Floor, RuleConfig } from '../model/point.ts';
import { QUALITY_NAMES } from '../model/quality.ts';
import type { Evidence } from './evidence.ts';

type Detail = Readonly<Record<string, string | number | boolean>>;

/** JSON data. */
export interface ProofNode {
  /** `grade`, a step of the ladder by its name, `item` (of a roll-up), `point`, `limit`, `numbers`, `reading`, `input`. */
  readonly what: string;
  /** What it is called there: the grade, the item, the point, the rule. */
  readonly name?: string | undefined;
  /** Of a step what it adds or sets, of a reading and an input their value. */
  readonly value?: number | undefined;
  readonly detail: Detail;
  readonly because: readonly ProofNode[];
}

/** So many readings of one point stand in the tree; the evidence has all. */
const READINGS_SHOWN = 12;
const NO_DETAIL: Detail = {};

export function proofOf(evidence: Evidence): ProofNode {
  const { grade, reasons } = evidence.result;
  const proof = new Proof(evidence);
  const sum = reasons.reduce((total, { step, value }) => total + (ADDING.has(step) ? value : 0), 0);
  return node('grade', {
    name: GRADE_NAMES[grade] as GradeName,
    detail: { sum },
    because: reasons.map((reason) => proof.ofStep(reason)),
  });
}

/** Steps whose values are added up; the others set a grade, or hold it. */
const ADDING: ReadonlySet<string> = new Set([
  'base',
  'class',
  'persistence',
  'trend',
  'breadth',
  'coupling',
  'neighbours',
  'quality',
]);

function node(what: string, parts: Partial<ProofNode>): ProofNode {
  return { what, detail: NO_DETAIL, because: [], ...parts };
}

class Proof {
  private readonly evidence: Evidence;

  constructor(evidence: Evidence) {
    this.evidence = evidence;
  }

  ofStep(reason: Reason): ProofNode {
    const { step, value, detail } = reason;
    const because = step === 'roll-up' ? this.items() : this.behind(reason).map((c) => this.ofPoint(c));
    return node(step, { value, detail, because });
  }

  /** The contributors that a step rests on. */
  private behind({ step, value, detail }: Reason): readonly GradingContributor[] {
    const { contributors } = this.evidence.grading;
    const graded = contributors.filter(({ fixedGrade }) => fixedGrade === undefined);
    // What gives a step is no base and no breadth; only where nobody stands by himself it is all there is.
    const climbing = graded.filter((c) => c.step === undefined && c.level >= PRE);
    const atLeast = (level: Level) => climbing.filter((c) => c.level >= level);
    switch (step) {
      case 'base':
        return climbing.length === 0 ? graded : atLeast(Math.max(PRE, value) as Level);
      case 'breadth':
        return value === 0 ? [] : atLeast(levelNamed(detail.level));
      case 'floor': {
        // One item has a floor for each colour under one id.
        const holds = (one: Floor) => one.id === detail.floor && thresholdName(one) === detail.level;
        return graded.filter((c) => c.floors.some((one) => holds(one) && countedBy(one, c) >= one.level));
      }
      case 'class':
      case 'clamp':
      case 'easing':
        return [];
      default:
        return contributors.filter(({ point, rule }) => point === detail.point && rule === (detail.rule ?? rule));
    }
  }

  /** What each item of a roll-up comes to, with the points that are counted for it. */
  private items(): readonly ProofNode[] {
    const points = new Map<string, Map<string, GradingContributor>>();
    for (const c of this.evidence.grading.contributors) {
      const item = c.floors.find((floor) => floor.item !== undefined)?.item;
      if (item === undefined || c.level === NONE) continue;
      const of = points.get(item) ?? new Map<string, GradingContributor>();
      const before = of.get(c.point);
      if (before === undefined || before.level < c.level) of.set(c.point, c);
      points.set(item, of);
    }
    return [...points].map(([item, of]) => {
      const because = [...of.values()].map((c) => this.ofPoint(c));
      return node('item', { name: item, detail: { points: of.size }, because });
    });
  }

  private ofPoint(c: GradingContributor): ProofNode {
    const { point, rule, level, held } = c;
    const since = c.standings[level - 1]?.since;
    const detail: Record<string, string | number | boolean> = { rule, level: LEVEL_NAMES[level], held };
    if (since !== undefined) detail.since = since;
    if (c.timeToLimitMs !== undefined) detail.timeToLimitMs = c.timeToLimitMs;
    return node('point', { name: point, detail, because: [...this.limits(c), ...this.judged(point)] });
  }

  /** The limit that stands, with what it rests on, and the numbers that the rule judges by. */
  private limits({ point, rule }: GradingContributor): readonly ProofNode[] {
    const config = this.evidence.limits.find(({ id }) => id === point);
    const found = config?.rules.find(({ id }) => id === rule);
    if (config === undefined || found === undefined) return [];
    const { source, mark } = config.basis;
    const numbers = config.numbers?.[rule];
    return [
      node('limit', { name: rule, detail: { ...figuresOf(found), basis: source, mark } }),
      ...(numbers === undefined ? [] : [node('numbers', { name: rule, detail: numbers })]),
    ];
  }

  /**
   * The readings judged now, and of a derived point what it was computed from; of a point of which nothing came now its newest
   * value from before.
   */
  private judged(point: string): readonly ProofNode[] {
    const sealed = this.evidence.points.find(({ config }) => config.id === point);
    const now = (sealed?.readings ?? [])
      .slice(-READINGS_SHOWN)
      .map(([at, value, quality]) => node('reading', { value, detail: { at, quality: QUALITY_NAMES[quality] } }));
    const readings = now.length > 0 ? now : this.newest(point);
    const inputs = (sealed?.inputs ?? []).map(({ name, point: input, value, quality, at }) =>
      node('input', {
        name: input,
        value,
        detail: at === undefined ? { as: name, quality } : { as: name, quality, at },
      }),
    );
    return [...readings, ...inputs];
  }

  private newest(point: string): readonly ProofNode[] {
    const newest = this.evidence.limits.find(({ id }) => id === point)?.newest;
    if (newest?.at === undefined) return [];
    const { value, quality, at } = newest;
    return [node('reading', { value, detail: { at, quality } })];
  }
}

const levelNamed = (name: unknown): Level => Math.max(PRE, LEVEL_NAMES.indexOf(name as never)) as Level;

/** The plain figures of a rule, by its own names. */
function figuresOf({ id: _id, kind: _kind, ...fields }: RuleConfig): Detail {
  const plain = Object.entries(fields).filter(([, value]) => ['number', 'string', 'boolean'].includes(typeof value));
  return Object.fromEntries(plain) as Detail;
}
