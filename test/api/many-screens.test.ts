// A command centre and its counties look on at once: what all of them are told is found out once.
import { afterEach, beforeEach, expect, it } from 'vitest';
import { TestApi } from './support/client.ts';

let api: TestApi;
beforeEach(async () => {
  api = await TestApi.start();
});
afterEach(() => api.stop());

async function open(user: string) {
  const screen = await api.screen(await api.token(user));
  expect(await screen.subscribe({})).toMatchObject({ snapshot: true });
  await screen.until(() => screen.of('heartbeat').length === 1);
  return screen;
}

it('a beat asks for the health once and for the age of the data once a view, and every screen has its own', async () => {
  api.service.ages.set('320922', { state: 'no-data-since-start' });
  const screens = await Promise.all(['county', 'county', 'other-county', 'province', 'county'].map(open));
  const { health, dataAge } = api.service.live;
  const asked: string[] = [];
  const live: Pick<typeof api.service.live, 'health' | 'dataAge'> = {
    health() {
      asked.push('health');
      return health();
    },
    dataAge(scope) {
      asked.push(`data of ${scope.division}`);
      return dataAge(scope);
    },
  };
  Object.assign(api.service.live, live);
  api.service.time.advance(5_000);
  await Promise.all(screens.map((screen) => screen.until(() => screen.of('heartbeat').length === 2)));
  expect(asked.sort()).toEqual(['data of 32', 'data of 320921', 'data of 320922', 'health']);
  const told = screens.map((screen) => screen.of('heartbeat')[1].data.state);
  expect(told).toEqual(['live', 'live', 'no-data-since-start', 'live', 'live']);
});
