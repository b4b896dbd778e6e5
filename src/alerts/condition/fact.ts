/**
 * What an input says of alarm conditions, as the book takes it: one ordered list an input. Shapes only.
 */
import type { EpochMs } from '../../model/time.ts';
import type { Contribution, GroupRef, PointNumbers } from '../record.ts';

/** Why a contributor ends: good readings, another limit or rule, or another alert that tells it from now on. */
export type EndCause = 'cleared' | 'limit-changed' | 'told-elsewhere';

export type Fact =
  /**
   * A slot stands at this, or has ended where `contribution` is undefined. May be repeated; a level below the one before lets
   * the grade come down in time. To be said again when a level first known from an uncertain reading is confirmed by a good one.
   */
  | {
      readonly kind: 'level';
      readonly group: GroupRef;
      readonly slot: number;
      readonly at: EpochMs;
      readonly contribution: Contribution | undefined;
      readonly cause: EndCause;
      /** Gateway or service whose alert tells it from now on, where one does. */
      readonly toldIn?: string | undefined;
      /** The slot's numbers at that moment; absent: as they are now. */
      readonly numbers?: PointNumbers | undefined;
      /** It is said again for a further bulletin. */
      readonly hasNews?: boolean | undefined;
    }
  /** A slot in alarm lost or regained good sight. */
  | {
      readonly kind: 'sight';
      readonly slot: number;
      readonly blind: boolean;
      readonly at: EpochMs;
      readonly numbers?: PointNumbers | undefined;
    }
  /** A good reading of a point that belongs to this key was judged (event-driven points: a tick with their gateway online). */
  | { readonly kind: 'sampled'; readonly key: string; readonly point: string; readonly at: EpochMs }
  /** A breach that came to light too late for its delays, or was already over when its readings arrived. */
  | { readonly kind: 'missed'; readonly group: GroupRef; readonly contribution: Contribution };

export type LevelFact = Extract<Fact, { kind: 'level' }>;
export type SightFact = Extract<Fact, { kind: 'sight' }>;
export type MissedFact = Extract<Fact, { kind: 'missed' }>;
