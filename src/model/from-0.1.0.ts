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

/** A forecast's numbers were fields of the contributor. */
const gatherNumbers = ({ timeToLimitMs, r2, ...rest }: Fields): Fields => {
  const numbers = withoutAbsent({ timeToLimitMs, r2 });
  return Object.keys(numbers).length === 0 ? rest : { ...rest, numbers };
};

export function nameNumbers(old: Fields): Fields {
  return { ...old, points: (old.points as readonly Fields[]).map(gatherNumbers) };
}

/** In the book only what a contributor last showed is text; its own record has them by name. */
export function nameNumbersOfRecord(old: Fields): Fields {
  const points = old.points as readonly Fields[];
  return {
    ...old,
    points: points.map((point) =>
      point.shown === null ? point : { ...point, shown: gatherNumbers(point.shown as Fields) },
    ),
  };
}

/** One log was all there was; room for duties, deadlines and links; the shelf has more than its end. */
export function giveRoom(old: Fields): Fields {
  const { shelvedUntil: _, ...rest } = old;
  return { ...rest, partition: 0, worsenedAt: worsenedAt(old), duties: [], deadlines: [], links: [] };
}

/** When it last worsened was not kept: if that was its newest change, then; else it is as old as the alert. */
function worsenedAt({ seq, worsenedSeq, changedAt, raisedAt }: Fields): unknown {
  return seq === worsenedSeq ? changedAt : raisedAt;
}

export function giveRoomToRecord(old: Fields): Fields {
  const { dueAt, ...rest } = old;
  const deadlines = typeof dueAt === 'number' ? [{ purpose: 'regrade', dueAt }] : [];
  const room = { shelf: null, outOfServiceBy: null, duties: [], deadlines, links: [], closing: null };
  return { ...rest, worsenedAt: worsenedAt(old), ...room };
}

/** What is asked stands in a body by kind; which rule allowed it was not recorded. */
export function giveBody(old: Fields): Fields {
  const { kind, note, cause, ...rest } = old;
  const body = kind === 'close' ? { kind, cause: cause ?? '', note } : { kind, note };
  return { ...rest, body, policy: { act: kind, role: old.role, rule: 'not recorded', scope: {} } };
}

export const nameLog = (old: Fields): Fields => ({ ...old, partition: 0 });

/** Evidence held the points' configurations, and what ended by time alone was every rule of a point without readings. */
export function listRulesOfEvidence(old: Fields): Fields {
  const points = old.points as readonly {
    readonly config: Fields;
    readonly before: { readonly slots: readonly { readonly rule: string }[] };
    readonly readings: readonly unknown[];
  }[];
  return {
    ...old,
    points: points.map((point) => ({
      ...point,
      config: listRules(point.config),
      due: point.readings.length === 0 ? point.before.slots.map(({ rule }) => rule) : [],
    })),
    limits: (old.limits as readonly Fields[]).map(listRules),
  };
}

/** A loosening was a line of text, and who had asked for it was not kept: `yt/GD-1 onDelayMs: 10000 → 20000`. */
export function readLoosening(old: unknown): Fields {
  const [, item = '', field = '', from = '', to = ''] = /^(\S+) ([^\s:]+): (.*) → (.*)$/.exec(String(old)) ?? [];
  const kind = field === 'class' || field === 'observers' ? 'source' : 'point';
  return { id: `l-${kind}-${item}-${field}`, kind, item, field, from: dataOf(from), to: dataOf(to), actor: '', at: 0 };
}

/** What could not be said stood as the word `undefined`. */
function dataOf(text: string): unknown {
  return text === '' || text === 'undefined' ? null : JSON.parse(text);
}
