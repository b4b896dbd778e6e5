/**
 * An operator's day as a text table: what happens at a time of day, and what the alert book then tells. Drives a real book
 * with fired timers; it asserts nothing itself.
 *
 *     08:00 | GD-101 H              | raised unacknowledged yellow ♪
 *     08:01 | enterprise ack        | acknowledged acknowledged yellow
 *     08:02 | GD-101 clear          | cleared normal yellow
 *
 * Points: `P H`, `P HH? ` (only uncertain evidence), `P clear`, `P limit-changed`, `P blind`, `P sees`, `P good` (a good
 * reading), `P missed H`, `P stuck HH`. People: `LEVEL ack|comment|verify|reset|close [cause [note]]`, with `unseen` in the end
 * when they had not seen the newest transition. `wait` lets time pass.
 */
import { Book } from '../../src/alerts/book.ts';
import type { EndCause, Fact } from '../../src/alerts/condition/fact.ts';
import type { GradingInput, GradingResult } from '../../src/alerts/grade/grading.ts';
import { keyOf } from '../../src/alerts/key.ts';
import type { Contribution, GroupRef, PointNumbers } from '../../src/alerts/record.ts';
import type { BookContext } from '../../src/alerts/tell.ts';
import type { DutyLevel, Transition } from '../../src/model/alert.ts';
import type { CommandKind, Outcome } from '../../src/model/command.ts';
import type { Level, LevelName } from '../../src/model/level.ts';
import { LEVEL_NAMES } from '../../src/model/level.ts';
import type { CommandOptions } from '../support/build/command.ts';
import { commandOf } from '../support/build/command.ts';

export const MIDNIGHT = 1_763_740_800_000;

export const GAS: GroupRef = {
  kind: 'hazard',
  enterprise: 'yt-chem',
  division: '320921',
  source: 'yt-chem/tank-farm-1',
  hazard: 'flammable-gas',
  sourceClass: 'B',
  response: 'process',
  exercise: false,
};

export const GATEWAY_OFFLINE: GroupRef = {
  ...GAS,
  kind: 'device',
  source: 'yt-chem/~gw1',
  hazard: 'offline',
  subject: 'yt-chem/~gw1',
  deviceGrade: 1,
};

/** A contribution of a gas head as the engine would make it; options that are set are what the test is about. */
export function contribution(
  options: Partial<Contribution> & Pick<Contribution, 'slot' | 'level' | 'at'>,
): Contribution {
  return {
    point: `yt-chem/P-${options.slot}`,
    number: options.slot,
    rule: 'limits-high',
    uncertain: false,
    latched: false,
    offDelayMs: 60_000,
    floors: [],
    persistenceMs: 600_000,
    responseMs: 900_000,
    ...options,
  };
}

/** The engine's half of a book: counters, timers, live numbers, and everything that was told. */
export class Desk implements BookContext {
  book = new Book();
  at = MIDNIGHT;
  readonly partition = 0;
  input = 0;
  receivedAt = MIDNIGHT;
  unsaved = false;
  seq = 0;
  told: Transition[] = [];
  sealed: { alertId: string; seq: number; grading: GradingInput; result: GradingResult }[] = [];
  timers: { alertId: string; dueAt: number }[] = [];
  numbers = new Map<number, PointNumbers>();
  private index = 0;

  /** The next input, at this engine time; timers due by then are fired first, each at its own instant, or not at all. */
  next(at: number, punctual = true): void {
    while (punctual) {
      const due = this.timers.filter((timer) => timer.dueAt <= at).sort((a, b) => a.dueAt - b.dueAt)[0];
      if (due === undefined) break;
      this.timers.splice(this.timers.indexOf(due), 1);
      this.begin(Math.max(this.at, due.dueAt));
      this.book.due(due.alertId, this);
    }
    this.begin(at);
  }

  private begin(at: number): void {
    this.at = at;
    this.receivedAt = at;
    this.input++;
    this.index = 0;
  }

  emit(transition: Transition): void {
    this.told.push(transition);
  }
  nextSeq(): number {
    return ++this.seq;
  }
  nextIndex(): number {
    return this.index++;
  }
  describe(slot: number): PointNumbers {
    return this.numbers.get(slot) ?? {};
  }
  arm(alertId: string, dueAt: number): void {
    this.timers.push({ alertId, dueAt });
  }
  worsened(alertId: string, seq: number, grading: GradingInput, result: GradingResult): void {
    this.sealed.push({ alertId, seq, grading, result });
  }

  get openId(): string {
    return [...this.book.open][0]?.id ?? this.told.at(-1)?.alert.id ?? '';
  }

