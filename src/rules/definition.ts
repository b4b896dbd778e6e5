/**
 * What a rule kind says of its configuration: the fields of pack and registry files it is made from, the rules they make,
 * and what must hold between their figures. Shapes only; each kind has one, next to its rule.
 */
import type { z } from 'zod';
import type { PointConfig, RuleConfig } from '../model/point.ts';
import type { EpochMs } from '../model/time.ts';
import type { Strictnesses } from './looser.ts';

/** What a check may look at besides the rule. */
type Judged = Pick<PointConfig, 'intervalMs' | 'rules' | 'span'>;

/** The delays of a point, as far as it states them. */
export type Delays = Partial<Pick<PointConfig, 'onDelayMs' | 'offDelayMs'>>;

/** What a rule states besides its name and kind. */
type Own<C extends RuleConfig> = { [K in keyof C as K extends 'id' | 'kind' ? never : K]: C[K] };

export interface RuleDefinition<
  C extends RuleConfig = RuleConfig,
  P extends z.ZodRawShape = z.ZodRawShape,
  R extends z.ZodRawShape = z.ZodRawShape,
> {
  /** Name in configuration and snapshots. */
  readonly kind: string;
  /** Which points it can judge. */
  readonly values: PointConfig['valueKind'];
  /** Its rules are alarms: somebody must know what they mean and what to do. */
  readonly alarms: boolean;
  /** Fields of a point type by which a pack states rules of this kind. */
  readonly pack: P;
  /** The ones a registry point may state otherwise: absent as the type has it, null switches off. */
  readonly registry: R;
  /** The rules that the merged fields make; none where they state none. A rule with delays of its own falls back on these. */
  rulesOf(stated: z.infer<z.ZodObject<P>>, delays: Delays): readonly C[];
  /** What is wrong with a rule, in words that begin with the field. */
  check(rule: C, point: Judged): readonly string[];
  /** Of a rule that has nothing to judge by yet: why it never will, put in force at `now`, in words that begin with the field. */
  inVain?(rule: C, now: EpochMs): string | undefined;
  /** For every field of a rule, which change of it is proven stricter. */
  readonly strictness: Strictnesses<Own<C>>;
  /** A field of a rule as files call it; `rule` is the rule's id. */
  wordOf(field: string, rule: string): string;
}

/** Keeps the types of the shapes while it checks them. */
export function define<C extends RuleConfig, P extends z.ZodRawShape, R extends z.ZodRawShape>(
  definition: RuleDefinition<C, P, R>,
): RuleDefinition<C, P, R> {
  return definition;
}
