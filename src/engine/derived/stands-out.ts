/** Which of several sensors of one thing stands out from the others: asked of the derived points that compare them. */
import type { EngineState } from '../state.ts';

/** The derived point by which the point stands out, by its number; undefined where it does by none. */
export function standsOut({ derived, registry }: EngineState, number: number): number | undefined {
  const { graph } = registry;
  return graph.dependentsOf(number).find((dependent) => {
    const odd = derived.oddOf(dependent);
    return odd >= 0 && graph.inputsOf(dependent)[odd] === number;
  });
}
