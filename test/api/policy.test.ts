// Who may see and do what. Scope goes by whole segments; the filter of lists and the rooms of pushes are one.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refusalOf } from '../../src/alerts/commands/commands.ts';
import { OpenAlert } from '../../src/alerts/open-alert.ts';
import type { AlertRecord } from '../../src/alerts/record.ts';
import { NORMAL } from '../../src/alerts/state/flags.ts';
import type { BookContext } from '../../src/alerts/tell.ts';
import type { Principal } from '../../src/api/policy/policy.ts';
import {
  decisionOf,
  describeUser,
  mayCommand,
  mayConfigure,
  mayRead,
  mayReadDivision,
  maySendReadings,
} from '../../src/api/policy/policy.ts';
import { parseRoles, ROLES_TABLE } from '../../src/api/policy/roles.ts';
import { inView, roomOf, roomsOf, viewFor } from '../../src/api/view.ts';
import { DUTY_LEVELS } from '../../src/model/alert.ts';
import { COMMAND_KINDS } from '../../src/model/command.ts';
import { gradeOf } from '../../src/model/grade.ts';
import type { Role } from '../../src/model/role.ts';
import { ROLES } from '../../src/model/role.ts';
import { makeAlert } from '../support/build/alert.ts';
import { commandOf } from '../support/build/command.ts';
import { DIVISIONS, ENTERPRISES, FakeService, SOURCES } from './support/service.ts';

const person = (more: Partial<Principal> = {}): Principal => ({
  name: 'li',
  displayName: '李',
  role: 'operator',
  level: 'enterprise',
  scope: {},
  readOnly: false,
  ...more,
});
const { registry } = new FakeService();

describe('seeing', () => {
  it.each([
    [{}, '320921', 'yt-chem', true],
    [{ division: '32' }, '320921-p01', 'yt-chem', true],
    [{ division: '320921' }, '320921-p01', 'yt-chem', true],
    [{ division: '320921-p01' }, '320921', 'yt-chem', false],
    [{ division: '320921-p01' }, '320921-p02', 'yt-chem', false],
    [{ division: '320921-p01' }, '320921-p011', 'yt-chem', false],
    [{ division: '320922' }, '320921', 'yt-chem', false],
    [{ division: '3209' }, '321', 'yt-chem', false],
    [{ enterprise: 'yt-chem' }, '320921', 'yt-chem', true],
    [{ enterprise: 'yt-chem' }, '320921', 'yt-chem-2', false],
    [{ enterprise: 'yt-chem', division: '320922' }, '320921', 'yt-chem', false],
    [{ division: '320922' }, '', 'service', true],
  ])('%j sees %s %s: %s', (scope, division, enterprise, may) => {
    expect(mayRead(person({ scope }), { division, enterprise })).toBe(may);
  });

  it('names of divisions above the own one are no secret, those beside it are', () => {
    const seen = (scope: Principal['scope'], own?: string) =>
      DIVISIONS.map(({ code }) => code).filter((code) => mayReadDivision(person({ scope }), code, own));
    expect(seen({ division: '320921' })).toEqual(['32', '3209', '320921', '320921-p01']);
    expect(seen({ enterprise: 'yt-chem' }, '320921')).toEqual(['32', '3209', '320921']);
    expect(seen({ enterprise: 'gone' }, undefined)).toEqual([]);
    expect(seen({})).toHaveLength(DIVISIONS.length);
  });
});

