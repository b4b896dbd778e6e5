// What the documents say about roles, settings, errors and metrics is printed from the program: none of it may be stale.
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { SECTIONS } from '../../scripts/docs/all.ts';
import { filled, table } from '../../scripts/docs/sections.ts';
import type * as roles from '../../src/api/policy/roles.ts';

const documentOf = (file: string): string => readFileSync(`docs/${file}`, 'utf8');

describe('printed documents', () => {
  it.each(SECTIONS)('docs/$file says of $name what the program does', (section) => {
    const document = documentOf(section.file);
    expect(filled(document, section), 'run: npm run docs').toBe(document);
  });

  it('a section without its marks is an error, not silence', () => {
    expect(() => filled('nothing here', { file: 'x.md', name: 'y', print: () => '' })).toThrow('docs/x.md');
  });

  it('a bar in a cell does not make a column', () => {
    expect(table(['a'], [['x|y']])).toBe('| a |\n|---|\n| x\\|y |');
  });
});

/** What one table of the program would be with one cell of it changed; everything else of its module as it is. */
interface Edit {
  readonly section: string;
  readonly of: string;
  readonly change: (program: Readonly<Record<string, never>>) => object;
}

const edit = <M>(section: string, of: string, change: (program: M) => object): Edit => ({
  section,
  of,
  change: change as Edit['change'],
});

const inText = (text: string, from: string, to: string): string => {
  expect(text).toContain(from);
  return text.replace(from, to);
};

const EDITS: readonly Edit[] = [
  edit<typeof import('../../src/alerts/state/table.ts')>(
    'life cycle',
    '../../src/alerts/state/table.ts',
    (program) => ({
      LIFECYCLE_TEXT: inText(program.LIFECYCLE_TEXT, 'reset               | l', 'reset               | i'),
    }),
  ),
  edit<typeof roles>('roles', '../../src/api/policy/roles.ts', ({ ROLES_TABLE, parseRoles }) => {
    const edited = parseRoles(inText(ROLES_TABLE, 'leader          | yes  | -', 'leader          | yes  | yes'));
    return { roleRight: (role: 'leader', act: 'acknowledge') => edited[role][act] };
  }),
  edit<typeof import('../../src/model/closing.ts')>('closing', '../../src/model/closing.ts', ({ CLOSING_TERMS }) => {
    const { hazard, device } = CLOSING_TERMS;
    return { CLOSING_TERMS: { device, hazard: { ...hazard, red: { ...hazard.red, note: false } } } };
  }),
  edit<typeof import('../../src/app/config.ts')>('settings', '../../src/app/config.ts', ({ settings }) => ({
    settings: () => settings().map((one) => (one.key === 'http.port' ? { ...one, fallback: 8081 } : one)),
  })),
  edit<typeof import('../../src/api/shapes/error-codes.ts')>(
    'errors',
    '../../src/api/shapes/error-codes.ts',
    ({ ERROR_CODES }) => ({
      ERROR_CODES: { ...ERROR_CODES, 'too-large': { ...ERROR_CODES['too-large'], status: 400 } },
    }),
  ),
  edit<typeof import('../../src/rules/derived/functions.ts')>(
    'functions',
    '../../src/rules/derived/functions.ts',
    ({ FUNCTION_DEFINITIONS }) => ({ FUNCTION_DEFINITIONS: FUNCTION_DEFINITIONS.slice(1) }),
  ),
  edit<typeof import('../../src/app/ports/health.ts')>('metrics', '../../src/app/ports/health.ts', (program) => ({
    FIGURES_TOLD: program.FIGURES_TOLD.map((one, i) => (i === 0 ? { ...one, help: 'Something else' } : one)),
  })),
  edit<typeof import('../../src/api/metrics.ts')>('metrics', '../../src/api/metrics.ts', ({ liveFamilies }) => ({
    liveFamilies: (live: Parameters<typeof liveFamilies>[0]) => liveFamilies(live).slice(1),
  })),
];

describe('a table of the program that is edited makes its document stale', () => {
  afterEach(() => vi.resetModules());

  it.each(EDITS)('$section, by $of', async ({ section, of, change }) => {
    vi.resetModules();
    vi.doMock(of, async (original) => {
      const program = await original<Readonly<Record<string, never>>>();
      return { ...program, ...change(program) };
    });
    const edited = (await import('../../scripts/docs/all.ts')).SECTIONS;
    vi.doUnmock(of);
    const stale = edited.filter((one) => filled(documentOf(one.file), one) !== documentOf(one.file));
    expect(stale.map(({ name }) => name)).toEqual([section]);
  });

  it('is shown of every printed part', () => {
    expect([...new Set(EDITS.map(({ section }) => section))]).toEqual(SECTIONS.map(({ name }) => name));
  });
});
