// Code about code: the project keeps its own rules, and every rule is shown to catch what it is there for.
import { describe, expect, it } from 'vitest';
import { checkFiles, checkHabits } from '../../scripts/house-rules.ts';
import type { Violation } from '../../scripts/import-rules.ts';
import { checkImports, findDeadFiles } from '../../scripts/import-rules.ts';
import type { SourceFile } from '../../scripts/source-files.ts';
import { importsOf, readSourceFiles } from '../../scripts/source-files.ts';

const project = readSourceFiles(process.cwd());

const lines = (violations: Violation[]): string[] => violations.map((v) => `${v.path}:${v.line} ${v.message}`);

describe('this project', () => {
  it('is read whole', () => {
    const paths = project.map((file) => file.path);
    expect(paths).toContain('src/model/reading.ts');
    expect(paths).toContain('test/tidy/tidy.test.ts');
  });
  it('keeps the import table', () => expect(lines(checkImports(project))).toEqual([]));
  it('has no file that nothing reaches', () => expect(lines(findDeadFiles(project))).toEqual([]));
  it('keeps its habits', () => expect(lines(checkHabits(project))).toEqual([]));
  it('names and opens its files for the reader', () => expect(lines(checkFiles(project))).toEqual([]));
});

/** A small project around one file; what it may import is there to be found. */
function withFile(path: string, text: string): SourceFile[] {
  const others = [
    'src/model/reading.ts',
    'src/rules/limit.ts',
    'src/rules/packs/definition.ts',
    'src/alerts/book.ts',
    'src/notify/sms.ts',
    'src/engine/input.ts',
    'src/engine/step.ts',
    'src/log/port.ts',
    'src/store/readings/port.ts',
    'src/ingest/topic.ts',
    'src/ingest/broker.ts',
    'src/api/schemas/alerts.ts',
    'src/api/server.ts',
    'src/app/clock.ts',
    'simulators/publish.ts',
    'web/words/alerts.ts',
    'web/live/desk.ts',
    'web/parts/detail/detail.tsx',
    'web/pages/desk/page.tsx',
    'web/pages/desk/words.ts',
    'web/pages/history/page.tsx',
    'web/shell/pages.ts',
  ];
  return [
    ...others.filter((other) => other !== path).map((other) => ({ path: other, text: '// Noun.\n' })),
    { path, text },
  ];
}

function verdict(path: string, ...imports: string[]): string {
  return lines(checkImports(withFile(path, imports.join('\n')))).join('\n');
}

