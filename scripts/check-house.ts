// The part of `npm run check` that is ours: import table, dead files and habits, over the whole project. It prints
// every violation at once and is silent when there is none.
import { checkFiles, checkHabits } from './house-rules.ts';
import { checkImports, findDeadFiles } from './import-rules.ts';
import { readSourceFiles } from './source-files.ts';

const files = readSourceFiles(process.cwd());
const violations = [...checkImports(files), ...findDeadFiles(files), ...checkHabits(files), ...checkFiles(files)];
for (const { path, line, message } of violations) process.stderr.write(`${path}:${line} ${message}\n`);
if (files.length === 0) process.stderr.write('no source file found: run this in the project folder\n');
if (violations.length > 0 || files.length === 0) process.exitCode = 1;
