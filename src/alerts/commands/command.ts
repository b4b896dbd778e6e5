/** What an operator command is to the book: one file each, its own refusal and its own effect. Shapes only. */
import type { BodyOf, Command, CommandKind, OutcomeCode } from '../../model/command.ts';
import type { OpenAlert } from '../open-alert.ts';
import type { BookContext, News } from '../tell.ts';

export interface Refusal {
  readonly code: Exclude<OutcomeCode, 'applied'>;
  readonly by?: string;
}

interface Asked<K extends CommandKind> {
  readonly command: Command;
  readonly body: BodyOf<K>;
  readonly ctx: BookContext;
}

/** What a performed command is told as; `closes` where the occurrence ends with it, `returns` where its condition does. */
export interface Done extends News {
  readonly closes?: boolean;
  readonly returns?: boolean;
}

export interface AlertCommand<K extends CommandKind> {
  readonly kind: K;
  /** Said about the alert whatever has happened since the person looked. */
  readonly anyTime: boolean;
  /** Taken while the log cannot be written: what a person says then must be heard again later. */
  readonly unsaved: boolean;
  /** The first thing that stands against it as the alert is now. */
  refusal(alert: OpenAlert, asked: Asked<K>): Refusal | undefined;
  /** Changes the record and says what is to be told. */
  apply(alert: OpenAlert, asked: Asked<K>): Done;
  /** What the rules let go of before it is applied; absent: nothing. */
  readonly letsGo?: LettingGo<BodyOf<K>>;
}

/**
 * `latch`: of the latch of these slots, whose levels fall to what the readings have confirmed. `sight`: of these slots
 * altogether, whose points observe nothing until they are seen again.
 */
interface LettingGo<B> {
  readonly of: LetGo['of'];
  slots(alert: OpenAlert, body: B): readonly number[];
}

/** Slots to let go of, and what of them. */
export interface LetGo {
  readonly of: 'latch' | 'sight';
  readonly slots: readonly number[];
}
