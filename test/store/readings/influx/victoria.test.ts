import { describe, expect, it } from 'vitest';
import { memoryLedger } from '../../../../src/store/readings/export/ledger.ts';
import { openInflux } from '../../../../src/store/readings/influx/open-influx.ts';
import { needs } from '../../../support/available.ts';
import { startVictoriaMetrics } from '../../../support/servers.ts';
import { rowsFrom } from '../../readings-contract.ts';

const need = needs('victoria-metrics');
const T = 1_763_775_600_000;

// VictoriaMetrics takes the v2 write API and answers no InfluxQL: what was written is read by its own export.
describe.skipIf(need.missing)(`v2 write API against VictoriaMetrics${need.note}`, () => {
  it('delivers every reading under its names, with value, quality and arrival', async () => {
    const victoria = await startVictoriaMetrics();
    const store = openInflux({
      server: { api: 'v2', url: victoria.url, token: 'any', org: 'fenghuo', bucket: 'readings' },
      ledger: memoryLedger(),
      name: () => ({ enterprise: 'yt-chem', tag: 'GD-1,2=液 "x"' }),
      now: () => T,
    });
    const rows = Array.from({ length: 2_000 }, (_, i) => ({
      point: 1,
      at: T + i * 1_000,
      value: i / 8,
      quality: i % 5,
    }));
    expect(await store.append(rowsFrom(rows), 77)).toEqual({ ok: true });
    await store.close();
    expect(store.position()).toBe(77);

    // It gives none of it back by InfluxQL, and both start and history say so.
    const nothing = {
      ok: false,
      reason: expect.stringMatching(/does not answer InfluxQL: it takes readings and gives none/),
    };
    expect(await store.selfTest()).toEqual(nothing);
    expect(await store.query({ point: 1, from: T, to: T + 1_000, max: 10 })).toEqual(nothing);

    await (await fetch(`${victoria.url}/internal/force_flush`)).text();
    const series = async (
      field: string,
    ): Promise<{ metric: Record<string, string>; values: number[]; timestamps: number[] }> => {
      const query = new URLSearchParams({ 'match[]': `{__name__="reading_${field}"}` });
      const text = await (await fetch(`${victoria.url}/api/v1/export?${query}`)).text();
      const lines = text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      return {
        metric: lines[0].metric,
        values: lines.flatMap((line) => line.values),
        timestamps: lines.flatMap((line) => line.timestamps),
      };
    };
    const values = await series('value');
    expect(values.metric).toMatchObject({ enterprise: 'yt-chem', tag: 'GD-1,2=液%20"x"' });
    expect(values.values).toEqual(rows.map((row) => row.value));
    expect(values.timestamps).toEqual(rows.map((row) => row.at));
    expect((await series('quality')).values).toEqual(rows.map((row) => row.quality));
    expect((await series('received')).values).toEqual(rows.map((row) => row.at + 20));
    await victoria.stop();
  });
});
