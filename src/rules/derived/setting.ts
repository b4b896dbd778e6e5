/** What an expression may speak of, and what it must give: the shape alone. */
import type { DerivedInput } from '../../model/derivation.ts';

export interface ExpressionSetting {
  readonly inputs: Readonly<Record<string, Pick<DerivedInput, 'many' | 'valueKind' | 'unit'>>>;
  readonly parameters: readonly string[];
  readonly valueKind: 'number' | 'boolean';
  /** UCUM unit of the result. */
  readonly unit: string;
}
