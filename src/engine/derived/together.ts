/**
 * What comes together in a derived point that gives a step to its alert: the sources that it rests on, and what it looks at,
 * by point with its value, as it stands now. Reading only.
 */
import { independentSource } from '../../alerts/grade/witness.ts';
import type { Contribution } from '../../alerts/record.ts';
import type { EngineState } from '../state.ts';
import { inputsNow } from './input-now.ts';

type Together = Required<Pick<Contribution, 'restsOn' | 'lacks'>> & Pick<Contribution, 'detail'>;

/** `missing` in the detail names, as a list with commas, what of it nobody knows anything of now. */
export function comingTogether(state: EngineState, number: number): Together {
  const { graph, points } = state.registry;
  const restsOn = graph.measuredUnder(number).map((one) => {
    const { id: point, transmitter } = points[one];
    return independentSource({ point, transmitter });
  });
  const detail: Record<string, string | number | boolean> = {};
  const missing: string[] = [];
  take(state, number, detail, missing);
  if (missing.length > 0) detail.missing = missing.join(', ');
  return { restsOn: [...new Set(restsOn)], lacks: missing.length, detail };
}

/** Of a condition that is itself derived, what it looks at says more than that it holds. */
function take(
  state: EngineState,
  number: number,
  detail: Record<string, string | number | boolean>,
  missing: string[],
): void {
  const { graph, points } = state.registry;
  const inputs = inputsNow(state, number, []);
  for (const [i, input] of graph.inputsOf(number).entries()) {
    const { id, valueKind } = points[input];
    const { lost, value } = inputs[i];
    if (id in detail || missing.includes(id)) continue;
    if (valueKind === 'boolean' && graph.isDerived(input)) take(state, input, detail, missing);
    else if (lost) missing.push(id);
    else detail[id] = valueKind === 'boolean' ? value !== 0 : value;
  }
}
