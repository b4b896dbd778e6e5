// Who may import whom, as one table with the reason beside each row, and the check that holds the project to it.
// It reads no file itself. A row is changed here, on purpose and with its reason, never worked around.
import { builtinModules } from 'node:module';
import type { SourceFile } from './source-files.ts';
import { importsOf, resolveImport } from './source-files.ts';

/** One broken rule: where, what, and what to do instead. */
export type Violation = { readonly path: string; readonly line: number; readonly message: string };

type Folder = {
  /** Files this row is about; the first row that matches a file decides. */
  readonly files: RegExp;
  readonly name: string;
  /** Project files that may be imported, its own folder among them. */
  readonly may: RegExp;
  /** Project files that may be imported as types only. */
  readonly mayAsTypes?: RegExp;
  /** A room of its own for each folder that this names (first group): files of two rooms never import each other. */
  readonly apart?: RegExp;
  /** May it use Node's own modules? */
  readonly node: boolean;
  readonly reason: string;
};

/** One layer of the screen: itself, the layers below it, and the contract. */
function screenLayer(name: string, below: readonly string[], reason: string, apart?: RegExp): Folder {
  return {
    files: new RegExp(`^web/${name}/`),
    name: `web/${name}`,
    may: new RegExp(`^(web/(${[name, ...below].join('|')})/|src/api/shapes/)`),
    mayAsTypes: /^src\/api\/schemas\//,
    apart,
    node: false,
    reason,
  };
}

const nothing = /^$/;
const anything = /./;
const engineTypes = /^src\/engine\//;

function edge(name: string): Folder {
  return {
    files: new RegExp(`^src/${name}/`),
    name,
    may: new RegExp(`^src/(model/|${name}/|engine/(input|effect|effects|outcome)\\.ts$)`),
    mayAsTypes: engineTypes,
    node: true,
    reason: 'an edge speaks in inputs and effects; src/app hands it whatever else it needs',
  };
}

