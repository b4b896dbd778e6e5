// What an administrator mistypes must not give a person more to see than was meant.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { divisionCode } from '../../../src/api/schemas/scalars.ts';
import { user } from '../../../src/app/cli/operate.ts';
import { openState } from '../../../src/store/state/sqlite/open-state.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fenghuo-operate-'));
  vi.stubEnv('FENGHUO_DATA_DIR', folder);
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

it.each([
  [{ division: '' }],
  [{ division: '9' }],
  [{ division: '321' }],
  [{ division: '32092' }],
  [{ division: '32-p01' }],
  [{ division: 'garbage' }],
  [{ enterprise: '' }],
  [{ enterprise: 'No Such' }],
  [{ division: '32', enterprise: 'yt-chem' }],
])('nobody is added for %j', async (place) => {
  const values = { role: 'operator', level: 'county', ...place };
  expect(await user.run({ values, positionals: ['add', 'somebody'] })).toBe(1);
  const store = openState({ file: join(folder, 'state.db') });
  expect(await store.users()).toEqual([]);
  await store.close();
});

it('a division code has whole levels, so that its path is never that of a level above', () => {
  const codes = ['32', '3209', '320921', '320921-p01', '320921001', '320921001002'];
  expect(codes.filter((code) => divisionCode.safeParse(code).success)).toEqual(codes);
  const wrong = ['3', '321', '32092', '3209-p01', '3209210', '32092100', '320921-p1', ''];
  expect(wrong.filter((code) => divisionCode.safeParse(code).success)).toEqual([]);
});
