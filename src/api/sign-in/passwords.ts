/**
 * Passwords as scrypt hashes that carry their own parameters. One at a time: scrypt runs on the thread pool that also
 * writes the log, and a storm of sign-ins must not hold a commit back.
 */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** 16 MiB, some 0.2 s: one of the equivalent settings that OWASP names as the least for a password kept on a server. */
const COST = { N: 16_384, r: 8, p: 5 } as const;
const KEY_BYTES = 32;
/** Hashes waiting at most; above it a sign-in is told to wait. */
const MAX_WAITING = 50;

let tail: Promise<unknown> = Promise.resolve();
let waiting = 0;

/** True when so many passwords wait to be checked that another one should come later. */
export function passwordsBusy(): boolean {
  return waiting >= MAX_WAITING;
}

function derive(password: string, salt: Buffer, cost: { N: number; r: number; p: number }): Promise<Buffer> {
  waiting++;
  const turn = tail.then(
    () =>
      new Promise<Buffer>((resolve, reject) => {
        // The same text typed on two keyboards may be composed differently; NFKC makes it one.
        scrypt(password.normalize('NFKC'), salt, KEY_BYTES, { ...cost, maxmem: 256 * cost.N * cost.r }, (error, key) =>
          error === null ? resolve(key) : reject(error),
        );
      }),
  );
  tail = turn.catch(() => undefined).finally(() => waiting--);
  return turn;
}

/** `scrypt$N$r$p$salt$key`, salt and key in base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, COST);
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url'), key.toString('base64url')].join('$');
}

/** True when `stored` is the hash of `password`; false also when it is no hash of ours. */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const [kind, N, r, p, salt, key] = stored.split('$');
  if (kind !== 'scrypt' || key === undefined) return false;
  const expected = Buffer.from(key, 'base64url');
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  const derived = await derive(password, Buffer.from(salt, 'base64url'), cost);
  return derived.length === expected.length && timingSafeEqual(derived, expected);
}

let decoy: Promise<string> | undefined;

/** Takes as long as a real check and is always false: an unknown name must not answer faster. */
export async function verifyNobody(password: string): Promise<false> {
  decoy ??= hashPassword(randomBytes(16).toString('hex'));
  await verifyPassword(password, await decoy);
  return false;
}
