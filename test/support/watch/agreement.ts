// Rules, alert book, fault table and observers tell the same story after every input: each keeps what the others say.
import { meaningOf, slotOf } from '../../../src/engine/engine-slots.ts';
import { IN_PARENT, OWN_ROW, SILENT } from '../../../src/engine/fault-table.ts';
import type { Input } from '../../../src/engine/input.ts';
import { AWAITED, BY_ITSELF, SEEN } from '../../../src/engine/observers.ts';
import { FLAG_BLIND, FLAGS, levelOf, STATE_WIDTH } from '../../../src/rules/slots.ts';
import type { PlantDay, Watch } from '../day/plant-day.ts';
import { presentOf, wrong } from './facts.ts';

export class Agreement implements Watch {
  after(day: PlantDay, input: Input): void {
    const say = (said: string): never => wrong(day, input, said);
    rulesAndBook(day, say);
    faultsAndBook(day, say);
    gatewaysAndFaults(day, say);
    pointsAndFaults(day, say);
    observers(day, say);
  }
}

type Say = (said: string) => never;

function rulesAndBook({ state: { rules, book } }: PlantDay, say: Say): void {
  const records = new Map(
    [...book.open].flatMap(({ points }) => points.filter((p) => p.active).map((p) => [p.slot, p])),
  );
  for (let slot = 0; slot < rules.slots.rows; slot++) {
    const level = levelOf(rules.slots, slot);
    const record = records.get(slot);
    const name = `slot ${slot} ${rules.ruleOf(slot)}`;
    if (level > 0 !== book.contributes(slot))
      say(`${name}: level ${level}, and the book says ${book.contributes(slot)}`);
    if (record === undefined) continue;
    if (record.level !== level) say(`${name}: level ${level}, and the book says ${record.level}`);
    const blind = (rules.slots.col.state[slot * STATE_WIDTH + FLAGS] & FLAG_BLIND) !== 0;
    if (blind !== (record.blindSince !== null)) say(`${name}: blind ${blind}, and the book says ${record.blindSince}`);
  }
}

function faultsAndBook({ state }: PlantDay, say: Say): void {
  const { faults, book, engineSlots, registry } = state;
  const { stands, cause } = faults.col;
  for (const [row, name] of engineSlots.names.entries()) {
    const meaning = meaningOf(name);
    if (meaning.kind === 'cause') continue;
    const told = book.contributes(slotOf(row));
    if (meaning.kind === 'fault') {
      if ((stands[row] === OWN_ROW) !== told) say(`${name} stands ${stands[row]}, told ${told}`);
      continue;
    }
    const group = registry.observers.get(meaning.group);
    if (group === undefined) continue;
    const own = stands[row] !== SILENT && cause[row] === BY_ITSELF;
    if (own !== told) say(`${name} stands ${stands[row]} by ${cause[row]}, told ${told}`);
    if (stands[row] !== SILENT && cause[row] === SEEN) say(`${name} stands without a cause`);
    if (stands[row] === SILENT || cause[row] <= BY_ITSELF) continue;
    const isTold = [...book.open].some(({ points }) => points.some((p) => p.active && p.about?.includes(group.key)));
    if (!isTold) say(`${name}, taken by ${cause[row]}, is told nowhere`);
  }
  if (engineSlots.names.some((_, row) => stands[row] === IN_PARENT && book.contributes(slotOf(row)))) {
    say('an alarm stands by itself and in another');
  }
}

function gatewaysAndFaults(day: PlantDay, say: Say): void {
  const { gateways, registry } = day.state;
  registry.gateways.forEach(({ enterprise, id }, i) => {
    for (const fault of ['silent', 'offline'] as const) {
      const isSo = gateways.col[fault][i] !== 0;
      if (isSo !== presentOf(day, `${enterprise}/~${id}`, fault)) say(`${id} ${fault} ${isSo}, and its alarm is not`);
    }
  });
}

function pointsAndFaults(day: PlantDay, say: Say): void {
  const { points, registry } = day.state;
  const { faulty, silent, lostBy } = points.col;
  registry.points.forEach(({ id, intervalMs }, i) => {
    const isSilent = presentOf(day, id, 'silent');
    if (faulty[i] === 1 && !presentOf(day, id, 'bad-quality')) say(`${id} is unusable, and its alarm is not`);
    if (isSilent && silent[i] === 0) say(`${id} is told as silent, and was heard`);
    // What speaks on change only may have been lost by itself, and then with its gateway, which tells it.
    if (silent[i] !== 0 && lostBy[i] === BY_ITSELF && faulty[i] === 0 && !isSilent && intervalMs !== null)
      say(`${id} is silent by itself, untold`);
    if (silent[i] !== 0 && (lostBy[i] === SEEN || lostBy[i] === AWAITED)) say(`${id} is silent, and seen`);
  });
}

function observers({ state }: PlantDay, say: Say): void {
  const { lostBy } = state.points.col;
  for (const group of state.registry.observers.values()) {
    const { lost, awaited } = state.coverage.tally(state, group);
    const who = (by: (cause: number) => boolean) => group.points.filter((number) => by(lostBy[number])).length;
    const counted = who((by) => by !== SEEN && by !== AWAITED);
    if (lost !== counted) say(`${group.key}: ${lost} lost, counted anew ${counted}`);
    if (awaited !== who((by) => by === AWAITED)) say(`${group.key}: ${awaited} awaited, counted anew otherwise`);
  }
}