describe('the import table', () => {
  const allowed: [string, string][] = [
    ['src/rules/limit.ts', "import { x } from '../model/reading.ts';"],
    ['src/engine/step.ts', "import { x } from '../alerts/book.ts';"],
    ['src/log/port.ts', "import { x } from '../engine/input.ts';"],
    ['src/log/port.ts', "import type { X } from '../engine/step.ts';"],
    ['src/api/server.ts', "import type { X } from '../store/readings/port.ts';"],
    ['src/api/server.ts', "import fastify from 'fastify';"],
    ['src/ingest/broker.ts', "import { Aedes } from 'aedes';"],
    ['simulators/publish.ts', "import { x } from '../src/ingest/topic.ts';"],
    ['web/main.tsx', "import type { X } from '../src/api/schemas/alerts.ts';"],
    ['web/pages/desk/page.tsx', "import { x } from '../../parts/detail/detail.tsx';"],
    ['web/pages/desk/page.tsx', "import { x } from './words.ts';"],
    ['web/parts/detail/detail.tsx', "import { x } from '../../live/desk.ts';"],
    ['web/shell/pages.ts', "import { x } from '../pages/desk/page.tsx';"],
    ['src/app/clock.ts', "import { x } from '../../simulators/publish.ts';"],
    ['test/x.test.ts', "import mqtt from 'mqtt';"],
  ];
  it.each(allowed)('lets %s write %s', (path, text) => expect(verdict(path, text)).toBe(''));

  const forbidden: [string, string, RegExp][] = [
    ['src/model/reading.ts', "import type { X } from '../engine/input.ts';", /model must not import .*know nobody/],
    ['src/rules/limit.ts', "import { x } from '../alerts/book.ts';", /belongs to src\/model/],
    ['src/alerts/book.ts', "import { x } from '../rules/limit.ts';", /belongs to src\/model/],
    ['src/alerts/book.ts', "import { x } from '../notify/sms.ts';", /alerts must not import/],
    ['src/engine/step.ts', "import { x } from '../log/port.ts';", /arrives as input/],
    ['src/engine/step.ts', "import { readFileSync } from 'node:fs';", /must not use node:fs/],
    ['src/engine/step.ts', "import { x } from 'zod';", /belongs in/],
    ['src/log/port.ts', "import { x } from '../engine/step.ts';", /other than as types|must not import/],
    ['src/log/port.ts', "import type { X } from '../store/readings/port.ts';", /log must not import/],
    ['src/api/server.ts', "import { x } from '../store/readings/port.ts';", /other than as types/],
    ['src/api/server.ts', "const x = await import('../app/clock.ts');", /api must not import/],
    ['simulators/publish.ts', "import { x } from '../src/app/clock.ts';", /the wire and the nouns/],
    ['web/main.tsx', "import { x } from '../src/model/reading.ts';", /knows only the contract/],
    ['web/parts/detail/detail.tsx', "import { x } from '../../pages/desk/words.ts';", /a part and no page/],
    ['web/live/desk.ts', "import type { X } from '../pages/desk/words.ts';", /how it is shown/],
    ['web/live/desk.ts', "import { x } from '../parts/detail/detail.tsx';", /how it is shown/],
    ['web/words/alerts.ts', "import { x } from '../live/desk.ts';", /words know nobody/],
    ['web/pages/history/page.tsx', "import { x } from '../desk/words.ts';", /a page is one folder/],
    ['web/pages/history/page.tsx', "import { x } from '../../shell/pages.ts';", /web\/pages must not import/],
    ['src/ingest/topic.ts', "import { Aedes } from 'aedes';", /belongs in src\/ingest\/broker\.ts/],
    ['src/api/server.ts', "import { x } from 'left-pad';", /no place yet/],
    ['src/api/server.ts', "import { x } from './missing.ts';", /not a file of the project/],
    ['src/api/server.ts', "import { x } from './schemas';", /must end in \.ts/],
    ['bench/reference/bare.ts', "import { x } from '../../src/model/reading.ts';", /measures our code twice/],
    ['test/oracle/judge.ts', "import { x } from '../../src/rules/limit.ts';", /agrees with its errors/],
  ];
  it.each(forbidden)('forbids %s to write %s', (path, text, reason) => expect(verdict(path, text)).toMatch(reason));

  it('keeps an outside client in one file', () => {
    const files = withFile('src/api/server.ts', "import { Server } from 'socket.io';");
    expect(lines(checkImports(files))).toEqual([]);
    files.push({ path: 'src/api/gateway.ts', text: "import { Server } from 'socket.io';" });
    expect(lines(checkImports(files)).join()).toMatch(/gateway\.ts and .*same outside client|same outside client/);
  });
});

describe('what a file imports', () => {
  it('is found however it is written, and not in a comment', () => {
    const text = [
      "import type { A } from './a.ts';",
      'import {',
      '  b,',
      "} from './b.ts';",
      "import './c.ts';",
      "export { d } from './d.ts';",
      "// import { no } from './no.ts';",
      " * import { no } from './no.ts';",
      "const e = await import('./e.ts'); // not import('./no.ts')",
      "new Worker(new URL('./f.js', import.meta.url));",
    ].join('\n');
    const found = importsOf(text).map((one) => `${one.line} ${one.specifier}${one.typesOnly ? ' type' : ''}`);
    expect(found).toEqual(['1 ./a.ts type', '2 ./b.ts', '5 ./c.ts', '6 ./d.ts', '9 ./e.ts', '10 ./f.js']);
  });
});

