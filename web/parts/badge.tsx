/**
 * A grade as colour, shape and character together; no part of it stands alone anywhere on the screen.
 */

import { words } from '../live/desk.ts';
import type { Grade } from '../pages/desk/alert-list.ts';

export const SHAPES: Readonly<Record<Grade, string>> = { red: '■', orange: '▲', yellow: '▼', blue: '●' };

export function Badge({ grade }: { grade: Grade }) {
  return (
    <span class={`badge ${grade}`} title={words.value.gradeLong[grade]}>
      <i aria-hidden="true">{SHAPES[grade]}</i>
      {words.value.grade[grade]}
    </span>
  );
}
