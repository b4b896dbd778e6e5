/**
 * What stands between a person and closing an alert: asked as the service asks it, first of the policy (acts.ts) and then of
 * the engine, by the one table that both obey (model/closing.ts). A screen offers it or says why not; the service decides.
 */
import type { Closable, Closer, ClosingHindrance } from '../../model/closing.ts';
import { CLOSING_TERMS, closingHindrance, isCloser, ownClosers } from '../../model/closing.ts';
import type { Role } from '../../model/role.ts';
import type { Acting, Refused } from './acts.ts';
import { whyNot } from './acts.ts';

type Person = Acting & { readonly name: string };
type Graded = Pick<Closable, 'kind' | 'peakGrade'>;

export interface Hindrance extends Omit<Refused, 'code'> {
  readonly code: Refused['code'] | ClosingHindrance;
  /** Who could: these roles and those above them. */
  readonly roles?: readonly Role[];
}

export function hindersClosing(who: Person, alert: Closable & { readonly division: string }): Hindrance | undefined {
  const refused = whyNot(who, 'close', alert);
  if (refused?.code === 'level-too-low') return { ...refused, roles: ownClosers(mildest(alert)) };
  if (refused !== undefined) return refused;
  const code = closingHindrance(who, alert);
  if (code === undefined) return undefined;
  return code === 'second-person-required' ? { code, roles: ownClosers(alert) } : { code };
}

/** What a closing has to say. */
export function saidOnClosing({ kind, peakGrade }: Graded): { readonly cause: boolean; readonly note: boolean } {
  const { cause, note } = CLOSING_TERMS[kind][peakGrade];
  return { cause, note };
}

/** The roles from which on the second person may be, after this first one; undefined where one is enough. */
export function secondCloser(who: Closer, alert: Graded): readonly Role[] | undefined {
  if (CLOSING_TERMS[alert.kind][alert.peakGrade].second === undefined) return undefined;
  return ownClosers(isCloser(who, alert) ? mildest(alert) : alert);
}

/** The alert as graded for the one of two persons of whom less is asked. */
function mildest({ kind, peakGrade }: Graded): Graded {
  return { kind, peakGrade: CLOSING_TERMS[kind][peakGrade].second ?? peakGrade };
}
