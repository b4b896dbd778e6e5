// Nothing is skipped silently: every scenario is played or called open with what it waits for, once, and the printed page
// says so.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SCENARIOS } from './catalogue.ts';

const folder = new URL('.', import.meta.url).pathname;
const played = readdirSync(folder)
  .filter((name) => name.endsWith('.test.ts'))
  .flatMap((name) => [...readFileSync(`${folder}${name}`, 'utf8').matchAll(/\bscenario\('([^']+)'/g)])
  .map(([, id]) => id);

describe('the catalogue of scenarios', () => {
  it('names each once, and each is played once or open', () => {
    const ids = SCENARIOS.map(({ id }) => id);
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
    expect(played.filter((id, i) => played.indexOf(id) !== i)).toEqual([]);
    const closed = SCENARIOS.filter(({ open }) => open === undefined).map(({ id }) => id);
    expect([...closed].sort()).toEqual([...played].sort());
  });

  it('stands in docs/scenarios.md as it is', () => {
    const page = readFileSync(new URL('../../docs/scenarios.md', import.meta.url), 'utf8');
    const lines = SCENARIOS.map(({ id, title, open, missing = [] }) => {
      const outcome = open === undefined ? (missing.length > 0 ? 'pass in part' : 'pass') : 'open';
      return `| ${id} | ${title} | ${outcome} | ${open ?? missing.join('; ')} |`;
    });
    expect(lines.filter((line) => !page.includes(line))).toEqual([]);
  });
});
