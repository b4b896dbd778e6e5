// A command as a person would give it: complete, each test states only what it is about.
import type { Command, CommandKind, Said } from '../../src/model/command.ts';
import { bodyOf } from '../../src/model/command.ts';

export type CommandOptions = Partial<Omit<Command, 'body'>> & Said;

export function commandOf(
  kind: CommandKind,
  options: CommandOptions & Pick<Command, 'commandId' | 'alertId' | 'seenSeq'>,
): Command {
  const { note, cause, role = 'operator', ...rest } = options;
  return {
    actor: '张',
    role,
    level: 'enterprise',
    policy: { act: kind, role, rule: 'test', scope: {} },
    ...rest,
    body: bodyOf(kind, { note, cause }),
  };
}
