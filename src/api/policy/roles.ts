/**
 * What each role may do: one table that people read, the product obeys, and `docs/roles.md` is printed from. Every role and
 * every act stands in it; a word that is not known ends the start. Where somebody may do it is the scope's; see policy.ts.
 */

import type { DutyLevel } from '../../model/alert.ts';
import { DUTY_LEVELS, rankOf } from '../../model/alert.ts';
import { CLOSING_TERMS } from '../../model/closing.ts';
import type { CommandKind } from '../../model/command.ts';
import { COMMAND_KINDS } from '../../model/command.ts';
import { levelOfDivision } from '../../model/division.ts';
import type { GradeName } from '../../model/grade.ts';
import type { Role } from '../../model/role.ts';
import { ROLES } from '../../model/role.ts';
import { parseTextTable } from '../../model/text-table.ts';
import type { DataScope } from '../schemas/session.ts';
import { ALERT_KINDS, GRADES_WORST_FIRST } from '../shapes/alert.ts';

/** Everything somebody can want to do. `read` is any look at what lies in the person's scope. */
export const ACTS = ['read', ...COMMAND_KINDS, 'configure', 'send readings', 'backtest', 'audit'] as const;
export type Act = (typeof ACTS)[number];

/** `by grade`: which grades is said by the closing table (model/closing.ts), for the engine too. */
const RIGHTS = ['yes', '-', 'by grade'] as const;
type Right = (typeof RIGHTS)[number];

export const ROLES_TABLE = `
role            | read | acknowledge | comment | verify | reset | release | close    | configure | send readings | backtest | audit
viewer          | yes  | -           | -       | -      | -     | -       | -        | -         | -             | -        | -
leader          | yes  | -           | -       | -      | -     | -       | -        | -         | -             | -        | -
auditor         | yes  | -           | -       | -      | -     | -       | -        | -         | -             | -        | yes
operator        | yes  | yes         | yes     | yes    | yes   | yes     | by grade | -         | -             | -        | -
shift-lead      | yes  | yes         | yes     | yes    | yes   | yes     | by grade | -         | -             | -        | -
safety-director | yes  | yes         | yes     | yes    | yes   | yes     | by grade | -         | -             | yes      | -
park-duty       | yes  | yes         | yes     | yes    | yes   | yes     | by grade | -         | -             | yes      | -
county-duty     | yes  | yes         | yes     | yes    | yes   | yes     | by grade | -         | -             | yes      | -
city-duty       | yes  | yes         | yes     | yes    | yes   | yes     | by grade | -         | -             | yes      | -
province-duty   | yes  | yes         | yes     | yes    | yes   | yes     | by grade | -         | -             | yes      | -
admin           | yes  | yes         | yes     | yes    | yes   | yes     | by grade | yes       | yes           | yes      | yes
`;

/**
 * For whom a person of the role may answer: an answer covers its level and all below, so that one given too high makes the
 * alert quiet at desks that have not answered. `any` are roles that answer nothing, and the administrator.
 */
const LEVELS_TABLE = `
role            | duty levels
viewer          | any
leader          | any
auditor         | any
operator        | enterprise
shift-lead      | enterprise
safety-director | enterprise
park-duty       | park town
county-duty     | county
city-duty       | city
province-duty   | province
admin           | any
`;

type Rights = Readonly<Record<Role, Readonly<Record<Act, Right>>>>;
const rights: Rights = parseRoles(ROLES_TABLE);
const levels = parseLevels(LEVELS_TABLE);

/** The duty levels that people of the role may be given, lowest first. */
export function levelsOf(role: Role): readonly DutyLevel[] {
  return levels.get(role) ?? [];
}

/**
 * Why a person with this role and scope may not have that duty level, and what fits instead; undefined where it fits. An
 * enterprise answers for itself alone, a division for no tier above its own, and who sees everything for no single plant.
 */
export function levelMisfit(role: Role, level: DutyLevel, scope: DataScope): string | undefined {
  const { division, enterprise } = scope;
  const ofRole = levelsOf(role);
  const ofScope = DUTY_LEVELS.filter((one) => {
    if (enterprise !== undefined) return one === 'enterprise';
    return division === undefined ? one !== 'enterprise' : rankOf(one) <= rankOf(levelOfDivision(division));
  });
  if (ofRole.includes(level) && ofScope.includes(level)) return undefined;
  const place = enterprise !== undefined ? `enterprise ${enterprise}` : division && `division ${division}`;
  const fitting = ofRole.filter((one) => ofScope.includes(one));
  const roleHas = `role ${role} answers at level ${ofRole.join(' ')}`;
  const scopeHas = `who sees ${place ?? 'everything'} at level ${ofScope.join(' ')}`;
  const fits =
    fitting.length > 0 ? `level ${fitting.join(' ')} fits` : 'no level fits both: change --division or --enterprise';
  return `level ${level} does not fit: ${roleHas}, ${scopeHas}; ${fits}`;
}

/** Whether the role may do it anywhere at all. */
export function roleMay(role: Role, act: Act): boolean {
  return rights[role][act] !== '-';
}

/** The cell of the table, for who prints it. */
export function roleRight(role: Role, act: Act): Right {
  return rights[role][act];
}

/** The commands that the role may give, to some alert at least. */
export function commandsOf(role: Role): readonly CommandKind[] {
  return COMMAND_KINDS.filter((kind) => roleMay(role, kind));
}

/** The worst grade that the role may close, with a duty level that is high enough. */
export function closesUpTo(role: Role): GradeName | undefined {
  return GRADES_WORST_FIRST.find((grade) => CLOSING_TERMS.hazard[grade].roles.has(role));
}

export function parseRoles(text: string): Rights {
  const rows = parseTextTable('roles', text, ['role', ...ACTS]);
  const problem = (row: string, what: string): never => {
    throw new Error(`table roles: row "${row}": ${what}`);
  };
  for (const name of rows.keys()) if (!ROLES.some((role) => role === name)) problem(name, 'there is no such role');
  const rightsOf = (role: Role): Readonly<Record<Act, Right>> => {
    const row = rows.get(role) ?? problem(role, 'is missing');
    for (const act of ACTS) {
      if (!RIGHTS.some((right) => right === row[act])) problem(role, `"${row[act]}" under ${act} is not a right`);
      if (row[act] === 'by grade' && act !== 'close') problem(role, `only closing goes by grade, not ${act}`);
    }
    const closes = ALERT_KINDS.some((kind) => CLOSING_TERMS[kind].blue.roles.has(role));
    if (row.close === 'yes' || closes !== (row.close === 'by grade')) {
      problem(role, `"${row.close}" under close is not what the closing table says`);
    }
    return row as Readonly<Record<Act, Right>>;
  };
  return Object.fromEntries(ROLES.map((role) => [role, rightsOf(role)])) as Rights;
}

function parseLevels(text: string): ReadonlyMap<string, readonly DutyLevel[]> {
  const rows = parseTextTable('duty levels', text, ['role', 'duty levels']);
  const levelsIn = (role: Role): readonly DutyLevel[] => {
    const words = rows.get(role)?.['duty levels'].split(' ') ?? [];
    if (words.length === 1 && words[0] === 'any') return DUTY_LEVELS;
    const known = DUTY_LEVELS.filter((level) => words.includes(level));
    if (known.length === 0 || known.length !== words.length)
      throw new Error(`table duty levels: row "${role}": missing, or a word that is no level`);
    return known;
  };
  if (rows.size !== ROLES.length) throw new Error('table duty levels: there are rows of roles that there are not');
  return new Map(ROLES.map((role) => [role, levelsIn(role)]));
}
