// One acceptance scenario: a test that bears its id and the title the catalogue has of it.
import { it } from 'vitest';
import { entryOf } from '../catalogue.ts';

/** Fails where the catalogue calls the scenario open: what is played is not open any more. */
export function scenario(id: string, play: () => Promise<void> | void): void {
  const entry = entryOf(id);
  it(`${id} ${entry.title}`, async () => {
    if (entry.open !== undefined) throw new Error(`${id} is played, and the catalogue calls it open: ${entry.open}`);
    await play();
  });
}
