// The parts behind every door: quarantine, credentials, the byte bound, and the order of PUBACKs.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { createSecretVerifier, hashSecret, verifySecret as verifyScrypt } from '../../src/ingest/credential.ts';
import { parseStatus, takeReadings } from '../../src/ingest/intake.ts';
import { createPressure } from '../../src/ingest/pressure.ts';
import { PubackQueue } from '../../src/ingest/puback-queue.ts';
import { QUARANTINE_ENTRIES, Quarantine } from '../../src/ingest/quarantine.ts';
import { newBatch } from '../../src/model/reading.ts';
import { NOW, newEdge, RecordingSink } from './fixtures.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('quarantine', () => {
  const report = {
    at: NOW,
    enterprise: 'yt-chem',
    gateway: 'gw1',
    topic: 't',
    reason: 'malformed',
    detail: 'd',
  } as const;

  it('counts all and keeps the last 1 000, newest first', () => {
    const quarantine = new Quarantine();
    for (let i = 0; i < QUARANTINE_ENTRIES + 5; i++) quarantine.refuse({ ...report, detail: String(i) });
    quarantine.count('wrong-type', 3);
    const listed = quarantine.list();
    expect(listed).toHaveLength(QUARANTINE_ENTRIES);
    expect([listed[0].detail, listed.at(-1)?.detail]).toEqual(['1004', '5']);
    expect(quarantine.counts()).toEqual({
      malformed: 1005,
      'too-large': 0,
      'unknown-gateway': 0,
      'unknown-point': 0,
      'not-finite': 0,
      'wrong-type': 3,
      duplicate: 0,
      retained: 0,
      'not-authorised': 0,
    });
  });

  it.each([
    ['text', bytes('{"point":"GD-101"}'), '{"point":"GD-101"}'],
    ['Chinese text', bytes('可燃气体'), '可燃气体'],
    ['controls', bytes('a\u001b[31m\r\n\u0000'), 'a\\x1b[31m\\x0d\\x0a\\x00'],
    ['marks that turn the direction of text', bytes('a\u202eb\ufeff'), 'a\\u{202e}b\\u{feff}'],
    ['bytes that are no text', new Uint8Array([0x61, 0xff, 0xfe]), 'aÿþ'],
    ['nothing', new Uint8Array(0), ''],
  ])('shows %s safely', (_, payload, shown) => {
    const quarantine = new Quarantine();
    quarantine.refuse({ ...report, payload });
    expect(quarantine.list()[0].payloadPrefix).toBe(shown);
  });

  it('keeps 256 bytes at most, not half a character, and bounds every text', () => {
    const quarantine = new Quarantine();
    const long = 'x'.repeat(10_000);
    quarantine.refuse({
      ...report,
      payload: bytes('气'.repeat(200)),
      topic: long,
      detail: long,
      gateway: long,
      tag: long,
    });
    const [kept] = quarantine.list();
    expect(kept.payloadPrefix).toBe('气'.repeat(85));
    for (const text of [kept.topic, kept.detail, kept.gateway, kept.tag]) expect(text).toHaveLength(256);
  });

  it('does not keep the messages that its texts were cut from', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const quarantine = new Quarantine();
    collect();
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < 200; i++) {
      const tag = JSON.parse(`"${String(i).padEnd(250_000, 'x')}"`) as string;
      quarantine.refuse({ ...report, tag: tag.slice(0, 64), topic: tag, detail: tag });
    }
    collect();
    expect(quarantine.list()).toHaveLength(200);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(10_000_000);
  });
});

describe('intake', () => {
  it('lists the first bad readings of a message and counts them all', () => {
    const edge = newEdge();
    const payload = bytes(JSON.stringify({ readings: Array.from({ length: 5_000 }, () => 7) }));
    let done = 0;
    takeReadings(edge, { enterprise: 'yt-chem', gateway: 'gw1', topic: 't', payload, flags: 0 }, () => done++);
    expect(edge.quarantine.counts().malformed).toBe(5_000);
    expect(edge.quarantine.list()).toHaveLength(10);
    expect(edge.quarantine.list()[0].detail).toBe('readings[9]: 7 is no reading: an object expected');
    expect([done, edge.sink.held.length]).toEqual([1, 0]);
  });

  it.each([
    ['{"online":true}', true],
    ['{"online":false,"since":1}', false],
    ['{"online":1}', undefined],
    ['true', undefined],
    ['null', undefined],
    ['{', undefined],
    ['', undefined],
    [`{"online":true,"x":"${'x'.repeat(2000)}"}`, undefined],
  ])('reads the status %s', (payload, online) => {
    expect(parseStatus(bytes(payload))).toBe(online);
  });
});

