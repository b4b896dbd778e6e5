/**
 * A boolean point whose one state is critical (fire, manual call, emergency stop, fan stopped): HH while it lasts.
 */
import { Columns } from '../../../model/columns.ts';
import type { Level } from '../../../model/level.ts';
import { HIGH_HIGH, NONE } from '../../../model/level.ts';
import type { EpochMs } from '../../../model/time.ts';
import type { Explanation, RuleKind } from '../../kind.ts';
import { NEVER_QUIET, NO_NUMBERS } from '../../kind.ts';
import type { Sample } from '../../sample.ts';
import type { BooleanRule } from './definition.ts';

const LAYOUT = { critical: 'u8' } as const;

export class BooleanKind implements RuleKind<BooleanRule> {
  readonly name = 'boolean';
  readonly goodOnly = false;
  readonly memoryless = false;
  private readonly table = new Columns(LAYOUT);
  readonly tables = [{ name: 'boolean', columns: this.table }];

  quiet(): { readonly above: number; readonly below: number } {
    return NEVER_QUIET;
  }

  /** Its word is the value's alone. */
  still(row: number, _at: EpochMs, value: number): boolean {
    return this.breach(row, value) === NONE;
  }

  install(row: number, { criticalWhen }: BooleanRule): boolean {
    const changed = this.table.col.critical[row] !== criticalWhen;
    this.table.col.critical[row] = criticalWhen;
    return changed;
  }

  observe(row: number, { value }: Sample): Level {
    return this.breach(row, value);
  }

  again(row: number, sample: Sample): Level {
    return this.observe(row, sample);
  }

  breach(row: number, value: number): Level {
    return value === this.table.col.critical[row] ? HIGH_HIGH : NONE;
  }

  silence(): void {}

  side(row: number): 1 | -1 {
    return this.table.col.critical[row] === 1 ? 1 : -1;
  }

  explain(row: number): Explanation {
    return { limit: { name: 'critical', value: this.table.col.critical[row] }, numbers: NO_NUMBERS };
  }
}