describe('doing', () => {
  const alert = makeAlert();
  it.each(ROLES.map((role) => [role] as const))('%s', (role) => {
    const may = COMMAND_KINDS.filter((kind) => mayCommand(person({ role }), kind, alert) === undefined);
    const reader = role === 'viewer' || role === 'leader' || role === 'auditor';
    const closes = !reader && role !== 'operator' && role !== 'shift-lead';
    expect(may).toEqual(COMMAND_KINDS.filter((kind) => !reader && (kind !== 'close' || closes)));
    expect(describeUser(person({ role })).may.command).toEqual(reader ? [] : COMMAND_KINDS);
  });

  it('closing goes by the worst grade the alert had, and takes role and duty level together', () => {
    const closers = (peakGrade: 'red' | 'orange' | 'yellow' | 'blue', level: Principal['level']): Role[] =>
      ROLES.filter(
        (role) => mayCommand(person({ role, level }), 'close', makeAlert({ grade: 'blue', peakGrade })) === undefined,
      );
    // A red takes two: the other one may be of the county.
    expect(closers('red', 'city')).toEqual(['county-duty', 'city-duty', 'province-duty', 'admin']);
    expect(closers('red', 'county')).toEqual(['county-duty', 'city-duty', 'province-duty', 'admin']);
    expect(closers('red', 'park')).toEqual([]);
    expect(closers('orange', 'county')).toEqual(['county-duty', 'city-duty', 'province-duty', 'admin']);
    expect(closers('orange', 'park')).toEqual([]);
    expect(closers('yellow', 'enterprise')).toContain('safety-director');
    expect(closers('blue', 'enterprise')).toContain('operator');
  });

  it('the engine closes for exactly those whom the policy lets through', () => {
    for (const kind of ['hazard', 'device'] as const)
      for (const peakGrade of ['red', 'orange', 'yellow', 'blue'] as const)
        for (const role of ROLES)
          for (const level of DUTY_LEVELS) {
            const allowed = mayCommand(person({ role, level }), 'close', makeAlert({ kind, peakGrade }));
            const command = commandOf('close', {
              commandId: 'c',
              alertId: 'a',
              seenSeq: 9,
              role,
              level,
              cause: 'real',
            });
            const standing = { flags: NORMAL, group: { kind }, peakGrade: gradeOf(peakGrade), worsenedSeq: 1 };
            const record = { ...standing, closing: null, handling: 'verified', points: [] } as unknown as AlertRecord;
            const ctx = { unsaved: false } as BookContext;
            const refused = refusalOf(new OpenAlert(record), command, ctx)?.code;
            expect(refused === 'level-too-low', `${role} ${level} ${kind} ${peakGrade}`).toBe(allowed !== undefined);
          }
  });

  it('tells a person what they may close, so that no button promises more', () => {
    const upTo = (role: Role, level: Principal['level']) => describeUser(person({ role, level })).may.closeUpTo;
    expect(upTo('viewer', 'province')).toBeUndefined();
    expect(upTo('operator', 'enterprise')).toBe('blue');
    expect(upTo('safety-director', 'enterprise')).toBe('yellow');
    // A county officer is one of the two who close a red.
    expect(upTo('county-duty', 'county')).toBe('red');
    expect(upTo('admin', 'enterprise')).toBe('yellow');
  });

  it('lets go of what nobody sees only who is as high as closing asks, and says so beforehand', () => {
    const upTo = (role: Role, level: Principal['level']) => describeUser(person({ role, level })).may.releaseUpTo;
    expect(upTo('viewer', 'province')).toBeUndefined();
    expect(upTo('operator', 'enterprise')).toBe('yellow');
    expect(upTo('county-duty', 'county')).toBe('orange');
    expect(upTo('city-duty', 'city')).toBe('red');
    const orange = { division: '320921', enterprise: 'yt-chem', kind: 'hazard', peakGrade: 'orange' } as const;
    const low = person({ role: 'operator', level: 'enterprise', scope: { enterprise: 'yt-chem' } });
    expect(mayCommand(low, 'release', orange)).toBe('level-too-low');
    expect(mayCommand({ ...low, level: 'county' }, 'release', orange)).toBeUndefined();
  });

  it('records by which rule a command was allowed', () => {
    const chief = person({ role: 'county-duty', level: 'county', scope: { division: '320921' } });
    expect(decisionOf(chief, 'close')).toEqual({
      act: 'close',
      role: 'county-duty',
      rule: 'county-duty may close up to orange',
      scope: { division: '320921' },
    });
  });

  it.each([
    ['a role left out', ROLES_TABLE.replace(/^leader.*$/m, ''), 'row "leader": is missing'],
    ['an unknown role', ROLES_TABLE.replace('leader ', 'laeder '), 'row "laeder": there is no such role'],
    ['an unknown act', ROLES_TABLE.replace('| reset', '| rest '), 'no column "reset"'],
    ['an unknown word', ROLES_TABLE.replace('| -  ', '| no '), '"no" under'],
    ['closing that the other table does not give', ROLES_TABLE.replaceAll('by grade', 'yes'), 'closing table'],
    ['a cell too few', ROLES_TABLE.replace(/^(auditor.*) \|[^|\n]*$/m, '$1'), 'cells'],
  ])('a table with %s ends the start', (_what, text, why) => {
    expect(() => parseRoles(text)).toThrow(why);
  });

  it('says why not, and out of scope says nothing', () => {
    expect(mayCommand(person({ role: 'viewer' }), 'acknowledge', alert)).toBe('not-permitted');
    expect(mayCommand(person({ readOnly: true }), 'acknowledge', alert)).toBe('session-expired');
    expect(mayCommand(person(), 'close', alert)).toBe('level-too-low');
    expect(mayCommand(person({ scope: { division: '320922' } }), 'acknowledge', alert)).toBe('no-such-alert');
  });

  it('the alarms of the service itself are everyone’s to see and only the whole service’s to quiet', () => {
    const own = makeAlert({ division: '', enterprise: 'service', kind: 'device', hazard: 'storage' });
    expect(mayRead(person({ scope: { division: '320922' } }), own)).toBe(true);
    expect(mayCommand(person({ scope: { division: '320922' } }), 'acknowledge', own)).toBe('not-permitted');
    expect(mayCommand(person(), 'acknowledge', own)).toBeUndefined();
  });

  it('only an administrator configures and sends readings for others, in scope and in time', () => {
    const place = { division: '320921', enterprise: 'yt-chem' };
    for (const role of ROLES) expect(mayConfigure(person({ role })) === undefined).toBe(role === 'admin');
    expect(mayConfigure(person({ role: 'admin', readOnly: true }))).toBe('session-expired');
    expect(maySendReadings(person({ role: 'operator' }), place)).toBe('not-permitted');
    expect(maySendReadings(person({ role: 'admin', scope: { division: '320922' } }), place)).toBe('not-found');
    expect(maySendReadings(person({ role: 'admin' }), place)).toBeUndefined();
  });
});

