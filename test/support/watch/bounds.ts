// Nothing grows with the length of a day: timers, deadlines and cells are as many as there are points, gateways and open
// alerts. And nothing is put aside without a named reason.
import type { Input } from '../../../src/engine/input.ts';
import { encodeState } from '../../../src/engine/snapshot.ts';
import { TIMER } from '../../../src/engine/timers.ts';
import { DEADLINE_PURPOSES } from '../../../src/model/alert.ts';
import { OUTCOME_CODES } from '../../../src/model/command.ts';
import { REFUSAL_OF_VERDICT, REFUSAL_REASONS, VERDICT } from '../../../src/model/reading.ts';
import type { PlantDay, Watch } from '../day/plant-day.ts';
import { wrong } from './facts.ts';

/** Whoever is asked for earlier leaves the later one to fall due by itself: of a silence at class A within half an hour. */
const TIMERS_A_POINT = 60;
const ANSWERS_KEPT = 50;
const KNOWN_VERDICTS = new Set<number>(Object.values(VERDICT));

export class Bounds implements Watch {
  private cells: number | undefined;
  private rows = '';
  private inputs = 0;

  after(day: PlantDay, input: Input): void {
    this.checkReasons(day, input);
    if (++this.inputs % 20 !== 0) return;
    const { state } = day;
    const { points, gateways } = state.registry;
    const { kind } = state.timers.heap.col;
    const armed = new Map<number, number>();
    for (let i = 0; i < state.timers.size; i++) armed.set(kind[i], (armed.get(kind[i]) ?? 0) + 1);
    const open = [...state.book.open];
    const atMost = (what: string, n: number, limit: number): void => {
      if (n > limit) wrong(day, input, `${n} ${what}, more than ${limit}`);
    };
    atMost('timers of silence', armed.get(TIMER.SILENCE) ?? 0, TIMERS_A_POINT * points.length);
    atMost('timers of gateways', armed.get(TIMER.GATEWAY) ?? 0, TIMERS_A_POINT * gateways.length);
    atMost('timers of faults', armed.get(TIMER.FAULT) ?? 0, 4 * state.engineSlots.names.length);
    atMost('timers of rules', armed.get(TIMER.RULE) ?? 0, TIMERS_A_POINT * points.length);
    atMost('timers of alerts', armed.get(TIMER.ALERT) ?? 0, TIMERS_A_POINT * (open.length + 5));
    atMost('handles of alerts', state.alertHandles.size, armed.get(TIMER.ALERT) ?? 0);
    atMost('engine slots', state.engineSlots.names.length, 12 * (points.length + gateways.length + 4));
    for (const { key, points: on, deadlines, acknowledgements } of open) {
      atMost(`contributors of ${key}`, on.length, state.rules.slots.rows + state.engineSlots.names.length);
      atMost(`deadlines of ${key}`, deadlines.length, DEADLINE_PURPOSES.length);
      atMost(`answers of ${key}`, acknowledgements.length, ANSWERS_KEPT);
    }
    this.checkCells(day, input);
  }

  /** Of the same points the memory is as large as it was. */
  private checkCells(day: PlantDay, input: Input): void {
    const { points, engineSlots, rules } = day.state;
    const { header } = encodeState(day.state);
    const rows = `${points.rows} ${engineSlots.names.length} ${rules.slots.rows}`;
    const cells = header.rules.tables.reduce((sum, table) => sum + table.rows, 0);
    if (rows === this.rows && cells !== this.cells)
      wrong(day, input, `${cells} rows of rules, and there were ${this.cells}`);
    this.rows = rows;
    this.cells = cells;
  }

  private checkReasons(day: PlantDay, input: Input): void {
    const { refusals, outcomes, configurations } = day.out;
    for (const { reason } of refusals) {
      if (!REFUSAL_REASONS.includes(reason)) wrong(day, input, `refused for no reason: ${reason}`);
    }
    for (const { code } of outcomes) if (!OUTCOME_CODES.includes(code)) wrong(day, input, `answered by ${code}`);
    if (input.kind === 'command' && outcomes.length !== 1) wrong(day, input, `${outcomes.length} answers to a command`);
    for (const { applied, errors, progress } of configurations) {
      if (!applied && errors.length === 0 && progress === undefined)
        wrong(day, input, 'nothing applied, and no reason');
    }
    if (input.kind !== 'readings') return;
    const { verdict, count } = input.batch;
    const refused = verdict.slice(0, count).filter((code) => REFUSAL_OF_VERDICT[code] !== undefined);
    if (verdict.some((code) => !KNOWN_VERDICTS.has(code))) wrong(day, input, `verdicts ${verdict.join()}`);
    if (refused.length !== refusals.length) wrong(day, input, `${refused.length} refused, ${refusals.length} told`);
  }
}
