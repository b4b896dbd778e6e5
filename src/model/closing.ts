/**
 * Who may close an alert and what it takes, by the worst grade it ever had: easing a red does not hand it down. The one
 * source for the policy, which asks before a command is written, and for the engine, which applies it. It knows no alert.
 */
import type { AlertKind, DutyLevel } from './alert.ts';
import { DUTY_LEVELS, rankOf } from './alert.ts';
import type { GradeName } from './grade.ts';
import type { Role } from './role.ts';
import { isRole } from './role.ts';
import { parseTextTable } from './text-table.ts';

/**
 * `roles`: these, and those of the worse grades below in the same kind. `duty level`: that of the person, or above.
 * A proposal of ours; no rule of law we know fixes it.
 */
const CLOSING = `
alert         | roles                         | duty level | cause
hazard blue   | operator shift-lead           | enterprise | no
hazard yellow | safety-director park-duty     | enterprise | yes
hazard orange | county-duty                   | county     | yes
hazard red    | city-duty province-duty admin | city       | yes
device blue   | operator shift-lead           | enterprise | no
device yellow | safety-director park-duty     | enterprise | no
device orange | county-duty                   | enterprise | no
device red    | city-duty province-duty admin | enterprise | no
`;

export interface ClosingTerms {
  readonly roles: ReadonlySet<Role>;
  /** Lowest duty level of the person. */
  readonly level: DutyLevel;
  readonly cause: boolean;
}

type ByGrade = Readonly<Record<GradeName, ClosingTerms>>;

export const CLOSING_TERMS: Readonly<Record<AlertKind, ByGrade>> = parseClosing(CLOSING);

/** Whether somebody of this role and duty level may close such an alert at all. */
export function mayClose(
  who: { readonly role: string; readonly level: DutyLevel },
  alert: { readonly kind: AlertKind; readonly peakGrade: GradeName },
): boolean {
  const { roles, level } = CLOSING_TERMS[alert.kind][alert.peakGrade];
  return isRole(who.role) && roles.has(who.role) && rankOf(who.level) >= rankOf(level);
}

/** Every kind and grade must be there, and every word known. */
export function parseClosing(text: string): Readonly<Record<AlertKind, ByGrade>> {
  const rows = parseTextTable('closing', text, ['alert', 'roles', 'duty level', 'cause']);
  const problem = (row: string, what: string): never => {
    throw new Error(`table closing: row "${row}": ${what}`);
  };
  const byGrade = (kind: AlertKind): ByGrade => {
    const terms: Partial<Record<GradeName, ClosingTerms>> = {};
    let worse: readonly Role[] = [];
    for (const grade of ['red', 'orange', 'yellow', 'blue'] as const) {
      const name = `${kind} ${grade}`;
      const row = rows.get(name) ?? problem(name, 'is missing');
      const own = row.roles.split(' ').map((word) => (isRole(word) ? word : problem(name, `unknown role "${word}"`)));
      const level = DUTY_LEVELS.find((one) => one === row['duty level']);
      if (level === undefined) return problem(name, `unknown duty level "${row['duty level']}"`);
      if (row.cause !== 'yes' && row.cause !== 'no') return problem(name, `"${row.cause}" is neither yes nor no`);
      worse = [...own, ...worse];
      terms[grade] = { roles: new Set(worse), level, cause: row.cause === 'yes' };
    }
    return terms as ByGrade;
  };
  if (rows.size !== 8) throw new Error('table closing: rows are the two kinds by the four grades, and no others');
  return { hazard: byGrade('hazard'), device: byGrade('device') };
}