describe('views', () => {
  const view = (scope: Principal['scope'], asked: object) => viewFor(person({ scope }), asked, registry);

  it('is what is asked for, never wider than the scope', () => {
    expect(view({}, {})).toEqual({ division: undefined });
    expect(view({ division: '320921' }, { division: '32' })).toEqual({ division: '320921' });
    expect(view({ division: '32' }, { division: '320921' })).toEqual({ division: '320921' });
    expect(view({ enterprise: 'yt-chem' }, {})).toMatchObject({ enterprise: 'yt-chem' });
    expect(view({ division: '32' }, { source: 'yt-chem/tank-farm-1' })).toMatchObject({
      source: 'yt-chem/tank-farm-1',
    });
  });

  it('is nothing where the two have nothing in common, or the thing is not there', () => {
    expect(view({ division: '320921' }, { division: '320922' })).toBeUndefined();
    expect(view({ division: '320922' }, { enterprise: 'yt-chem' })).toBeUndefined();
    expect(view({ enterprise: 'yt-chem' }, { enterprise: 'bh-mine' })).toBeUndefined();
    expect(view({ enterprise: 'yt-chem' }, { source: 'bh-mine/face-1' })).toBeUndefined();
    expect(view({}, { enterprise: 'bh-mine', source: 'yt-chem/tank-farm-1' })).toBeUndefined();
    expect(view({}, { division: '320922', enterprise: 'yt-chem' })).toBeUndefined();
    expect(view({}, { enterprise: 'nobody' })).toBeUndefined();
    expect(view({}, { source: 'yt-chem/nowhere' })).toBeUndefined();
  });

  it('the rooms of an alert are exactly the views that show it', () => {
    const scopes = [
      {},
      ...DIVISIONS.map(({ code }) => ({ division: code })),
      ...ENTERPRISES.map(({ id }) => ({ enterprise: id })),
    ];
    const asks = [
      {},
      ...DIVISIONS.map(({ code }) => ({ division: code })),
      ...ENTERPRISES.map(({ id }) => ({ enterprise: id })),
      ...SOURCES.map(({ id }) => ({ source: id })),
    ];
    const places = [
      ...ENTERPRISES.map((one) => ({
        enterprise: one.id,
        division: one.division,
        source: SOURCES.find((s) => s.enterprise === one.id)?.id ?? '',
      })),
      { enterprise: 'yt-chem', division: '320921-p01', source: 'yt-chem/other' },
      { enterprise: 'service', division: '', source: 'service' },
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...scopes),
        fc.constantFrom(...asks),
        fc.constantFrom(...places),
        (scope, asked, place) => {
          const made = viewFor(person({ scope }), asked, registry);
          if (made === undefined) return;
          const alert = makeAlert(place);
          const rooms = roomsOf(alert);
          expect(rooms === undefined || rooms.includes(roomOf(made))).toBe(inView(made, alert));
          if (inView(made, alert)) expect(mayRead(person({ scope }), alert)).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });
});
