// Sign-in delays by address, and the hashes that are signed in with.
import { describe, expect, it } from 'vitest';
import { hashPassword, verifyNobody, verifyPassword } from '../../src/api/sign-in/passwords.ts';
import { THROTTLE_LIMITS, Throttle } from '../../src/api/sign-in/throttle.ts';

describe('delays by address', () => {
  const { freeAttempts, firstDelayMs, longestDelayMs, forgetMs } = THROTTLE_LIMITS;

  it('lets a control room mistype, then doubles the wait up to its longest', () => {
    const throttle = new Throttle();
    for (let i = 0; i < freeAttempts; i++) expect(throttle.attempt('10.0.0.1', 0)).toBe(0);
    expect(throttle.attempt('10.0.0.1', 0)).toBe(firstDelayMs);
    expect(throttle.attempt('10.0.0.1', firstDelayMs - 1)).toBe(1);
    let now = firstDelayMs;
    const waits: number[] = [];
    for (let i = 0; i < 8; i++) {
      expect(throttle.attempt('10.0.0.1', now)).toBe(0);
      waits.push(throttle.attempt('10.0.0.1', now));
      now += waits[i];
    }
    expect(waits).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    expect(waits[7]).toBe(longestDelayMs);
  });

  it('counts attempts that are still being checked', () => {
    const throttle = new Throttle({ ...THROTTLE_LIMITS, freeAttempts: 2 });
    expect([1, 2, 3].map(() => throttle.attempt('a', 5))).toEqual([0, 0, 1_000]);
  });

  it('asks nothing of another address, and forgets', () => {
    const throttle = new Throttle({ ...THROTTLE_LIMITS, freeAttempts: 1 });
    throttle.attempt('a', 0);
    expect(throttle.attempt('a', 0)).toBeGreaterThan(0);
    expect(throttle.attempt('b', 0)).toBe(0);
    expect(throttle.attempt('a', forgetMs)).toBe(0);
    throttle.succeeded('b');
    expect(throttle.attempt('b', 1)).toBe(0);
  });

  it('remembers a bounded number of addresses, the busy ones longest', () => {
    const throttle = new Throttle({ ...THROTTLE_LIMITS, freeAttempts: 1, maxAddresses: 2 });
    throttle.attempt('a', 0);
    throttle.attempt('b', 0);
    throttle.attempt('c', 0);
    expect(throttle.attempt('b', 0)).toBeGreaterThan(0);
    expect(throttle.attempt('a', 0)).toBe(0);
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
