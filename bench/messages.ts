/** Messages as a codec hands them over, made before the clock runs. */
import type { ReadingBatch } from '../src/model/reading.ts';
import { newBatch } from '../src/model/reading.ts';
import { addRow } from '../test/support/build/batch.ts';

/** So many readings each, of these points in their order; time and value are filled in when they are sent. */
export function messagesOf(order: readonly number[], perMessage: number, gateway = 0): ReadingBatch[] {
  const messages: ReadingBatch[] = [];
  for (let i = 0; i < order.length; i += perMessage) {
    const batch = newBatch(gateway, 0);
    for (const point of order.slice(i, i + perMessage)) addRow(batch, { point, sampledAt: 0, value: 0 });
    messages.push(batch);
  }
  return messages;
}
