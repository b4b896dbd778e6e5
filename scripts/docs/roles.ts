// Who may do what, as the policy reads it: the rights of every role, and what closing takes.
import { ACTS, levelsOf, roleRight } from '../../src/api/policy/roles.ts';
import { DUTY_LEVELS } from '../../src/model/alert.ts';
import { CLOSING_TERMS } from '../../src/model/closing.ts';
import { ROLES } from '../../src/model/role.ts';
import { table } from './sections.ts';

const GRADES = ['red', 'orange', 'yellow', 'blue'] as const;

export function rolesTable(): string {
  return table(
    ['role', ...ACTS, 'duty levels'],
    ROLES.map((role) => {
      const levels = levelsOf(role);
      const duty = levels.length === DUTY_LEVELS.length ? 'any' : levels.map((level) => `\`${level}\``).join(' ');
      return [`\`${role}\``, ...ACTS.map((act) => roleRight(role, act)), duty];
    }),
  );
}

const yes = (asked: boolean): string => (asked ? 'yes' : '-');

export function closingTable(): string {
  const rows = (['hazard', 'device'] as const).flatMap((kind) =>
    GRADES.map((grade) => {
      const { roles, level, cause, verified, note, second } = CLOSING_TERMS[kind][grade];
      const who = ROLES.filter((role) => roles.has(role)).map((role) => `\`${role}\``);
      return [`${kind} ${grade}`, who.join(' '), level, yes(cause), yes(verified), yes(note), second ?? '-'];
    }),
  );
  return table(
    ['worst grade it had', 'roles', 'duty level, or above', 'cause', 'verified', 'note', 'other person as for'],
    rows,
  );
}
