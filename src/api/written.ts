/**
 * Lists that leave as JSON without being checked again: their items were checked when they were written, and one page of them
 * would hold up the loop for seconds. They are put to text an item at a time, and a page ends where it grows too long. What
 * the schema says of them is for the document, and a test compares the two.
 */
import type { FastifyReply } from 'fastify';

/** A list ends behind the item with which it reaches this. */
const LIST_CHARACTERS = 2 * 1024 * 1024;
/** The loop goes on between two pieces of so much text. */
const PIECE_CHARACTERS = 64 * 1024;

export interface Written<T> {
  /** Those that fit, the first ones; one at least while there is one. */
  readonly items: readonly T[];
  /** JSON of each. */
  readonly texts: readonly string[];
  /** Some did not fit. */
  readonly more: boolean;
}

export async function written<T>(all: readonly T[]): Promise<Written<T>> {
  const texts: string[] = [];
  let characters = 0;
  let piece = 0;
  for (const item of all) {
    if (characters >= LIST_CHARACTERS) break;
    const text = JSON.stringify(item);
    texts.push(text);
    characters += text.length;
    piece += text.length;
    if (piece < PIECE_CHARACTERS) continue;
    await new Promise((resolve) => setImmediate(resolve));
    piece = 0;
  }
  return { items: all.slice(0, texts.length), texts, more: texts.length < all.length };
}

/** Makes `answer` leave with the texts as its field `name`, whatever stands in that field. */
export function leavesWritten<A extends object>(
  reply: FastifyReply,
  answer: A,
  name: keyof A & string,
  texts: readonly string[],
): A {
  const rest = JSON.stringify({ ...answer, [name]: undefined });
  reply.type('application/json; charset=utf-8');
  reply.serializer(() => `{"${name}":[${texts.join(',')}]${rest === '{}' ? '}' : `,${rest.slice(1)}`}`);
  return answer;
}
