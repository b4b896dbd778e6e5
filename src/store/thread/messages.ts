/**
 * What a store in a thread of its own and its users say to each other, and how an error crosses: name, code and words stay,
 * because callers decide by them. Shapes only.
 */
import { NewerVersionError } from '../../model/version.ts';

/** To the thread. Calls of one part (`history`) are begun in the order in which they were made. */
export type Asked =
  | { readonly ask: 'open' | 'ping' | 'close' }
  | {
      readonly ask: 'call';
      readonly id: number;
      readonly part: string;
      readonly method: string;
      readonly args: readonly unknown[];
    };

/** From the thread. `welcome` is what the store says of itself when it is opened. */
export type Said =
  | { readonly say: 'opened'; readonly welcome: unknown }
  | { readonly say: 'not-opened' | 'not-closed'; readonly error: Thrown }
  | { readonly say: 'pong' | 'closed' }
  | { readonly say: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly say: 'refusal'; readonly id: number; readonly error: Thrown };

export interface Thrown {
  readonly name: string;
  readonly message: string;
  readonly code: string | undefined;
  readonly stack: string | undefined;
}

export function thrownOf(error: unknown): Thrown {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error), code: undefined, stack: undefined };
  const { name, message, stack } = error;
  return { name, message, code: 'code' in error ? String(error.code) : undefined, stack };
}

/** An error as it was thrown in the thread; one that a caller knows by its class is of that class again. */
export function errorOf({ name, message, code, stack }: Thrown): Error {
  const error = Object.assign(new Error(message), code === undefined ? { name, stack } : { name, stack, code });
  return name === 'NewerVersionError' ? Object.setPrototypeOf(error, NewerVersionError.prototype) : error;
}

/** The store takes no call at present: its disk does not answer, it cannot be opened, or its thread has ended. */
export class StoreAwayError extends Error {
  override readonly name = 'StoreAwayError';
}
