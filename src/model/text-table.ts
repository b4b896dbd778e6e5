/**
 * Tables that people read and the program obeys: one text with a head and columns between bars, parsed when it is loaded.
 * Whatever is not as expected is an error that names its place, so that a slip of the pen never becomes a right.
 */

export type TextRow<Column extends string> = Readonly<Record<Column, string>>;

/** Rows of `text` by the word in their first column. `columns` are all there must be, in any order; none other. */
export function parseTextTable<Column extends string>(
  name: string,
  text: string,
  columns: readonly [string, ...Column[]],
): ReadonlyMap<string, TextRow<Column>> {
  const [head, ...lines] = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.split('|').map((cell) => cell.trim()));
  const problem = (what: string): never => {
    throw new Error(`table ${name}: ${what}`);
  };
  const [key, ...others] = columns;
  if (head === undefined || head[0] !== key) return problem(`the first column must be "${key}"`);
  for (const column of others) if (!head.includes(column)) problem(`no column "${column}"`);
  for (const word of head.slice(1))
    if (!(others as readonly string[]).includes(word)) problem(`unknown column "${word}"`);
  if (new Set(head).size !== head.length) problem('a column stands twice');
  const rows = new Map<string, TextRow<Column>>();
  for (const cells of lines) {
    if (cells.length !== head.length) problem(`row "${cells[0]}" has ${cells.length} cells, the head ${head.length}`);
    if (rows.has(cells[0])) problem(`row "${cells[0]}" stands twice`);
    const row = Object.fromEntries(head.map((column, i) => [column, cells[i]]));
    rows.set(cells[0], row as TextRow<Column>);
  }
  return rows;
}
