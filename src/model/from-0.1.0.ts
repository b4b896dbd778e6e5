/**
 * Steps from the JSON that 0.1.0 wrote, which carried no version, to the next one of each shape. They know old data only;
 * which shape has which steps stands in upcast.ts.
 */

export type Fields = Readonly<Record<string, unknown>>;
/** JSON of one version as the next one has it. */
export type ShapeStep = (old: Fields) => Fields;

/** Rules were fields of the point; each is an entry of one list now, limits one a side. */
export function listRules(old: Fields): Fields {
  const { limits, deadband, preBand, criticalWhen, rateOfChange, forecast, ...rest } = old;
  const { H, HH, L, LL } = (limits ?? {}) as Record<string, unknown>;
  const rule = (kind: string, fields: Fields, ...asked: unknown[]): Fields[] =>
    asked.every((field) => field === undefined) ? [] : [{ id: kind, kind, ...withoutAbsent(fields) }];
  const rules = [
    ...rule('limits-high', { H, HH, deadband, preBand }, H, HH),
    ...rule('limits-low', { L, LL, deadband, preBand }, L, LL),
    ...rule('boolean', { criticalWhen }, criticalWhen),
    ...rule('rate-of-change', (rateOfChange ?? {}) as Fields, rateOfChange),
    ...rule('forecast', (forecast ?? {}) as Fields, forecast),
  ];
  return { ...rest, rules };
}

function withoutAbsent(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** What a contributor of an alert was to 0.1.0, as far as it says on which side of its limits it stood. */
interface OldPoint {
  readonly id: string;
  readonly rule: string;
  readonly limit?: string;
}

/** One rule `limits` was both sides of a point; each is a rule of its own now. */
const sideOf = ({ rule, limit }: OldPoint): string =>
  rule === 'limits' ? (limit === 'L' || limit === 'LL' ? 'limits-low' : 'limits-high') : rule;

export function nameSides(old: Fields): Fields {
  const points = old.points as readonly OldPoint[];
  return { ...old, points: points.map((point) => ({ ...point, rule: sideOf(point) })) };
}

/** The rule that caused it, named as that of the contributor in the alert it carries. */
export function nameSidesOfTransition(old: Fields): Fields {
  if (old.rule !== 'limits') return old;
  const { points } = old.alert as { readonly points: readonly OldPoint[] };
  const cause = points.find(({ id, rule }) => id === old.point && rule.startsWith('limits'));
  return { ...old, rule: cause === undefined ? 'limits-high' : sideOf(cause) };
}
