// The grade is never below what the ladder says of who stands on the alert, nor above it without having been there: it rises
// to what the ladder says, and comes down by one step after good readings have shown less for the whole hold,.
// The ladder is the plain one, which looks at everybody again.

import { gradingInputOf } from '../../../src/alerts/grade/input.ts';
import type { AlertRecord } from '../../../src/alerts/record.ts';
import type { Input } from '../../../src/engine/input.ts';
import { plainLadder } from '../../alerts/plain-ladder.ts';
import type { PlantDay, Watch } from '../day/plant-day.ts';
import { wrong } from './facts.ts';

const HOLD_MS = 600_000;

interface Seen {
  readonly grade: number;
  readonly active: boolean;
  /** Engine time since which the ladder has shown less than the alert's grade; undefined while it does not. */
  readonly lessSince: number | undefined;
}

export class Grades implements Watch {
  private seen = new Map<string, Seen>();
  private tickAt = 0;
  looked = 0;

  after(day: PlantDay, input: Input): void {
    const now = new Map<string, Seen>();
    const { at } = day.state;
    if (input.kind === 'tick') this.tickAt = at;
    for (const record of day.state.book.open) {
      const { id, grade, flags, group } = record;
      const before = this.seen.get(id);
      if (!flags.active) {
        now.set(id, { grade, active: false, lessSince: undefined });
        continue;
      }
      this.looked++;
      // What time alone makes worse is due at the tick.
      const { grade: plain } = plainLadder(gradingInputOf(record, group, this.tickAt));
      if (grade < plain) wrong(day, input, `${record.key} has grade ${grade}, the ladder says ${plain}`);
      const { grade: byNow } = plainLadder(gradingInputOf(record, group, at));
      this.checkAbove(day, input, record, byNow, before);
      if (before?.active === true && grade < before.grade) this.checkEased(day, input, record, before);
      const isLess = plain < grade;
      const lessSince = grade === before?.grade && before.active ? before.lessSince : undefined;
      now.set(id, { grade, active: true, lessSince: isLess ? (lessSince ?? at) : undefined });
    }
    this.seen = now;
  }

  /** One message may hold a rise and a fall: then what it was in between is told. */
  private checkAbove(day: PlantDay, input: Input, { id, key, grade }: AlertRecord, plain: number, before?: Seen): void {
    if (grade <= Math.max(plain, before?.grade ?? 0)) return;
    const several = input.kind === 'readings' && input.batch.count > 1;
    if (several && day.out.transitions.some(({ alert }) => alert.id === id)) return;
    wrong(day, input, `${key} has grade ${grade}, the ladder says ${plain}, and it had ${before?.grade ?? 'none'}`);
  }

  private checkEased(day: PlantDay, input: Input, { id, key, grade }: AlertRecord, before: Seen): void {
    const told = day.out.transitions.filter(({ alert }) => alert.id === id).map(({ change }) => change);
    if (told.includes('re-raised')) return;
    if (grade !== before.grade - 1 || !told.includes('eased'))
      wrong(day, input, `${key} went from grade ${before.grade} to ${grade}: ${told.join(', ')}`);
    const { lessSince } = before;
    if (lessSince === undefined || day.state.at - lessSince < HOLD_MS)
      wrong(day, input, `${key} was eased before the hold was over`);
  }
}