  apply(...facts: readonly Fact[]): void {
    this.book.apply(facts, this);
  }
  contribute(group: GroupRef, c: Contribution): void {
    this.apply({ kind: 'level', group, slot: c.slot, at: c.at, contribution: c, cause: 'cleared' });
  }
  withdraw(group: GroupRef, slot: number, cause: EndCause = 'cleared'): void {
    this.apply({ kind: 'level', group, slot, at: this.at, contribution: undefined, cause });
  }
  blind(slot: number, blind: boolean, at = this.at): void {
    this.apply({ kind: 'sight', slot, blind, at });
  }
  missed(group: GroupRef, c: Contribution): void {
    this.apply({ kind: 'missed', group, contribution: c });
  }
  /** A good reading of the first that stands or stood in the alert. */
  sampled(key: string, at = this.at): void {
    const [first] = [...this.book.open].find((alert) => alert.key === key)?.points ?? [];
    this.apply({ kind: 'sampled', key, point: first?.point ?? '', at });
  }

  command(kind: CommandKind, level: DutyLevel, options: CommandOptions = {}): Outcome {
    const commandId = `c${this.input}`;
    const seen = { alertId: this.openId, seenSeq: this.seq };
    const command = commandOf(kind, { commandId, actor: `${level}-duty`, level, ...seen, ...options });
    return this.book.refusal(command, this) ?? this.book.perform(command, this);
  }
}

const LEVELS: readonly string[] = ['enterprise', 'park', 'town', 'county', 'city', 'province'];
const KINDS: Readonly<Record<string, CommandKind>> = {
  ack: 'acknowledge',
  comment: 'comment',
  verify: 'verify',
  reset: 'reset',
  close: 'close',
};

const worded = (t: Transition): string =>
  [t.change, t.alert.state, t.alert.grade, ...(t.annunciate ? ['♪'] : [])].join(' ');

function instant(time: string): number {
  const [hours, minutes, seconds = '0'] = time.split(':');
  return MIDNIGHT + ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
}

/** Plays the table and gives it back with the third column as it really was: compare it with the table itself. */
export function play(
  table: string,
  options: { group?: GroupRef; points?: Partial<Contribution>; desk?: Desk } = {},
): string {
  const desk = options.desk ?? new Desk();
  const group = options.group ?? GAS;
  const slots = new Map<string, number>();
  return rowsOf(table)
    .map(([time, what]) => {
      const from = desk.told.length;
      desk.next(instant(time));
      const answer = happen(desk, group, options.points ?? {}, slots, what.split(' '));
      const told = desk.told.slice(from).map(worded);
      const result = answer === undefined ? told : [...told, answer];
      return `${time} | ${what} | ${result.length === 0 ? '-' : result.join(', ')}`;
    })
    .join('\n');
}

/** The table in the same form `play` answers in. */
export function expected(table: string): string {
  return rowsOf(table)
    .map((row) => row.join(' | '))
    .join('\n');
}

function rowsOf(table: string): string[][] {
  const lines = table.split('\n').map((line) => line.trim());
  return lines
    .filter((line) => line !== '')
    .map((line) => line.split('|').map((cell) => cell.trim().replace(/ +/g, ' ')));
}

function happen(
  desk: Desk,
  group: GroupRef,
  points: Partial<Contribution>,
  slots: Map<string, number>,
  words: readonly string[],
): string | undefined {
  const [who, verb, word] = words;
  if (who === 'wait') return undefined;
  if (LEVELS.includes(who)) {
    const unseen = words.includes('unseen') ? { seenSeq: desk.seq - 1 } : {};
    const [cause, ...note] = verb === 'close' ? words.slice(2).filter((said) => said !== 'unseen') : [];
    const outcome = desk.command(KINDS[verb], who as DutyLevel, { ...unseen, cause, note: note.join(' ') });
    if (outcome.code === 'applied') return undefined;
    return `refused ${outcome.code}${outcome.by === undefined ? '' : ` by ${outcome.by}`}`;
  }
  if (!slots.has(who)) slots.set(who, slots.size);
  const slot = slots.get(who)!;
  const of = (name: string, more: Partial<Contribution> = {}): Contribution => {
    const level = LEVEL_NAMES.indexOf(name.replace(/[?!]/, '') as LevelName) as Level;
    const evidence = { uncertain: name.endsWith('?'), latched: name.endsWith('!') };
    return contribution({ slot, level, at: desk.at, point: `yt-chem/${who}`, ...points, ...evidence, ...more });
  };
  if (verb === 'clear') desk.withdraw(group, slot);
  else if (verb === 'limit-changed') desk.withdraw(group, slot, 'limit-changed');
  else if (verb === 'blind' || verb === 'sees') desk.blind(slot, verb === 'blind');
  else if (verb === 'good') desk.sampled(keyOf(group));
  else if (verb === 'missed') desk.missed(group, of(word));
  else desk.contribute(group, of(verb));
  return undefined;
}
