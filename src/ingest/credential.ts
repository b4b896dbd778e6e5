/**
 * Secrets of gateways and sites: hashing with scrypt, checking in constant time, and a checker that remembers what it
 * has seen so that a storm of reconnecting gateways does not take the processors from the judging. It keeps no secret.
 */
import { createHmac, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/**
 * About 10 ms a check. These are secrets of machines, and after a restart every gateway of a province comes back at
 * once: 1 000 of them must be let in within seconds. Passwords of people are hashed elsewhere, and slower.
 */
const COST = { N: 4096, r: 8, p: 1 } as const;
const SALT_BYTES = 16;
const HASH_BYTES = 32;
const STORED = new RegExp(`^([0-9a-f]{${SALT_BYTES * 2}}):([0-9a-f]{${HASH_BYTES * 2}})$`);

/** At once: scrypt runs on the same four threads as the log's writes, which must not queue behind it. */
const CHECKS_AT_ONCE = 2;
const CHECKS_WAITING_MAX = 10_000;
const REMEMBERED_MAX = 10_000;

/** @returns `salt:hash` in hex, as the registry keeps it. */
export async function hashSecret(secret: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  return `${salt.toString('hex')}:${(await derive(secret, salt)).toString('hex')}`;
}

/** False also for a hash that is not of the form `salt:hash`. */
export async function verifySecret(secret: string, hash: string): Promise<boolean> {
  const stored = STORED.exec(hash);
  if (stored === null) return false;
  const derived = await derive(secret, Buffer.from(stored[1], 'hex'));
  return timingSafeEqual(derived, Buffer.from(stored[2], 'hex'));
}

/** Rejects with an Error when more checks are waiting than can be served in time. */
export type VerifySecret = (secret: string, hash: string) => Promise<boolean> | boolean;

/**
 * `verify` with a memory of its last 10 000 answers, kept as keyed digests of (secret, hash) under a key of this process.
 * Wrong secrets are remembered too: a gateway with a stale one retries for ever.
 */
export function createSecretVerifier(verify: VerifySecret = verifySecret): VerifySecret {
  const key = randomBytes(32);
  const answers = new Map<string, boolean>();
  const running = new Map<string, Promise<boolean>>();
  const waiting: (() => void)[] = [];
  let active = 0;

  async function check(digest: string, secret: string, hash: string): Promise<boolean> {
    if (active >= CHECKS_AT_ONCE) {
      if (waiting.length >= CHECKS_WAITING_MAX) throw new Error('too many credential checks are waiting');
      // The one who ends hands its place over: `active` already counts us when we wake.
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else active++;
    try {
      const answer = await verify(secret, hash);
      if (answers.size >= REMEMBERED_MAX) answers.delete(answers.keys().next().value ?? '');
      answers.set(digest, answer);
      return answer;
    } finally {
      const next = waiting.shift();
      if (next === undefined) active--;
      else next();
    }
  }

  return (secret, hash) => {
    const digest = createHmac('sha256', key).update(hash).update('\0').update(secret).digest('base64');
    const known = answers.get(digest) ?? running.get(digest);
    if (known !== undefined) return known;
    const asked = check(digest, secret, hash).finally(() => running.delete(digest));
    running.set(digest, asked);
    return asked;
  };
}

function derive(secret: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(secret, salt, HASH_BYTES, COST, (error, hash) => (error === null ? resolve(hash) : reject(error)));
  });
}
