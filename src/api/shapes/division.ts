/** What a screen asks of a division's code: whose it is. Names come from the registry, one by one. */
import * as division from '../../model/division.ts';

/** The code and those above it, itself first; none for the empty code of the service itself. */
export function divisionsAbove(code: string): string[] {
  return division.divisionsAbove(code);
}
