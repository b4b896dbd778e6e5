/**
 * What each role may do: one table that people read, the product obeys, and `docs/roles.md` is printed from. Every role and
 * every act stands in it; a word that is not known ends the start. Where somebody may do it is the scope's; see policy.ts.
 */

import { CLOSING_TERMS } from '../../model/closing.ts';
import type { CommandKind } from '../../model/command.ts';
import { COMMAND_KINDS } from '../../model/command.ts';
import type { GradeName } from '../../model/grade.ts';
import type { Role } from '../../model/role.ts';
import { ROLES } from '../../model/role.ts';
import { parseTextTable } from '../../model/text-table.ts';
import { ALERT_KINDS, GRADES_WORST_FIRST } from '../shapes/alert.ts';

/** Everything somebody can want to do. `read` is any look at what lies in the person's scope. */
export const ACTS = ['read', ...COMMAND_KINDS, 'configure', 'send readings', 'audit'] as const;
export type Act = (typeof ACTS)[number];

/** `by grade`: which grades is said by the closing table (model/closing.ts), for the engine too. */
const RIGHTS = ['yes', '-', 'by grade'] as const;
type Right = (typeof RIGHTS)[number];

export const ROLES_TABLE = `
role            | read | acknowledge | comment | verify | reset | release | close    | configure | send readings | audit
viewer          | yes  | -           | -       | -      | -     | -       | -        | -         | -             | -
leader          | yes  | -           | -       | -      | -     | -       | -        | -         | -             | -
auditor         | yes  | -           | -       | -      | -     | -       | -        | -         | -             | yes
operator        | yes  | yes         | yes     | yes    | yes   | yes     | by grade | -         | -             | -
shift-lead      | yes  | yes         | yes     | yes    | yes   | yes     | by grade | -         | -             | -
safety-director | yes  | yes         | yes     | yes    | yes   | yes     | by grade | -         | -             | -
park-duty       | yes  | yes         | yes     | yes    | yes   | yes     | by grade | -         | -             | -
county-duty     | yes  | yes         | yes     | yes    | yes   | yes     | by grade | -         | -             | -
city-duty       | yes  | yes         | yes     | yes    | yes   | yes     | by grade | -         | -             | -
province-duty   | yes  | yes         | yes     | yes    | yes   | yes     | by grade | -         | -             | -
admin           | yes  | yes         | yes     | yes    | yes   | yes     | by grade | yes       | yes           | yes
`;

type Rights = Readonly<Record<Role, Readonly<Record<Act, Right>>>>;
const rights: Rights = parseRoles(ROLES_TABLE);

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
