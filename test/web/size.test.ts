// What the browser has to load before the first alert can show, and that the schemas' library is not part of it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { builtWeb } from './support/built-web.ts';

const KB = 1_000;
const FIRST_JS_MAX = 60 * KB;
const ALL_JS_MAX = 220 * KB;
const CSS_MAX = 20 * KB;

describe('size of the dashboard', () => {
  let folder: string;
  let page: string;
  beforeAll(async () => {
    folder = await builtWeb();
    page = readFileSync(join(folder, 'index.html'), 'utf8');
  });

  const assets = (ending: string): string[] =>
    readdirSync(join(folder, 'assets')).filter((name) => name.endsWith(ending));
  const text = (name: string): string => readFileSync(join(folder, 'assets', name), 'utf8');
  const packed = (names: readonly string[]): number =>
    names.reduce((sum, name) => sum + gzipSync(readFileSync(join(folder, 'assets', name))).length, 0);

  it('keeps what is needed for the first alert, and everything, within its budget', () => {
    const first = assets('.js').filter((name) => page.includes(name));
    expect(first).toHaveLength(1);
    expect(packed(first)).toBeLessThan(FIRST_JS_MAX);
    expect(packed(assets('.js'))).toBeLessThan(ALL_JS_MAX);
    expect(packed(assets('.css'))).toBeLessThan(CSS_MAX);
  });

  it('names its files by their content and no outside address', () => {
    for (const name of readdirSync(join(folder, 'assets'))) expect(name).toMatch(/-[\w-]{8}\.\w+$/);
    // Names of XML namespaces, and the help page that socket.io names in a warning; nobody asks for either.
    const known = /^https?:\/\/(www\.w3\.org|localhost|socket\.io$)/;
    for (const name of [...assets('.js'), ...assets('.css')]) {
      const addresses = text(name).match(/https?:\/\/[\w.]+/g) ?? [];
      expect(addresses.filter((address) => !known.test(address))).toEqual([]);
    }
    expect(page).not.toMatch(/https?:\/\//);
  });

  it('leaves zod out', () => {
    for (const name of assets('.js')) expect(text(name)).not.toMatch(/ZodType|ZodError|\$constructor/);
  });
});
