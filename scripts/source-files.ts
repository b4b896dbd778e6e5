// Reads the project's own source files and finds what each imports. It judges nothing: import-rules.ts and
// house-rules.ts do, and both can be fed files that exist only in a test.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative, sep } from 'node:path';

/** One file as the rules see it; `path` is relative to the project and has forward slashes. */
export type SourceFile = { readonly path: string; readonly text: string };

/** One import as written; `typesOnly` imports leave nothing in the running code. */
export type Import = { readonly specifier: string; readonly typesOnly: boolean; readonly line: number };

const folders = ['src', 'simulators', 'web', 'test', 'bench', 'scripts'];

/** Every TypeScript file of the project, in path order. */
export function readSourceFiles(root: string): SourceFile[] {
  const found: SourceFile[] = [];
  for (const folder of folders) collect(join(root, folder), root, found);
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function collect(folder: string, root: string, found: SourceFile[]): void {
  let entries: ReturnType<typeof readFolder>;
  try {
    entries = readFolder(folder);
  } catch {
    // A folder that does not exist yet holds no file that could break a rule.
    return;
  }
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== 'node_modules' && entry.name !== 'dist') collect(path, root, found);
    } else if (/\.tsx?$/.test(entry.name)) {
      found.push({ path: relative(root, path).split(sep).join('/'), text: readFileSync(path, 'utf8') });
    }
  }
}

function readFolder(folder: string) {
  return readdirSync(folder, { withFileTypes: true });
}

// The formatter puts every import at the start of a line, so a pattern is enough and comments (which begin with `//`
// or ` *`) never match. The last two find what is loaded while running: import('…') and worker files.
const statement = /^(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm;
const dynamic = /\bimport\(\s*'([^']+)'\s*\)/g;
const worker = /new URL\(\s*'(\.[^']+\.[jt]sx?)',\s*import\.meta\.url\s*\)/g;

/** What a file imports, statically, dynamically or as a worker. */
export function importsOf(text: string): Import[] {
  const found: Import[] = [];
  const line = (index: number): number => text.slice(0, index).split('\n').length;
  for (const match of text.matchAll(statement)) {
    found.push({ specifier: match[2], typesOnly: match[1] !== undefined, line: line(match.index) });
  }
  const code = withoutComments(text);
  for (const pattern of [dynamic, worker]) {
    for (const match of code.matchAll(pattern)) {
      found.push({ specifier: match[1], typesOnly: false, line: line(match.index) });
    }
  }
  return found;
}

/**
 * Comments blanked out, every other character and line in its place. A line is cut at ` // `, and one that begins
 * like a comment is dropped: enough for formatted code, and a `//` inside an address is not touched.
 */
export function withoutComments(text: string): string {
  return text
    .split('\n')
    .map((line) => {
      if (/^\s*(\/\/|\/\*|\*)/.test(line)) return ' '.repeat(line.length);
      const comment = line.search(/\s\/\/\s/);
      return comment < 0 ? line : line.slice(0, comment).padEnd(line.length);
    })
    .join('\n');
}

/** The project path that a relative import means, with a built `.js` read as the `.ts` it comes from. */
export function resolveImport(from: string, specifier: string): string {
  const path = normalize(join(dirname(from), specifier))
    .split(sep)
    .join('/');
  return path.replace(/\.js$/, '.ts');
}
