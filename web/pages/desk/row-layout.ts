/**
 * How high a row is, by the width of the screen: as many lines as the words of a row need there. All rows are alike, so that
 * nothing moves under the pointer when a text grows. The same widths stand in table.css.
 */
import { signal } from '@preact/signals';

interface Layout {
  readonly query: string;
  readonly rowPx: number;
}

/** The first that fits; `all` always does. */
const LAYOUTS: readonly [...Layout[], Layout] = [
  { query: '(max-width: 600px)', rowPx: 140 },
  { query: '(max-width: 1240px)', rowPx: 104 },
  { query: '(max-width: 1700px)', rowPx: 68 },
  { query: 'all', rowPx: 48 },
];

const lists = LAYOUTS.map(({ query, rowPx }) => ({ list: matchMedia(query), rowPx }));
const fitting = (): number => lists.find(({ list }) => list.matches)?.rowPx ?? 0;

export const rowPx = signal(fitting());
for (const { list } of lists) {
  list.addEventListener('change', () => {
    rowPx.value = fitting();
  });
}
