// What the documents say about roles, settings, errors and metrics is printed from the program: none of it may be stale.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SECTIONS } from '../../scripts/docs/all.ts';
import { filled, table } from '../../scripts/docs/sections.ts';

describe('printed documents', () => {
  it.each(SECTIONS)('docs/$file says of $name what the program does', (section) => {
    const document = readFileSync(`docs/${section.file}`, 'utf8');
    expect(filled(document, section), 'run: npm run docs').toBe(document);
  });

  it('a section without its marks is an error, not silence', () => {
    expect(() => filled('nothing here', { file: 'x.md', name: 'y', print: () => '' })).toThrow('docs/x.md');
  });

  it('a bar in a cell does not make a column', () => {
    expect(table(['a'], [['x|y']])).toBe('| a |\n|---|\n| x\\|y |');
  });
});
