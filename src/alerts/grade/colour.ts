/**
 * The colour that one contributor has by itself: what a roll-up of a monitoring item counts. Its level says how far it has
 * gone; a limit of its own for red, or a floor of its type at one point, says what that is called.
 */
import type { Grade } from '../../model/grade.ts';
import { GRADE_NAMES } from '../../model/grade.ts';
import { LEVEL_NAMES } from '../../model/level.ts';
import type { Floor } from '../../model/point.ts';
import type { GradingContributor } from './grading.ts';

type Coloured = Pick<GradingContributor, 'level' | 'floors'>;

function colourOf({ level, floors }: Coloured): Grade {
  let colour: Grade = level;
  for (const floor of floors) {
    const isOwn = floor.item === undefined && floor.points === 1 && level >= floor.level;
    if (isOwn && floor.grade > colour) colour = floor.grade;
  }
  return colour;
}

/** What a floor counts of a contributor: its level, or, of a floor that rolls up a monitoring item, its colour. */
export const countedBy = ({ item }: Floor, c: Coloured): Grade => (item === undefined ? c.level : colourOf(c));

/** From where on it counts them, by the name of the level or colour. */
export const thresholdName = ({ item, level }: Floor): string =>
  (item === undefined ? LEVEL_NAMES : GRADE_NAMES)[level];