describe('dead files', () => {
  it('are those that no entry point reaches, a test not counting as one', () => {
    const files = [
      { path: 'src/app/main.ts', text: "import './start.ts';" },
      { path: 'src/app/start.ts', text: "new Worker(new URL('./worker.js', import.meta.url));" },
      { path: 'src/app/worker.ts', text: '' },
      { path: 'src/app/forgotten.ts', text: '' },
      { path: 'test/forgotten.test.ts', text: "import '../src/app/forgotten.ts';" },
    ];
    expect(findDeadFiles(files).map((dead) => dead.path)).toEqual(['src/app/forgotten.ts']);
  });
});

describe('habits', () => {
  const broken: [string, string, RegExp][] = [
    ['src/ingest/broker.ts', 'const at = Date.now();', /reads the clock/],
    ['src/engine/step.ts', 'const at = new Date().getTime();', /reads the clock/],
    ['src/log/group.ts', 'await sleep(performance.now());', /reads the clock/],
    ['src/log/group.ts', 'setTimeout(flush, 5);', /sets timers/],
    ['src/log/group.ts', "import { setTimeout as wait } from 'node:timers/promises';", /sets timers/],
    ['simulators/tank.ts', 'return level + Math.random();', /chance hides faults/],
    ['src/api/server.ts', "console.log('up');", /logger/],
    ['src/api/server.ts', 'const port = process.env.PORT;', /config\.ts/],
    ['src/api/server.ts', 'process.exit(1);', /main\.ts/],
    ['src/api/server.ts', `// ${'TO'}${'DO'}: later`, /finish it/],
    ['src/api/server.ts', '// @ts-expect-error it works', /repair the type/],
    ['src/api/server.ts', `return { a, ...(b === undefined ${'?'} {} : { b }) };`, /assign the field/],
    ['test/x.test.ts', `return { a, ...(isOpen(b) ${'?'} { b } : {}) };`, /assign the field/],
    ['src/api/server.ts', '// biome-ignore lint/suspicious/noExplicitAny', /reason after/],
  ];
  it.each(broken)('in %s: %s', (path, text, message) => {
    expect(lines(checkHabits([{ path, text }])).join()).toMatch(message);
  });

  const fine: [string, string][] = [
    ['src/app/clock.ts', 'const at = Date.now();'],
    ['src/api/server.ts', 'return new Date(at).toISOString();'],
    ['src/log/group.ts', 'clock.setTimeout(flush, 5);'],
    ['src/log/group.ts', '// Date.now() would make replay differ.'],
    ['test/x.test.ts', 'const at = Date.now();'],
    ['src/api/server.ts', 'return { ...(isFields(given) ? given : {}), a };'],
    ['src/api/server.ts', '// biome-ignore lint/suspicious/noExplicitAny: the library says so'],
  ];
  it.each(fine)('allow in %s: %s', (path, text) => expect(lines(checkHabits([{ path, text }]))).toEqual([]));
});

describe('files', () => {
  const broken: [string, string, RegExp][] = [
    ['src/api/index.ts', '// Routes.\n', /no barrels/],
    ['src/api/routes.ts', "// Routes.\nexport { a } from './a.ts';\nexport type { B } from './b.ts';\n", /no barrels/],
    ['src/api/utils.ts', '// Things.\n', /says nothing/],
    ['src/api/string-helpers.ts', '// Things.\n', /says nothing/],
    ['src/api/server.ts', "import fastify from 'fastify';\n", /open the file/],
  ];
  it.each(broken)('%s is refused', (path, text, message) => {
    expect(lines(checkFiles([{ path, text }])).join()).toMatch(message);
  });
  it('that say what they own are fine, a program line first or not', () => {
    const text = '#!/usr/bin/env node\n// The way in.\nexport const a = 1;\n';
    expect(checkFiles([{ path: 'src/app/main.ts', text }])).toEqual([]);
  });
});
