// The life of an alarm as the program has it: what each event does in each state.
import { LIFECYCLE } from '../../src/alerts/state/lifecycle.ts';
import type { Cell } from '../../src/alerts/state/table.ts';
import { LIFECYCLE_EVENTS } from '../../src/alerts/state/table.ts';
import { ALERT_STATES } from '../../src/model/alert.ts';
import { table } from './sections.ts';

const worded = (cell: Cell): string => ('to' in cell ? cell.to : `*${cell.refused}*`);

export function lifecycleTable(): string {
  return table(
    ['event', ...ALERT_STATES],
    LIFECYCLE_EVENTS.map((event) => [event, ...ALERT_STATES.map((state) => worded(LIFECYCLE[state][event]))]),
  );
}
