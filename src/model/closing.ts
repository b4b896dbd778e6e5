/**
 * Who may close an alert and what it takes, by the worst grade it ever had: easing a red does not hand it down. The one
 * source for the policy, which asks before a command is written, and for the engine, which applies it. It knows no alert.
 */
import type { AlertKind, DutyLevel, Handling } from './alert.ts';
import { DUTY_LEVELS, rankOf } from './alert.ts';
import type { GradeName } from './grade.ts';
import type { Role } from './role.ts';
import { isRole } from './role.ts';
import { parseTextTable } from './text-table.ts';

/**
 * `roles`: these, and those of the worse grades below in the same kind. `duty level`: that of the person, or above.
 * `verified`: somebody has verified it on site. `second`: two different persons close it, one of them as the row says, the
 * other one at least by whom that grade may be closed. A proposal of ours; no rule of law we know fixes it.
 */
const CLOSING = `
alert         | roles                         | duty level | cause | verified | note | second
hazard blue   | operator shift-lead           | enterprise | no    | no       | no   | -
hazard yellow | safety-director park-duty     | enterprise | yes   | no       | no   | -
hazard orange | county-duty                   | county     | yes   | yes      | no   | -
hazard red    | city-duty province-duty admin | city       | yes   | yes      | yes  | orange
device blue   | operator shift-lead           | enterprise | no    | no       | no   | -
device yellow | safety-director park-duty     | enterprise | no    | no       | no   | -
device orange | county-duty                   | enterprise | no    | no       | no   | -
device red    | city-duty province-duty admin | enterprise | no    | no       | no   | -
`;

export interface ClosingTerms {
  readonly roles: ReadonlySet<Role>;
  /** Lowest duty level of the person. */
  readonly level: DutyLevel;
  readonly cause: boolean;
  readonly verified: boolean;
  readonly note: boolean;
  /** The grade whose closers are the other of two persons; undefined where one is enough. */
  readonly second: GradeName | undefined;
}

const GRADES = ['red', 'orange', 'yellow', 'blue'] as const satisfies readonly GradeName[];
type ByGrade = Readonly<Record<GradeName, ClosingTerms>>;

export const CLOSING_TERMS: Readonly<Record<AlertKind, ByGrade>> = parseClosing(CLOSING);

export interface Closer {
  readonly role: string;
  readonly level: DutyLevel;
}
interface ToClose {
  readonly kind: AlertKind;
  readonly peakGrade: GradeName;
}

/** Whether somebody of this role and duty level may close such an alert, or be one of the two who do. */
export function mayClose(who: Closer, alert: ToClose): boolean {
  const { second } = CLOSING_TERMS[alert.kind][alert.peakGrade];
  return isCloser(who, alert) || (second !== undefined && isCloser(who, { ...alert, peakGrade: second }));
}

/** What an alert is as far as its closing goes; `closing`: who has asked for it, where that waits for a second person. */
export interface Closable extends ToClose {
  readonly active: boolean;
  readonly latched: boolean;
  readonly acked: boolean;
  readonly handling: Handling;
  readonly closing?: (Closer & { readonly by: string }) | undefined;
}

export type ClosingHindrance =
  | 'still-active'
  | 'not-acknowledged'
  | 'level-too-low'
  | 'not-verified'
  | 'same-person'
  | 'second-person-required';

/** The first thing that stands against closing the alert as it is now, whatever is said with it. */
export function closingHindrance(
  who: Closer & { readonly name: string },
  alert: Closable,
): ClosingHindrance | undefined {
  const { closing } = alert;
  if (alert.active || alert.latched) return 'still-active';
  if (!alert.acked) return 'not-acknowledged';
  if (!mayClose(who, alert)) return 'level-too-low';
  if (closing === undefined) {
    const { verified } = CLOSING_TERMS[alert.kind][alert.peakGrade];
    return verified && alert.handling === 'new' ? 'not-verified' : undefined;
  }
  // The second person need say nothing but who he is; one of the two must be named by the row itself.
  if (who.name === closing.by) return 'same-person';
  return isCloser(who, alert) || isCloser(closing, alert) ? undefined : 'second-person-required';
}

/** The roles that the row of this grade itself names, without those of worse ones: with whom the closing of it begins. */
export function ownClosers({ kind, peakGrade }: ToClose): readonly Role[] {
  const { roles } = CLOSING_TERMS[kind][peakGrade];
  const worse = GRADES[GRADES.indexOf(peakGrade) - 1];
  return [...roles].filter((role) => worse === undefined || !CLOSING_TERMS[kind][worse].roles.has(role));
}

/**
 * Whether somebody of this duty level may let go of what nobody sees any more: it ends a contribution as closing ends an
 * alert, so it asks for the same level.
 */
export function mayRelease({ level }: Pick<Closer, 'level'>, alert: ToClose): boolean {
  return rankOf(level) >= rankOf(releaseLevel(alert));
}

/** The lowest duty level that may let go of what nobody sees any more. */
export function releaseLevel({ kind, peakGrade }: ToClose): DutyLevel {
  return CLOSING_TERMS[kind][peakGrade].level;
}

/** The lowest duty level that may close it, or be one of the two who do. */
export function closingLevel({ kind, peakGrade }: ToClose): DutyLevel {
  const { level, second } = CLOSING_TERMS[kind][peakGrade];
  const other = second === undefined ? level : CLOSING_TERMS[kind][second].level;
  return rankOf(other) < rankOf(level) ? other : level;
}

/** Whether the row itself names somebody of this role and duty level: of two persons one must be so. */
export function isCloser(who: Closer, { kind, peakGrade }: ToClose): boolean {
  const { roles, level } = CLOSING_TERMS[kind][peakGrade];
  return isRole(who.role) && roles.has(who.role) && rankOf(who.level) >= rankOf(level);
}

/** Every kind and grade must be there, and every word known. */
export function parseClosing(text: string): Readonly<Record<AlertKind, ByGrade>> {
  const rows = parseTextTable('closing', text, ['alert', 'roles', 'duty level', 'cause', 'verified', 'note', 'second']);
  const problem = (row: string, what: string): never => {
    throw new Error(`table closing: row "${row}": ${what}`);
  };
  const byGrade = (kind: AlertKind): ByGrade => {
    const terms: Partial<Record<GradeName, ClosingTerms>> = {};
    let worse: readonly Role[] = [];
    for (const grade of GRADES) {
      const name = `${kind} ${grade}`;
      const row = rows.get(name) ?? problem(name, 'is missing');
      const own = row.roles.split(' ').map((word) => (isRole(word) ? word : problem(name, `unknown role "${word}"`)));
      const level = DUTY_LEVELS.find((one) => one === row['duty level']);
      if (level === undefined) return problem(name, `unknown duty level "${row['duty level']}"`);
      const asked = (word: string): boolean =>
        word === 'yes' || (word === 'no' ? false : problem(name, `"${word}" is neither yes nor no`));
      const second = GRADES.find((one) => one === row.second);
      if (second === undefined && row.second !== '-') return problem(name, `unknown grade "${row.second}"`);
      worse = [...own, ...worse];
      terms[grade] = {
        roles: new Set(worse),
        level,
        cause: asked(row.cause),
        verified: asked(row.verified),
        note: asked(row.note),
        second,
      };
    }
    return terms as ByGrade;
  };
  if (rows.size !== 8) throw new Error('table closing: rows are the two kinds by the four grades, and no others');
  return { hazard: byGrade('hazard'), device: byGrade('device') };
}
