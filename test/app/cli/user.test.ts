// People by hand: on the data of an installation alone, and what is mistyped never gives a person more to see than meant.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { levelMisfit } from '../../../src/api/policy/roles.ts';
import type { UserRecord as User } from '../../../src/api/ports.ts';
import { divisionCode } from '../../../src/api/schemas/scalars.ts';
import { stamp } from '../../../src/app/open/folder-stamp.ts';
import { demoFolder } from '../../../src/app/seeds.ts';
import { openState } from '../../../src/store/state/sqlite/open-state.ts';
import { fenghuo } from '../../support/service.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

const ADD = ['user', 'add', 'li', '--role', 'viewer', '--level', 'county'];
const COUNTY = [...ADD, '--division', '320921'];
const PLANT = ['user', 'add', 'li', '--role', 'viewer', '--level', 'enterprise', '--enterprise'];

let dir: string;
const add = (args: readonly string[], password = 'a password of li\n') =>
  fenghuo(args, password, { FENGHUO_DATA_DIR: dir });

/** What the first start of a service leaves behind, as far as people are concerned. */
beforeEach(async () => {
  dir = temporaryDirectory();
  const store = openState({ file: join(dir, 'state.db') });
  const changes = [
    { item: 'division' as const, id: '320921', fields: { name: { to: '响水县' } } },
    { item: 'enterprise' as const, id: 'yt-chem', fields: { name: { to: '盐通化工' } } },
  ];
  const imported = {
    number: 1,
    at: 1,
    commandId: 'c',
    actor: 'admin',
    applied: true,
    errors: [],
    pending: [],
    changes,
  };
  const nothing = { transitions: [], capsules: [], outcomes: [] };
  await store.history.project(1, { partition: 0, ...nothing, configurations: [imported] });
  await store.close();
  await stamp(dir);
});

async function people() {
  const store = openState({ file: join(dir, 'state.db') });
  try {
    return await store.people.users();
  } finally {
    await store.close();
  }
}

describe('fenghuo user', () => {
  it('adds a person and sets a new password, hashed, with the name of the person', async () => {
    expect(await add([...COUNTY, '--display-name', '李娜'])).toMatchObject({ code: 0, stdout: 'li: added\n' });
    expect(await add(COUNTY)).toMatchObject({ code: 1, stderr: expect.stringContaining('user li exists') });
    const [before] = await people();
    expect(before).toMatchObject({ displayName: '李娜', role: 'viewer', level: 'county', scope: '32/3209/320921' });
    expect(JSON.stringify(before)).not.toContain('a password');
    expect(await add(['user', 'passwd', 'li'], 'another password\n')).toMatchObject({ code: 0 });
    const [after] = await people();
    expect(after).toEqual({ ...before, passwordHash: after.passwordHash });
    expect(after.passwordHash).not.toBe(before.passwordHash);
  });

  it('refuses a folder on which no service ever ran, and leaves nothing in it', async () => {
    dir = join(temporaryDirectory(), 'data');
    const { code, stderr } = await add(COUNTY);
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('no service has ever run') });
    expect((await fenghuo(['user', 'passwd', 'li'], '', { FENGHUO_DATA_DIR: dir })).stderr).toMatch(dir);
  });

  it('refuses short passwords, none, the one of the demo, and people nobody knows', async () => {
    expect(await add(COUNTY, 'short\n')).toMatchObject({ code: 1, stderr: expect.stringContaining('8 characters') });
    expect(await add(COUNTY, '')).toMatchObject({ code: 1, stderr: expect.stringContaining('8 characters') });
    expect((await add(COUNTY, 'fenghuo-demo\n')).stderr).toMatch('demo password');
    const nobody = await add(['user', 'passwd', 'wang'], 'a long password\n');
    expect(nobody).toMatchObject({ code: 1, stderr: expect.stringContaining('no user wang') });
    expect(await people()).toEqual([]);
  });

  it('adds nobody for a place that is not registered: his desk would be calm for ever', async () => {
    const county = await add([...ADD, '--division', '999999']);
    expect(county).toMatchObject({ code: 1, stderr: expect.stringContaining('no division 999999 is registered') });
    const plant = await add([...PLANT, 'yt-chmm']);
    expect(plant).toMatchObject({ code: 1, stderr: expect.stringContaining('no enterprise yt-chmm is registered') });
    expect(await people()).toEqual([]);
    expect(await add([...PLANT, 'yt-chem'])).toMatchObject({ code: 0 });
  });

  it.each([
    [['--division', '']],
    [['--division', '321']],
    [['--division', '32-p01']],
    [['--division', 'garbage']],
    [['--enterprise', '']],
    [['--enterprise', 'No Such']],
    [['--division', '32', '--enterprise', 'yt-chem']],
  ])('nobody is added for %j', async (place) => {
    expect((await add([...ADD, ...place])).code).toBe(2);
    expect(await people()).toEqual([]);
  });

  it.each([
    ['operator', 'province', ['--enterprise', 'yt-chem'], 'level enterprise fits'],
    ['operator', 'county', ['--enterprise', 'yt-chem'], 'level enterprise fits'],
    ['admin', 'city', ['--enterprise', 'yt-chem'], 'level enterprise fits'],
    ['county-duty', 'city', ['--division', '320921'], 'level county fits'],
    ['viewer', 'city', ['--division', '320921'], 'level enterprise park town county fits'],
    ['county-duty', 'county', ['--enterprise', 'yt-chem'], 'no level fits both'],
    ['operator', 'enterprise', [], 'no level fits both'],
  ])(
    'a %s is not made to answer for %s with %j: others would go quiet by his answer',
    async (role, level, place, fits) => {
      const { code, stderr } = await add(['user', 'add', 'q10', '--role', role, '--level', level, ...place]);
      expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining(fits) });
      expect(stderr).toContain(`level ${level} does not fit`);
      expect(await people()).toEqual([]);
    },
  );

  it('the people of the demo answer for what fits them', () => {
    const { users } = parse(readFileSync(join(demoFolder(), 'users.yaml'), 'utf8'));
    expect(users.map(({ role, level, scope }: User) => levelMisfit(role, level, scope))).toEqual(
      users.map(() => undefined),
    );
  });

  it('names the role that there is not, and those that there are', async () => {
    const { stderr } = await add(['user', 'add', 'li', '--role', 'king', '--level', 'county']);
    expect(stderr).toMatch(/'king' is invalid. Allowed choices are viewer, operator/);
  });
});

it('a division code has whole levels, so that its path is never that of a level above', () => {
  const codes = ['32', '3209', '320921', '320921-p01', '320921001', '320921001-p02', '320921001002', '320921001002003'];
  expect(codes.filter((code) => divisionCode.safeParse(code).success)).toEqual(codes);
  const wrong = ['3', '321', '32092', '3209-p01', '3209210', '32092100', '320921-p1', ''];
  expect(wrong.filter((code) => divisionCode.safeParse(code).success)).toEqual([]);
});
