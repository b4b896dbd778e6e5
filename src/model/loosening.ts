/**
 * A change that would make alarms later, shorter or milder, waiting for a second person: what one item says in one field, and
 * what it is to say. The stricter value is in force meanwhile. Shape and words only.
 */
import type { EpochMs } from './time.ts';

export interface Loosening {
  /** `l` + input number in base 36 + `-` + index: the same in replay. */
  readonly id: string;
  readonly kind: 'point' | 'source' | 'gateway' | 'enterprise';
  /** Id of the point, source or enterprise; `{enterprise}/{gateway}`. */
  readonly item: string;
  /** Of a rule `{rule id}.{field}`, or the rule id where the whole rule is to be another one or gone. */
  readonly field: string;
  /** JSON data; null where there is no value. */
  readonly from: unknown;
  readonly to: unknown;
  /** Who asked for it, and when (engine time); nobody and 0 where an older program did not keep it. */
  readonly actor: string;
  readonly at: EpochMs;
}

/** That a credential is to change is told; what it is, is not, not even as a hash. */
export const SECRET_FIELDS: ReadonlySet<string> = new Set(['secretHash', 'siteSecretHash']);
export const SECRET = '***';

/** As it may leave the engine. */
export function toldLoosening(loosening: Loosening): Loosening {
  return SECRET_FIELDS.has(loosening.field) ? { ...loosening, from: SECRET, to: SECRET } : loosening;
}

/** `yt/GD-1 limits-high.H: 25 → 30`. */
export function looseningInWords({ item, field, from, to }: Loosening): string {
  return `${item} ${field}: ${JSON.stringify(from)} → ${JSON.stringify(to)}`;
}
