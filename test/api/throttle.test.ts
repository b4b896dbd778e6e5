// Sign-in delays by address, and the hashes that are signed in with.
import { describe, expect, it } from 'vitest';
import { hashPassword, verifyNobody, verifyPassword } from '../../src/api/sign-in/passwords.ts';
import { THROTTLE_LIMITS, Throttle } from '../../src/api/sign-in/throttle.ts';

describe('delays by address', () => {
  const { freeAttempts, firstDelayMs, longestDelayMs, forgetMs } = THROTTLE_LIMITS;

  /** An attempt that is found wrong at once; gives the wait after it. */
  async function fail(throttle: Throttle, address: string, at: number): Promise<number> {
    await throttle.check(address, { now: () => at }, async () => undefined);
    return throttle.waitMs(address, at);
  }

  it('lets a control room mistype, then doubles the wait up to its longest', async () => {
    const throttle = new Throttle();
    for (let i = 1; i < freeAttempts; i++) expect(await fail(throttle, '10.0.0.1', 0)).toBe(0);
    expect(await fail(throttle, '10.0.0.1', 0)).toBe(firstDelayMs);
    expect(throttle.waitMs('10.0.0.1', firstDelayMs - 1)).toBe(1);
    let now = firstDelayMs;
    const waits: number[] = [];
    for (let i = 0; i < 8; i++) {
      expect(throttle.waitMs('10.0.0.1', now)).toBe(0);
      waits.push(await fail(throttle, '10.0.0.1', now));
      now += waits[i];
    }
    expect(waits).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    expect(waits[7]).toBe(longestDelayMs);
  });

  it('holds nothing against whoever is right, and lets so many be checked at once and no more', async () => {
    const throttle = new Throttle({ ...THROTTLE_LIMITS, checkedAtOnce: 3 });
    let answer = (_found: string): void => undefined;
    const checked = new Promise<string>((resolve) => {
      answer = resolve;
    });
    const three = [1, 2, 3].map(() => throttle.check('a', { now: () => 0 }, () => checked));
    expect(throttle.isBusy('a')).toBe(true);
    expect(throttle.isBusy('b')).toBe(false);
    answer('right');
    expect(await Promise.all(three)).toEqual(['right', 'right', 'right']);
    expect(throttle.isBusy('a')).toBe(false);
    expect(throttle.waitMs('a', 0)).toBe(0);
  });

  it('asks nothing of another address, and forgets', async () => {
    const throttle = new Throttle({ ...THROTTLE_LIMITS, freeAttempts: 1 });
    expect(await fail(throttle, 'a', 0)).toBeGreaterThan(0);
    expect(throttle.waitMs('b', 0)).toBe(0);
    expect(await fail(throttle, 'a', 2 * forgetMs)).toBe(firstDelayMs);
  });

  it('remembers a bounded number of addresses, the busy ones longest', async () => {
    const throttle = new Throttle({ ...THROTTLE_LIMITS, freeAttempts: 1, maxAddresses: 2 });
    for (const address of ['a', 'b', 'c']) await fail(throttle, address, 0);
    expect(throttle.waitMs('b', 0)).toBeGreaterThan(0);
    expect(throttle.waitMs('a', 0)).toBe(0);
  });
});

describe('passwords', () => {
  it('verifies its own hash and nothing else', async () => {
    const hash = await hashPassword('烽火 pass');
    expect(hash).toMatch(/^scrypt\$16384\$8\$5\$[\w-]{22}\$[\w-]{43}$/);
    expect(await verifyPassword('烽火 pass', hash)).toBe(true);
    expect(await verifyPassword('烽火 pasS', hash)).toBe(false);
    expect(await hashPassword('烽火 pass')).not.toBe(hash);
    for (const broken of ['', 'plain', 'scrypt$16384$8$5$abc', hash.slice(0, -1)]) {
      expect(await verifyPassword('烽火 pass', broken), broken).toBe(false);
    }
  });

  it('the same text composed differently is the same password', async () => {
    expect(await verifyPassword('\u00e9', await hashPassword('e\u0301'))).toBe(true);
  });

  it('checks a password for nobody too', async () => {
    expect(await verifyNobody('anything')).toBe(false);
  });
});
