/** What every input log keeps, whatever stores it. Each adapter runs this suite through a harness of its own. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InputLog, LogHealth } from '../../src/log/port.ts';

export interface LogHarness {
  /** Opens the log over the storage of this harness, again if need be. */
  open(): Promise<InputLog>;
  /** The owner dies at once; whatever the storage was not sure of is gone. The log object is not used again. */
  crash(): Promise<void>;
  dispose(): Promise<void>;
}

export interface TroubledHarness extends LogHarness {
  /** Storage fails from now on: with an error, by hanging, or not any more. */
  trouble(kind: 'error' | 'hang' | 'none'): Promise<void>;
}

export function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}

/** All records from `from` on, as [number, text]. */
export async function readAll(log: InputLog, from = log.oldest): Promise<[number, string][]> {
  const records: [number, string][] = [];
  for await (const { number, bytes } of log.read(from)) records.push([number, text(bytes)]);
  return records;
}

export function appendTexts(log: InputLog, ...texts: string[]): number[] {
  return texts.map((value) => log.append(Buffer.from(value)));
}

function untilHealth(log: InputLog, state: LogHealth['state']): Promise<void> {
  if (log.health.state === state) return Promise.resolve();
  return new Promise((resolve) => {
    log.onHealth((health) => {
      if (health.state === state) resolve();
    });
  });
}

async function tell<H extends LogHarness>(
  makeHarness: () => Promise<H>,
  story: (harness: H) => Promise<void>,
): Promise<void> {
  const harness = await makeHarness();
  try {
    await story(harness);
  } finally {
    await harness.dispose();
  }
}

export function inputLogContract(name: string, makeHarness: () => Promise<LogHarness>): void {
  const withHarness = (story: (harness: LogHarness) => Promise<void>) => tell(makeHarness, story);

  describe(`${name}: every input log`, () => {
    it('numbers records from 1 and reads them back in order', () =>
      withHarness(async (harness) => {
        const log = await harness.open();
        expect([log.next, log.durable, log.oldest]).toEqual([1, 0, 1]);
        expect(await readAll(log)).toEqual([]);
        expect(appendTexts(log, 'one', '', 'three 三')).toEqual([1, 2, 3]);
        await log.flush();
        expect([log.next, log.durable, log.pendingBytes]).toEqual([4, 3, 0]);
        expect(await readAll(log)).toEqual([
          [1, 'one'],
          [2, ''],
          [3, 'three 三'],
        ]);
        expect(await readAll(log, 3)).toEqual([[3, 'three 三']]);
        expect(await readAll(log, 4)).toEqual([]);
        await log.close();
      }));

    it('copies the bytes: the caller may re-use them at once', () =>
      withHarness(async (harness) => {
        const log = await harness.open();
        const bytes = Buffer.from('first');
        log.append(bytes);
        bytes.write('other');
        log.append(bytes);
        await log.flush();
        expect(await readAll(log)).toEqual([
          [1, 'first'],
          [2, 'other'],
        ]);
        await log.close();
      }));

    it('reports durable numbers in order, and only what is read back after a crash', () =>
      withHarness(async (harness) => {
        const log = await harness.open();
        const reported: number[] = [];
        log.onDurable((durable) => reported.push(durable));
        for (let number = 1; number <= 40; number++) {
          appendTexts(log, `r${number}`);
          if (number % 7 === 0) await log.flush();
        }
        expect(log.pendingBytes).toBeGreaterThan(0);
        await harness.crash();
        const { durable } = log;
        expect(reported).toEqual([...new Set(reported)].sort((a, b) => a - b));
        expect(reported.at(-1)).toBe(durable);
        const again = await harness.open();
        expect(again.durable).toBeGreaterThanOrEqual(durable);
        expect(again.next).toBe(again.durable + 1);
        const records = await readAll(again);
        expect(records).toEqual(Array.from({ length: again.durable }, (_, index) => [index + 1, `r${index + 1}`]));
        await again.close();
      }));

    it('takes whatever arrives during a commit into the next one', () =>
      withHarness(async (harness) => {
        const log = await harness.open();
        const follow = (durable: number) => {
          if (durable < 30) appendTexts(log, `after ${durable}`);
        };
        log.onDurable(follow);
        appendTexts(log, 'start');
        while (log.durable < 30) await log.flush();
        expect((await readAll(log)).length).toBe(30);
        await log.close();
      }));

    it('goes on with the next number after a close and an opening', () =>
      withHarness(async (harness) => {
        for (let round = 0; round < 4; round++) {
          const log = await harness.open();
          expect(log.next).toBe(round * 2 + 1);
          appendTexts(log, `a${round}`, `b${round}`);
          await log.close();
        }
        const log = await harness.open();
        expect((await readAll(log)).map(([, value]) => value)).toEqual('a0 b0 a1 b1 a2 b2 a3 b3'.split(' '));
        await log.close();
      }));

    it('a reading ends at what was durable when it was asked for', () =>
      withHarness(async (harness) => {
        const log = await harness.open();
        appendTexts(log, 'a', 'b');
        await log.flush();
        const reading = log.read(1);
        appendTexts(log, 'c');
        await log.flush();
        const numbers: number[] = [];
        for await (const { number } of reading) numbers.push(number);
        expect(numbers).toEqual([1, 2]);
        await log.close();
      }));

    it('frees only below the number given', () =>
      withHarness(async (harness) => {
        const log = await harness.open();
        for (let round = 0; round < 60; round++) {
          appendTexts(log, `${round}`.padEnd(700, '.'));
          await log.flush();
        }
        await log.free(41);
        expect(log.oldest).toBeGreaterThan(1);
        expect(log.oldest).toBeLessThanOrEqual(41);
        const kept = (await readAll(log, 41)).map(([number]) => number);
        expect(kept).toEqual(Array.from({ length: 20 }, (_, index) => index + 41));
        await log.close();
        const again = await harness.open();
        expect([again.next, again.durable]).toEqual([61, 60]);
        expect((await readAll(again)).at(-1)?.[0]).toBe(60);
        await again.close();
      }));

    it('reads back any records in any grouping, after a close', async () => {
      const records = fc.array(fc.uint8Array({ maxLength: 9000 }), { minLength: 1, maxLength: 30 });
      await fc.assert(
        fc.asyncProperty(records, fc.integer({ min: 1, max: 8 }), (batch, flushEvery) =>
          withHarness(async (harness) => {
            const log = await harness.open();
            for (const [index, bytes] of batch.entries()) {
              log.append(bytes);
              if (index % flushEvery === 0) await log.flush();
            }
            await log.close();
            const again = await harness.open();
            const read: Uint8Array[] = [];
            for await (const { bytes } of again.read(1)) read.push(Uint8Array.from(bytes));
            expect(read).toEqual(batch);
            await again.close();
          }),
        ),
        { numRuns: 15 },
      );
    });
  });
}

