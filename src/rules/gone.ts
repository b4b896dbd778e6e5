/**
 * What stands in for a rule kind that this program no longer has, while a snapshot's slots still name it: it is wanted by no
 * point, sees nothing and says nothing. What it had confirmed stays until the points are installed anew, and is let go then.
 */
import type { Level } from '../model/level.ts';
import type { Explanation, Observation, RuleKind } from './kind.ts';
import { NEVER_QUIET, NO_NUMBERS, UNKNOWN } from './kind.ts';

export class GoneKind implements RuleKind {
  readonly name: string;
  readonly tables = [];
  readonly goodOnly = false;
  readonly memoryless = false;

  constructor(name: string) {
    this.name = name;
  }

  quiet(): { readonly above: number; readonly below: number } {
    return NEVER_QUIET;
  }

  still(): boolean {
    return true;
  }

  install(): boolean {
    return false;
  }

  observe(): Observation {
    return UNKNOWN;
  }

  again(): Observation {
    return UNKNOWN;
  }

  silence(): void {}

  side(): 1 | -1 {
    return 1;
  }

  explain(): Explanation {
    return { numbers: NO_NUMBERS };
  }

  breach(): Level {
    return 0;
  }
}
