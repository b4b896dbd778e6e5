// How a county, an enterprise, a province stands: the worst and how many, never an average, and nothing beyond one's scope.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RollUp } from '../../src/api/schemas/roll-up.ts';
import { rollUpSchema } from '../../src/api/schemas/roll-up.ts';
import { makeAlert } from '../support/build/alert.ts';
import type { Caller } from './support/client.ts';
import { TestApi } from './support/client.ts';

let api: TestApi;
beforeEach(async () => {
  api = await TestApi.start();
});
afterEach(() => api.stop());

const inMine = { enterprise: 'bh-mine', source: 'bh-mine/face-1', division: '320922', hazard: 'mine-gas' } as const;

async function rollUp(caller: Caller, query = ''): Promise<RollUp> {
  const { status, body } = await caller.get<RollUp>(`/roll-up${query}`);
  expect(status).toBe(200);
  return rollUpSchema.parse(body);
}
const lines = ({ below }: RollUp) => below.map(({ id, worst, hazards, devices }) => [id, worst, hazards.red, devices]);

describe('a roll-up', () => {
  beforeEach(() => {
    api.service.change(
      makeAlert({ id: 'a', grade: 'red' }),
      makeAlert({ id: 'b', grade: 'blue' }),
      makeAlert({ id: 'c', grade: 'blue', kind: 'device', hazard: 'silent' }),
      makeAlert({ id: 'd', grade: 'red', exercise: true }),
      makeAlert({ ...inMine, id: 'e', grade: 'yellow' }),
    );
  });

  it('of a province has its worst and its counts, and its counties with the worst first', async () => {
    const province = await api.as('province');
    const all = await rollUp(province, '?division=3209');
    expect(all).toMatchObject({ kind: 'division', id: '3209', worst: 'red', devices: 1 });
    expect(all.hazards).toEqual({ red: 1, orange: 0, yellow: 1, blue: 1 });
    expect(lines(all)).toEqual([
      ['320921', 'red', 1, 1],
      ['320922', 'yellow', 0, 0],
    ]);
  });

  it('goes down to the sources of an enterprise', async () => {
    const county = await api.as('county');
    expect(lines(await rollUp(county, '?enterprise=yt-chem'))).toEqual([['yt-chem/tank-farm-1', 'red', 1, 1]]);
  });

  it('is of the caller’s own scope where nothing is asked for, and of nothing beyond it', async () => {
    const other = await api.as('other-county');
    expect(await rollUp(other)).toMatchObject({ id: '320922', worst: 'yellow', hazards: { red: 0, yellow: 1 } });
    expect((await other.get('/roll-up?division=320921')).status).toBe(404);
    expect((await other.get('/roll-up?enterprise=yt-chem')).status).toBe(404);
    expect(await rollUp(await api.as('operator'))).toMatchObject({ kind: 'enterprise', id: 'yt-chem', worst: 'red' });
  });

  it('says how much of a place nobody sees: there `none` is no calm', async () => {
    api.service.sights.set('bh-mine/face-1', { points: 3, unseen: 3 });
    api.service.sights.set('yt-chem/tank-farm-1', { points: 7, unseen: 1 });
    api.service.changeAs('closed', makeAlert({ ...inMine, id: 'e', closedAt: 5, handling: 'closed' }));
    const province = await api.as('province');
    expect(await rollUp(province, '?division=3209')).toMatchObject({ points: 10, unseen: 4, unsaved: false });
    const mine = await rollUp(province, '?enterprise=bh-mine');
    expect(mine).toMatchObject({ worst: 'none', points: 3, unseen: 3 });
    expect(mine.below.find(({ id }) => id === 'bh-mine/face-1')).toMatchObject({ worst: 'none', unseen: 3 });
    expect(await rollUp(await api.as('operator'))).toMatchObject({ points: 7, unseen: 1 });
    api.service.isAhead = true;
    expect(await rollUp(province)).toMatchObject({ unsaved: true });
  });

  it('says none where nothing is open: quiet is no grade', async () => {
    api.service.changeAs('closed', makeAlert({ ...inMine, id: 'e', closedAt: 5, handling: 'closed' }));
    expect(await rollUp(await api.as('other-county'))).toMatchObject({ worst: 'none', devices: 0 });
  });
});
