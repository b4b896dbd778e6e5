/**
 * The machine of a new installation had a date years ahead when the service was started for the first time, as one without a
 * battery may; it is set right later. Nobody is blamed for it, and what alarms is heard, though engine time never goes back.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { HistoryAnswer } from '../../src/api/schemas/readings.ts';
import type { Alert } from '../../src/model/alert.ts';
import { connectGateway, publish } from '../support/gateway.ts';
import type { RunningService } from '../support/service.ts';
import { eventually, register, signIn, startService } from '../support/service.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const YEARS_MS = 5 * 365 * 24 * 3_600_000;
const GATEWAY = 'yt-chem/gw1';

let running: RunningService | undefined;
afterAll(() => running?.stop());

/** What the process is told of the wall clock, and nothing else, is years ahead. */
function datedAhead(): string {
  const file = join(temporaryDirectory(), 'ahead.cjs');
  writeFileSync(file, `const now = Date.now; Date.now = () => now() + ${YEARS_MS};\n`);
  return `--require ${file}`;
}

it('a date in the future at the first start is told, and blames no gateway once it is set right', async () => {
  const first = await startService({ settings: { NODE_OPTIONS: datedAhead() } });
  await register(await signIn(first.url), [{ id: 'yt-chem/GD-1', onDelayMs: 0 }]);
  await first.stop();

  running = await startService({ directory: first.directory });
  const admin = await signIn(running.url);
  const open = async () => (await admin.get<{ items: Alert[] }>('/alerts')).body.items;
  const gateway = await connectGateway(running.mqttUrl, GATEWAY);
  // A peak inside a message: of a wrong clock it would be history, without a sound.
  const now = Date.now();
  const readings = [3, 60, 3].map((value, i) => ({ point: 'GD-1', at: now - (2 - i) * 1_000, value }));
  await publish(gateway, GATEWAY, { readings });
  const gas = await eventually('the gas alarm', async () =>
    (await open()).find(({ kind, points }) => kind === 'hazard' && points.some(({ peak }) => peak === 60)),
  );
  expect(gas).toMatchObject({ retrospective: false });
  // The history is in the time of the devices, all of it.
  const path = `/points/${encodeURIComponent('yt-chem/GD-1')}/readings?from=${now - 10_000}&to=${now + 10_000}`;
  const answer = await eventually('the history', async () => {
    const { body } = await admin.get<HistoryAnswer>(path);
    return body.items.length === readings.length && body;
  });
  expect(answer.items).toMatchObject(readings.map(({ at, value }) => ({ at, value })));
  expect(Math.abs((answer.completeTo ?? now) - now)).toBeLessThan(60_000);
  const devices = (await open()).filter(({ kind }) => kind === 'device').map(({ hazard }) => hazard);
  expect(devices).toEqual(['server-clock']);
  await gateway.endAsync();
});