describe('secrets', () => {
  it('are kept as salted hashes and checked against them', async () => {
    const hash = await hashSecret('密 secret');
    expect(hash).toMatch(/^[0-9a-f]{32}:[0-9a-f]{64}$/);
    expect(await hashSecret('密 secret')).not.toBe(hash);
    expect(await verifyScrypt('密 secret', hash)).toBe(true);
    expect(await verifyScrypt('secret', hash)).toBe(false);
  });

  it.each(['', ':', 'secret', 'zz:zz', `${'0'.repeat(32)}:${'0'.repeat(63)}`])(
    'no secret fits the hash %j',
    async (hash) => {
      expect(await verifyScrypt('', hash)).toBe(false);
    },
  );

  it('are checked once for a storm of the same question, two at a time for different ones', async () => {
    let asked = 0;
    let atOnce = 0;
    let most = 0;
    const verify = createSecretVerifier(async (secret) => {
      asked++;
      most = Math.max(most, ++atOnce);
      await new Promise((resolve) => setImmediate(resolve));
      atOnce--;
      return secret === 'right';
    });
    const storm = await Promise.all(Array.from({ length: 100 }, (_, i) => verify(i % 2 ? 'right' : 'wrong', 'hash')));
    expect(storm).toEqual(Array.from({ length: 100 }, (_, i) => i % 2 === 1));
    expect(asked).toBe(2);
    expect(verify('right', 'hash')).toBe(true);
    expect(await verify('right', 'another hash')).toBe(true);
    await Promise.all(Array.from({ length: 50 }, (_, i) => verify('right', `hash ${i}`)));
    expect([asked, most]).toEqual([53, 2]);
  });

  it('whose check fails are asked about again', async () => {
    let asked = 0;
    const verify = createSecretVerifier(() => {
      if (asked++ === 0) throw new Error('no memory');
      return true;
    });
    await expect(verify('s', 'h')).rejects.toThrow('no memory');
    expect(await verify('s', 'h')).toBe(true);
  });
});

describe('the byte bound', () => {
  it('pauses all sources above it and resumes them at half, but never while exempt', () => {
    const inner = new RecordingSink();
    inner.hold = true;
    const pressure = createPressure(inner, 100);
    const calls: string[] = [];
    const source = (name: string) => ({ pause: () => calls.push(`${name}-`), resume: () => calls.push(`${name}+`) });
    pressure.attach(source('a'));
    let done = 0;
    for (let i = 0; i < 3; i++) pressure.sink.readings(newBatch(1, NOW), 40, () => done++);
    expect(calls).toEqual(['a-']);
    pressure.attach(source('b'));
    inner.held[0].done();
    expect([calls, pressure.heldBytes(), pressure.paused()]).toEqual([['a-', 'b-'], 80, true]);
    inner.held[1].done();
    expect([calls, done]).toEqual([['a-', 'b-', 'a+', 'b+'], 2]);
    pressure.exempt(true);
    pressure.sink.readings(newBatch(1, NOW), 400, () => done++);
    expect(pressure.paused()).toBe(false);
    pressure.exempt(false);
    expect(pressure.paused()).toBe(true);
  });
});

describe('acknowledgements', () => {
  it('leave in order of arrival, those of one turn in one write, for any order of readiness', async () => {
    const writes: number[][] = [];
    const queue = new PubackQueue((chunk) => {
      writes.push(Array.from({ length: chunk.length / 4 }, (_, i) => chunk.readUInt16BE(4 * i + 2)));
    });
    const ready = Array.from({ length: 10_000 }, (_, i) => queue.add(i));
    ready[1]();
    ready[2]();
    await Promise.resolve();
    expect([writes, queue.size]).toEqual([[], 10_000]);
    ready[0]();
    ready[4]();
    await Promise.resolve();
    expect(writes).toEqual([[0, 1, 2]]);
    for (const one of ready.slice(3).reverse()) one();
    await Promise.resolve();
    expect(writes).toHaveLength(2);
    expect(writes.flat()).toEqual(Array.from({ length: 10_000 }, (_, i) => i));
    expect(queue.size).toBe(0);
  });
});