const folders: readonly Folder[] = [
  {
    files: /^src\/model\//,
    name: 'model',
    may: /^src\/model\//,
    node: false,
    reason: 'the nouns know nobody, so that everybody can know them',
  },
  {
    files: /^src\/rules\//,
    name: 'rules',
    may: /^src\/(model|rules)\//,
    node: false,
    reason: 'judging a reading and keeping an alarm are two things; what both need is a noun and belongs to src/model',
  },
  {
    files: /^src\/alerts\//,
    name: 'alerts',
    may: /^src\/(model|alerts)\//,
    node: false,
    reason: 'judging a reading and keeping an alarm are two things; what both need is a noun and belongs to src/model',
  },
  {
    files: /^src\/engine\//,
    name: 'engine',
    may: /^src\/(model|rules|alerts|engine)\//,
    node: false,
    reason: 'the fold must be the same live, in replay and in a test: what it needs from outside arrives as input',
  },
  ...['ingest', 'log', 'store', 'notify'].map(edge),
  {
    files: /^src\/api\//,
    name: 'api',
    may: /^src\/(model\/|api\/|rules\/packs\/definition|engine\/(input|effect|effects|outcome)\.ts$)/,
    mayAsTypes: /^src\/(store|log|engine|ingest|rules|alerts)\//,
    node: true,
    reason: 'routes translate; they get ports from src/app and neither decide nor build',
  },
  { files: /^src\/app\//, name: 'app', may: /^(src|simulators)\//, node: true, reason: 'it wires everything' },
  {
    files: /^simulators\//,
    name: 'simulators',
    may: /^simulators\/|^src\/(model\/|engine\/|ingest\/topic\.ts$|ingest\/codecs\/)/,
    node: true,
    reason: 'a simulator is a device: it knows the wire and the nouns, not the service',
  },
  screenLayer('words', [], 'words know nobody, so that everybody can say them'),
  screenLayer('service', [], 'a request knows no screen'),
  screenLayer('live', ['service', 'words'], 'what the screen knows must not hang on how it is shown'),
  screenLayer('parts', ['live', 'service', 'words'], 'pages share parts; what two pages need is a part and no page'),
  screenLayer(
    'pages',
    ['parts', 'live', 'service', 'words'],
    'a page is one folder: what two pages need belongs to web/parts',
    /^web\/pages\/([^/]+)\//,
  ),
  {
    files: /^web\//,
    name: 'web',
    may: /^(web\/|src\/api\/shapes\/)/,
    mayAsTypes: /^src\/api\/schemas\//,
    node: false,
    reason: 'a screen knows only the contract; a second way of grading would sooner or later disagree',
  },
  {
    files: /^bench\/reference\//,
    name: 'bench/reference',
    may: nothing,
    node: true,
    reason: 'a reference that uses our code measures our code twice',
  },
  {
    files: /^test\/oracle\//,
    name: 'test/oracle',
    may: /^(src\/model\/|test\/oracle\/)/,
    node: true,
    reason: 'an oracle that shares code with what it checks agrees with its errors',
  },
  {
    files: /^scripts\/(docs\/|print-docs\.ts$)/,
    name: 'printed documents',
    may: /^(scripts|src)\//,
    node: true,
    reason: 'what the documents say of the product is printed from the product',
  },
  {
    files: /^scripts\//,
    name: 'scripts',
    may: /^scripts\//,
    node: true,
    reason: 'a check must not need what it checks',
  },
  { files: /^(test|bench)\//, name: 'tests and benches', may: anything, node: true, reason: 'they look at everything' },
];

// Configuration of a tool belongs to the tool, and the test of these rules is full of bad examples.
const notJudged = /(^|\/)[^/]+\.config\.ts$|\.d\.ts$|^test\/tidy\//;
// Tests may speak to everything directly; that is how they check the one file which does so in the product.
const outsideProduct = /^(test|bench)\//;

type Package = {
  readonly packages: RegExp;
  readonly files: RegExp;
  /** At most one product file may hold it: changing the library then means changing one file. */
  readonly oneFile: boolean;
  readonly where: string;
};

const packages: readonly Package[] = [
  {
    packages: /^(aedes|aedes-.+|mqemitter)$/,
    files: /^src\/ingest\/broker\.ts$/,
    oneFile: true,
    where: 'src/ingest/broker.ts',
  },
  {
    packages: /^mqtt$/,
    files: /^simulators\/publish\.ts$/,
    oneFile: true,
    where: 'simulators/publish.ts (the devices); the service has its own connection',
  },
  {
    packages: /^mqtt-packet$/,
    files: /^src\/ingest\/mqtt-(connection|source)\.ts$/,
    oneFile: true,
    where: 'src/ingest/mqtt-connection.ts',
  },
  {
    packages: /^ws$/,
    files: /^src\/(ingest\/mqtt-connection|api\/live\/[^/]+)\.ts$/,
    oneFile: false,
    where: 'src/ingest/mqtt-connection.ts and one file of src/api/live',
  },
  {
    packages: /^@influxdata\//,
    files: /^src\/store\/readings\//,
    oneFile: true,
    where: 'one file of src/store/readings',
  },
  { packages: /^libsql$/, files: /^src\/store\//, oneFile: false, where: 'src/store' },
  { packages: /^kysely$/, files: /^src\/store\/state\//, oneFile: false, where: 'src/store/state' },
  { packages: /^(fastify|fastify-.+|@fastify\/.+)$/, files: /^src\/api\//, oneFile: false, where: 'src/api' },
  { packages: /^socket\.io$/, files: /^src\/api\//, oneFile: true, where: 'one file of src/api' },
  {
    packages: /^zod$/,
    files: /^src\/(api\/|(rules|app|store)\/(.+\/)?[^/]*(definition|config|pack|registry)[^/]*\.ts$)/,
    oneFile: false,
    where: 'src/api and the files named for a definition, config, pack or registry; the hot path checks by hand',
  },
  {
    packages: /^@marcbachmann\/cel-js$/,
    files: /^src\/rules\/derived\/expression[^/]*\.ts$/,
    oneFile: false,
    where: 'the expression files of src/rules/derived',
  },
  {
    packages: /^yaml$/,
    files: /^(src\/app\/|simulators\/)/,
    oneFile: false,
    where: 'src/app and simulators, which read files that people write',
  },
  {
    packages: /^commander$/,
    files: /^src\/app\/(main\.ts|cli\/)/,
    oneFile: false,
    where: 'src/app/main.ts and src/app/cli',
  },
  { packages: /^pino$/, files: /^src\/app\//, oneFile: true, where: 'src/app/logger.ts' },
  { packages: /^prom-client$/, files: /^src\/(app|api)\//, oneFile: true, where: 'one file of src/app or src/api' },
  {
    packages: /^(preact|preact\/.+|@preact\/.+|uplot|uplot\/.+|socket\.io-client)$/,
    files: /^web\//,
    oneFile: false,
    where: 'web',
  },
  {
    packages: /^(vitest|vitest\/.+|fast-check|playwright-core|testcontainers|@testcontainers\/.+|vite)$/,
    files: nothing,
    oneFile: false,
    where: 'tests',
  },
];

/** Every import of the project that the tables do not allow, with its reason. */
export function checkImports(files: readonly SourceFile[]): Violation[] {
  const violations: Violation[] = [];
  const known = new Set(files.map((file) => file.path));
  const holders = new Map<Package, string[]>();
  for (const file of files) {
    if (notJudged.test(file.path)) continue;
    for (const { specifier, typesOnly, line } of importsOf(file.text)) {
      const message = specifier.startsWith('.')
        ? judgeRelative(file.path, specifier, typesOnly, known)
        : judgePackage(file.path, specifier, typesOnly, holders);
      if (message !== undefined) violations.push({ path: file.path, line, message });
    }
  }
  for (const [rule, paths] of holders) {
    if (!rule.oneFile || paths.length < 2) continue;
    const message = `${paths.join(' and ')} import the same outside client; it belongs in ${rule.where} alone`;
    violations.push({ path: paths[1], line: 1, message });
  }
  return violations;
}

function judgeRelative(
  path: string,
  specifier: string,
  typesOnly: boolean,
  known: ReadonlySet<string>,
): string | undefined {
  const target = resolveImport(path, specifier);
  if (!/\.tsx?$/.test(target)) {
    return /\.(json|css)$/.test(target) ? undefined : `'${specifier}' must end in .ts: nothing guesses endings here`;
  }
  if (!known.has(target)) return `'${specifier}' is not a file of the project`;
  const row = folders.find((folder) => folder.files.test(path));
  if (row === undefined) return `no row of the import table is about ${path}; add one to scripts/import-rules.ts`;
  if (row.apart !== undefined && neighbours(row.apart, path, target)) {
    return `${path} must not import ${target}: ${row.reason}`;
  }
  if (row.may.test(target)) return undefined;
  if (typesOnly && row.mayAsTypes?.test(target)) return undefined;
  const asTypes = row.mayAsTypes?.test(target) ? ' other than as types (import type)' : '';
  return `${row.name} must not import ${target}${asTypes}: ${row.reason}`;
}

/** True when both lie in rooms of the same kind, and not in the same room. */
function neighbours(room: RegExp, path: string, target: string): boolean {
  const [own, other] = [room.exec(path)?.[1], room.exec(target)?.[1]];
  return own !== undefined && other !== undefined && own !== other;
}

function judgePackage(
  path: string,
  specifier: string,
  typesOnly: boolean,
  holders: Map<Package, string[]>,
): string | undefined {
  if (outsideProduct.test(path)) return undefined;
  const row = folders.find((folder) => folder.files.test(path));
  if (specifier.startsWith('node:') || builtinModules.includes(specifier)) {
    return row?.node === false ? `${row.name} must not use ${specifier}: ${row.reason}` : undefined;
  }
  const rule = packages.find((candidate) => candidate.packages.test(specifier));
  if (rule === undefined) return `'${specifier}' has no place yet; give it one row in scripts/import-rules.ts`;
  if (!rule.files.test(path)) return `'${specifier}' belongs in ${rule.where}: one file to change when it changes`;
  const paths = holders.get(rule) ?? [];
  if (!typesOnly && !paths.includes(path)) holders.set(rule, [...paths, path]);
  return undefined;
}

/** What is run by itself, from which every other product file must be reached. */
const entryPoints = /^(src\/app\/main\.ts|web\/main\.tsx|web\/[^/]+\.config\.ts|(test|bench|scripts)\/.+)$/;

/** Series that only benchmarks are judged by are product all the same: they lie with the other simulators. */
const benchmarks = /^bench\/[^/]+\.ts$/;

/** Product files that no entry point reaches: nobody runs them, so nobody knows that they are right. */
export function findDeadFiles(files: readonly SourceFile[]): Violation[] {
  const product = files.filter((file) => !outsideProduct.test(file.path));
  const reached = reachedFrom(product, product);
  const byBenchmarks = reachedFrom(
    files.filter(({ path }) => benchmarks.test(path)),
    files,
  );
  const isSeries = (path: string): boolean => path.startsWith('simulators/') && byBenchmarks.has(path);
  return product
    .filter((file) => !reached.has(file.path) && !isSeries(file.path) && !/\.d\.ts$/.test(file.path))
    .map(({ path }) => ({ path, line: 1, message: 'no entry point reaches this file; wire it in or delete it' }));
}

/** The entry points among the first, and all that they lead to among the second. */
function reachedFrom(from: readonly SourceFile[], files: readonly SourceFile[]): ReadonlySet<string> {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const reached = new Set(from.filter((file) => entryPoints.test(file.path)).map((file) => file.path));
  for (const path of reached) {
    // A set visits what is added while it is walked, so this goes on until nothing new is found.
    for (const { specifier } of importsOf(byPath.get(path)?.text ?? '')) {
      const target = resolveImport(path, specifier);
      if (specifier.startsWith('.') && byPath.has(target)) reached.add(target);
    }
  }
  return reached;
}
