// A command as a person would give it: complete, each test states only what it is about.
import type { DutyLevel } from '../../../src/model/alert.ts';
import type { Command, CommandKind, Said } from '../../../src/model/command.ts';
import { bodyOf } from '../../../src/model/command.ts';
import type { Role } from '../../../src/model/role.ts';

const DUTY_ROLES: Readonly<Record<DutyLevel, Role>> = {
  enterprise: 'safety-director',
  park: 'park-duty',
  town: 'county-duty',
  county: 'county-duty',
  city: 'city-duty',
  province: 'province-duty',
};

export type CommandOptions = Partial<Omit<Command, 'body'>> & Said;

export function commandOf(
  kind: CommandKind,
  options: CommandOptions & Pick<Command, 'commandId' | 'alertId' | 'seenSeq'>,
): Command {
  const { note, cause, points, reason, level = 'enterprise', role = DUTY_ROLES[level], ...rest } = options;
  return {
    actor: '张',
    role,
    level,
    policy: { act: kind, role, rule: 'test', scope: {} },
    ...rest,
    body: bodyOf(kind, { note, cause, points, reason }),
  };
}
