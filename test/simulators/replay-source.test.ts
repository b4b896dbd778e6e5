// Recorded files come out reading by reading, whatever the chunks, and a bad line is named instead of repaired.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReplayFormat, ReplayItem } from '../../simulators/replay-source.ts';
import { REPLAY_LINE_BYTES_MAX, readReplay, replayFormatOf } from '../../simulators/replay-source.ts';
import { QUALITY_NAMES } from '../../src/model/quality.ts';

async function read(text: string | Uint8Array, format: ReplayFormat, cut = 65_536): Promise<ReplayItem[]> {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  const chunks: Uint8Array[] = [];
  for (let from = 0; from < bytes.length; from += cut) chunks.push(bytes.subarray(from, from + cut));
  const items: ReplayItem[] = [];
  for await (const item of readReplay(chunks, format)) items.push(item);
  return items;
}

const recorded = fc.record(
  {
    point: fc.stringMatching(/^[a-z][a-z0-9-]{0,5}\/[^\s/+#\uD800-\uDFFF]{1,12}$/u),
    at: fc.integer({ min: 0, max: 4_102_444_800_000 }),
    value: fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean()),
    quality: fc.constantFrom(...QUALITY_NAMES),
  },
  { requiredKeys: ['point', 'at', 'value'] },
);

describe('replay source', () => {
  it('reads NDJSON back as it was written, cut anywhere', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(recorded, { maxLength: 8 }), fc.integer({ min: 1, max: 40 }), async (readings, cut) => {
        const text = readings.map((reading) => `${JSON.stringify(reading)}\n`).join('');
        const items = await read(text, 'ndjson', cut);
        const expected = readings.map((reading) => JSON.parse(JSON.stringify(reading)));
        expect(items).toEqual(expected.map((reading, k) => ({ ok: true, line: k + 1, reading })));
      }),
    );
  });

  it('reads CSV back as it was written, quotes and commas in tags among it', async () => {
    const cell = (value: unknown) => `"${String(value).replaceAll('"', '""')}"`;
    await fc.assert(
      fc.asyncProperty(fc.array(recorded, { maxLength: 8 }), fc.integer({ min: 1, max: 40 }), async (readings, cut) => {
        const lines = readings.map(({ point, at, value, quality }) => {
          const short = `${cell(point)},${at},${value}`;
          return quality === undefined ? short : `${short},${quality}`;
        });
        const items = await read(`point,at,value,quality\r\n${lines.join('\r\n')}`, 'csv', cut);
        // Adding 0 takes the sign from −0: a decimal number in a cell has none.
        const unsigned = readings.map((one) => ({
          ...one,
          value: typeof one.value === 'number' ? one.value + 0 : one.value,
        }));
        expect(items).toEqual(unsigned.map((reading, k) => ({ ok: true, line: k + 2, reading })));
      }),
    );
  });

  it.each<[string, ReplayFormat, string]>([
    ['{"point":"e/A","at":1,"value":', 'ndjson', 'not JSON'],
    ['[1]', 'ndjson', 'not an object'],
    ['{"point":"A","at":1,"value":2}', 'ndjson', 'point is not enterprise/tag'],
    ['{"point":"e/a b","at":1,"value":2}', 'ndjson', 'point is not enterprise/tag'],
    ['{"point":"e/A","at":"1","value":2}', 'ndjson', 'at is not a time in epoch milliseconds'],
    ['{"point":"e/A","at":1.5,"value":2}', 'ndjson', 'at is not a time in epoch milliseconds'],
    ['{"point":"e/A","at":1,"value":"2"}', 'ndjson', 'value is neither a finite number nor a boolean'],
    ['{"point":"e/A","at":1,"value":1e999}', 'ndjson', 'value is neither a finite number nor a boolean'],
    [
      '{"point":"e/A","at":1,"value":1,"quality":"fine"}',
      'ndjson',
      'quality is none of good, uncertain, bad, test, stale',
    ],
    ['e/A,1', 'csv', '2 cells instead of 3 or 4'],
    ['e/A,1,2,good,5', 'csv', '5 cells instead of 3 or 4'],
    ['e/A,,2', 'csv', 'at is not a time in epoch milliseconds'],
    ['e/A,0x10,2', 'csv', 'at is not a time in epoch milliseconds'],
    ['e/A,1,', 'csv', 'value is neither a finite number nor a boolean'],
    ['e/A,1,Infinity', 'csv', 'value is neither a finite number nor a boolean'],
    ['"e/A,1,2', 'csv', 'a quote that does not end'],
  ])('names %s', async (line, format, reason) => {
    const good = format === 'csv' ? 'e/B,2,3' : '{"point":"e/B","at":2,"value":3}';
    expect(await read(`${good}\n\n${line}\n${good}\n`, format)).toEqual([
      { ok: true, line: 1, reading: { point: 'e/B', at: 2, value: 3 } },
      { ok: false, line: 3, reason },
      { ok: true, line: 4, reading: { point: 'e/B', at: 2, value: 3 } },
    ]);
  });

  it('refuses what is not UTF-8 and what is too long, and goes on', async () => {
    const good = Buffer.from('{"point":"e/B","at":2,"value":3}\n');
    const items = await read(
      Buffer.concat([
        Buffer.from([0xff, 0xfe, 0x0a]),
        Buffer.alloc(REPLAY_LINE_BYTES_MAX + 1, 'x'),
        Buffer.from('\n'),
        good,
      ]),
      'ndjson',
      10_000,
    );
    expect(items).toEqual([
      { ok: false, line: 1, reason: 'not UTF-8' },
      { ok: false, line: 2, reason: `longer than ${REPLAY_LINE_BYTES_MAX} bytes` },
      { ok: true, line: 3, reading: { point: 'e/B', at: 2, value: 3 } },
    ]);
  });

  it('takes a byte order mark, a missing last line end and no lines at all', async () => {
    expect(await read('\uFEFFpoint,at,value\ne/A,1,true', 'csv')).toEqual([
      { ok: true, line: 2, reading: { point: 'e/A', at: 1, value: true } },
    ]);
    expect(await read('', 'ndjson')).toEqual([]);
  });

  it('tells the format by the ending', () => {
    expect(['a.ndjson', 'a.JSONL', 'b.csv', 'c.txt'].map(replayFormatOf)).toEqual([
      'ndjson',
      'ndjson',
      'csv',
      undefined,
    ]);
  });
});
