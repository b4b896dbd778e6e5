// The named functions of derived points, as they say of themselves.
import { FUNCTION_DEFINITIONS } from '../../src/rules/derived/functions.ts';
import { table } from './sections.ts';

export function functionsTable(): string {
  const rows = FUNCTION_DEFINITIONS.map(({ name, meaning, many, takes, gives, unitOf, parameters }) => {
    const unit = unitOf('{u}');
    const stated = Object.entries(parameters).map(
      ([parameter, { meaning, unit, otherwise }]) =>
        `\`${parameter}\` ${meaning}${ofUnit(unit)}${otherwise === undefined ? '' : ` (else ${otherwise})`}`,
    );
    return [
      `\`${name}\``,
      `${many ? 'several' : 'one'}, ${takes.join(' or ')}`,
      gives === 'boolean' ? 'a boolean' : unit === undefined ? 'a number' : `a number in ${unitWords(unit)}`,
      meaning,
      stated.join('; ') || '-',
    ];
  });
  return table(['function', 'takes', 'gives', 'which is', 'parameters'], rows);
}

/** `{u}` stands for the unit of the inputs. */
const unitWords = (unit: string): string => (unit === '{u}' ? 'its unit' : `\`${unit.replace('{u}', 'its unit')}\``);

const ofUnit = (unit: string): string => (unit === '1' ? '' : unit === 'input' ? ', in its unit' : `, in ${unit}`);
