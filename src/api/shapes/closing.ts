/**
 * What stands between a person and closing an alert, or letting go of its points: asked as the service asks it, first of the
 * policy and then of the engine, by the one table that both obey (model/closing.ts). A screen offers an act or says why not;
 * the service decides.
 */
import type { DutyLevel } from '../../model/alert.ts';
import type { Closable, Closer, ClosingHindrance } from '../../model/closing.ts';
import { CLOSING_TERMS, closingHindrance, isCloser, mayClose, mayRelease, ownClosers } from '../../model/closing.ts';
import type { Role } from '../../model/role.ts';

type Person = Closer & { readonly name: string };
type Graded = Pick<Closable, 'kind' | 'peakGrade'>;

export interface Hindrance {
  readonly code: ClosingHindrance;
  /** Who could: these roles and those above them. */
  readonly roles?: readonly Role[];
  /** Who could: this duty level and those above it. */
  readonly level?: DutyLevel;
}

export function hindersClosing(who: Person, alert: Closable): Hindrance | undefined {
  if (!mayClose(who, alert)) return { code: 'level-too-low', roles: ownClosers(mildest(alert)) };
  const code = closingHindrance(who, alert);
  if (code === undefined) return undefined;
  return code === 'second-person-required' ? { code, roles: ownClosers(alert) } : { code };
}

export function hindersRelease(who: Pick<Closer, 'level'>, alert: Graded): Hindrance | undefined {
  if (mayRelease(who, alert)) return undefined;
  return { code: 'level-too-low', level: CLOSING_TERMS[alert.kind][alert.peakGrade].level };
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
