// What people do to alerts: every command, by whoever may and whoever may not, at the right time and too late.
import fc from 'fast-check';
import type { Alert, DutyLevel } from '../../../src/model/alert.ts';
import type { CommandKind } from '../../../src/model/command.ts';
import type { Role } from '../../../src/model/role.ts';
import type { Happenings } from './happening.ts';
import { happening } from './happening.ts';

interface Person {
  readonly actor: string;
  readonly role: Role;
  readonly level: DutyLevel;
}
const PEOPLE: readonly Person[] = [
  { actor: '张', role: 'operator', level: 'enterprise' },
  { actor: '李', role: 'safety-director', level: 'enterprise' },
  { actor: '王', role: 'county-duty', level: 'county' },
  { actor: '赵', role: 'city-duty', level: 'city' },
  { actor: '钱', role: 'province-duty', level: 'province' },
  { actor: '孙', role: 'viewer', level: 'enterprise' },
];

const kinds = fc.oneof(
  { weight: 6, arbitrary: fc.constant<CommandKind>('acknowledge') },
  { weight: 3, arbitrary: fc.constant<CommandKind>('close') },
  { weight: 2, arbitrary: fc.constantFrom<CommandKind>('verify', 'reset', 'release') },
  { weight: 1, arbitrary: fc.constant<CommandKind>('comment') },
);
const seen = fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constantFrom(-1, 1_000) });
const astray = fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) });

/** Whether a person who knows what he does would say it of this alert now. */
const FITS: Readonly<Record<CommandKind, (alert: Alert) => boolean>> = {
  acknowledge: ({ acked }) => !acked,
  comment: () => true,
  verify: ({ handling }) => handling === 'new',
  reset: ({ points }) => points.some(({ latched }) => latched),
  release: ({ points }) => points.some(({ held }) => held),
  close: ({ active, acked }) => !active && acked,
};

const says: Happenings = fc
  .record({ kind: kinds, pick: fc.nat(3), who: fc.constantFrom(...PEOPLE), seen, silent: fc.boolean(), astray })
  .map(({ kind, pick, who, seen: off, silent, astray: isAstray }) => {
    const said = `${who.actor} (${who.role}) ${kind}${silent ? ', says nothing' : ''}`;
    const seenTo = off === 0 ? '' : `, having seen ${off}`;
    return happening(`${said}, alert ${pick}${isAstray ? ' of all' : ''}${seenTo}`, (day) => {
      const open = isAstray ? day.open : day.open.filter(FITS[kind]);
      if (open.length === 0) return;
      const alert = open[pick % open.length];
      const points = alert.points.filter((point) => isAstray || point.held).map(({ id }) => id);
      const words = silent ? {} : { cause: 'real', note: '看过', reason: '拆除' };
      day.command(kind, alert, day.now, { ...who, ...words, points: [...new Set(points)], seenSeq: alert.seq + off });
    });
  });

/** Everything that has returned is seen to, by two persons. */
const tidies: Happenings = fc.constant(
  happening('the desk answers, verifies and closes all that is over', (day) => {
    const [, , county, city] = PEOPLE;
    for (const { id } of day.open.filter(({ active }) => !active)) {
      for (const [kind, who] of [
        ['acknowledge', county],
        ['verify', county],
        ['close', county],
        ['close', city],
      ] as const) {
        const alert = day.open.find((one) => one.id === id);
        if (alert !== undefined) day.command(kind, alert, day.now, { ...who, cause: 'real', note: '已处理' });
      }
    }
  }),
);

/** The same command once more, as a desk sends it that heard no answer. */
const repeats: Happenings = fc.constant(
  happening('the last command comes once more', (day) => {
    const last = day.inputs.findLast((input) => input.kind === 'command');
    if (last !== undefined) day.fold({ ...structuredClone(last), at: day.state.at });
  }),
);

export const people: Happenings = fc.oneof(
  { withCrossShrink: true },
  { weight: 8, arbitrary: says },
  { weight: 2, arbitrary: tidies },
  { weight: 1, arbitrary: repeats },
);