/** The part of the contract about failing storage, for harnesses that can make it fail. */
export function troubleContract(name: string, makeHarness: () => Promise<TroubledHarness>): void {
  const withTrouble = (story: (harness: TroubledHarness) => Promise<void>) => tell(makeHarness, story);

  describe(`${name}: storage in trouble`, () => {
    it('repeats by itself: health fails and comes back, nothing is lost or doubled', () =>
      withTrouble(async (harness) => {
        const log = await harness.open();
        appendTexts(log, 'before');
        await log.flush();
        await harness.trouble('error');
        appendTexts(log, 'during 1');
        await untilHealth(log, 'failing');
        appendTexts(log, 'during 2');
        expect(log.durable).toBe(1);
        expect(log.pendingBytes).toBeGreaterThan(0);
        await harness.trouble('none');
        await log.flush();
        expect(log.health).toEqual({ state: 'ok' });
        const expected = [
          [1, 'before'],
          [2, 'during 1'],
          [3, 'during 2'],
        ];
        expect(await readAll(log)).toEqual(expected);
        await harness.crash();
        expect(await readAll(await harness.open())).toEqual(expected);
      }));

    it.each(['error', 'hang'] as const)('unsaved mode (%s): gives up the open records and leaves a named gap', (kind) =>
      withTrouble(async (harness) => {
        const log = await harness.open();
        appendTexts(log, 'kept 1', 'kept 2');
        await log.flush();
        await harness.trouble(kind);
        appendTexts(log, 'lost 3', 'lost 4');
        const flushed = log.flush().catch((error: Error) => error);
        if (kind === 'error') await untilHealth(log, 'failing');
        // A hang shows nothing: some turns of the loop bring the commit on its way.
        else for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
        expect(log.abandon()).toEqual({ from: 3, to: 4 });
        expect(await flushed).toBeInstanceOf(Error);
        expect(log.pendingBytes).toBe(0);
        expect(() => log.append(Buffer.from('x'))).toThrow();
        if (kind === 'error') await expect(log.resumeAt(8)).rejects.toThrow();
        await harness.trouble('none');
        await log.resumeAt(9);
        expect(log.health).toEqual({ state: 'ok' });
        expect(log.gaps).toEqual([{ from: 3, to: 8 }]);
        expect(appendTexts(log, 'new 9')).toEqual([9]);
        await log.flush();
        const expected = [
          [1, 'kept 1'],
          [2, 'kept 2'],
          [9, 'new 9'],
        ];
        expect(await readAll(log)).toEqual(expected);
        await harness.crash();
        const again = await harness.open();
        expect(again.gaps).toEqual([{ from: 3, to: 8 }]);
        expect(again.next).toBe(10);
        expect(await readAll(again, 1)).toEqual(expected);
        expect(await readAll(again, 5)).toEqual([[9, 'new 9']]);
        await again.close();
      }),
    );

    it('unsaved mode with nothing open leaves no gap', () =>
      withTrouble(async (harness) => {
        const log = await harness.open();
        appendTexts(log, 'a');
        await log.flush();
        expect(log.abandon()).toBeUndefined();
        await log.resumeAt(2);
        expect(log.gaps).toEqual([]);
        expect(appendTexts(log, 'b')).toEqual([2]);
        await log.close();
        const again = await harness.open();
        expect((await readAll(again)).map(([number]) => number)).toEqual([1, 2]);
        await again.close();
      }));

    it('a stop ends even while the storage fails', () =>
      withTrouble(async (harness) => {
        const log = await harness.open();
        await harness.trouble('error');
        appendTexts(log, 'never durable');
        await untilHealth(log, 'failing');
        await log.close();
        expect(log.durable).toBe(0);
        await harness.trouble('none');
      }));
  });
}
