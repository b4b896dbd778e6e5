/**
 * A grade as colour, shape and character together; no part of it stands alone anywhere on the screen.
 */
import type { Grade } from '../../live/alert-list.ts';
import { alertWords } from '../../words/alerts.ts';

export const SHAPES: Readonly<Record<Grade, string>> = { red: '■', orange: '▲', yellow: '▼', blue: '●' };

export function Badge({ grade }: { grade: Grade }) {
  return (
    <span class={`badge ${grade}`} title={alertWords.value.gradeLong[grade]}>
      <i aria-hidden="true">{SHAPES[grade]}</i>
      {alertWords.value.grade[grade]}
    </span>
  );
}
