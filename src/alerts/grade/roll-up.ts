/**
 * From points to monitoring items to the whole of an installation, by numbers of what is coloured (GB 39496-2020, 5.5.4): four
 * blue points of one item make it yellow, three yellow ones orange, two orange ones red. Colours are counted, not levels
 * (colour.ts): a point whose own limit or floor is red is no orange one. What an item comes to is a floor of its points
 * (floors.ts). Across items the same numbers carry on: four blue items count as one yellow item, and so on; the
 * installation is as its worst. An item is the highest rule that it meets, without carry: our reading, the text is cut there.
 */
import type { Reason } from '../../model/alert.ts';
import type { Grade } from '../../model/grade.ts';
import { GRADE_NAMES } from '../../model/grade.ts';
import type { Floor } from '../../model/point.ts';
import type { Counted } from './counted.ts';

const BLUE: Grade = 1;
const YELLOW: Grade = 2;
const ORANGE: Grade = 3;
const RED: Grade = 4;

export interface RolledUp {
  readonly grade: Grade;
  readonly reason: Reason;
}

/** The grade that the items come to together; undefined where there are none. */
export function rollUp(counted: Counted): RolledUp | undefined {
  const items = new Map<string, Grade>();
  const numbers: Partial<Record<Grade, number>> = {};
  let basis = '';
  for (const floor of counted.floors) {
    const { item } = floor;
    if (item === undefined) continue;
    basis = floor.basis.source;
    numbers[(floor.grade - 1) as Grade] = floor.points;
    const grade = Math.max(items.get(item) ?? 0, ofPoints(counted, floor)) as Grade;
    if (grade > 0) items.set(item, grade);
  }
  if (items.size === 0) return undefined;
  const count = (grade: Grade): number => [...items.values()].filter((one) => one === grade).length;
  const carried = (below: number, grade: Grade): number =>
    Math.floor(below / (numbers[grade] ?? Number.POSITIVE_INFINITY));
  const blue = count(BLUE);
  const yellow = count(YELLOW) + carried(blue, BLUE);
  const orange = count(ORANGE) + carried(yellow, YELLOW);
  const red = count(RED) + carried(orange, ORANGE);
  const grade = red > 0 ? RED : orange > 0 ? ORANGE : yellow > 0 ? YELLOW : BLUE;
  const detail: Record<string, string | number> = { basis };
  for (const [item, one] of [...items].sort()) detail[item] = GRADE_NAMES[one];
  return { grade, reason: { step: 'roll-up', value: grade, detail } };
}

/** An item is at least as its worst point, and what so many of them make it. */
function ofPoints(counted: Counted, floor: Floor): Grade | 0 {
  if (counted.sharing(floor) >= floor.points) return floor.grade;
  return [RED, ORANGE, YELLOW, BLUE].find((colour) => counted.hasColour(floor, colour)) ?? 0;
}
