// Parts of documents that are printed from the product: where they stand, and how a document is filled with them. What
// is printed stands between two marks; everything else in a document is written by hand.

export type Section = {
  /** Below docs/. */
  readonly file: string;
  readonly name: string;
  print(): string;
};

const begin = (name: string): string => `<!-- printed: ${name} -->`;
const END = '<!-- end of printed -->';

/** The document with its section replaced. A document without the two marks is an error: nothing would be printed. */
export function filled(document: string, { file, name, print }: Section): string {
  const start = document.indexOf(begin(name));
  const end = document.indexOf(END, start);
  if (start < 0 || end < 0) throw new Error(`docs/${file}: no "${begin(name)}" with "${END}" after it`);
  return `${document.slice(0, start + begin(name).length)}\n${print().trim()}\n${document.slice(end)}`;
}

/** A table of Markdown; bars in cells are escaped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((c) => c.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)].join('\n');
}
