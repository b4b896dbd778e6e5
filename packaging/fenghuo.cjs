#!/usr/bin/env node
/**
 * What the command `fenghuo` is linked to. It stands in the checkout before anything is built, because npm makes the link once
 * and never looks again: a link to a program that was not there yet would say "not found" for ever.
 */
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const program = join(__dirname, '..', 'dist', 'src', 'app', 'main.cjs');
if (existsSync(program)) {
  require(program);
} else {
  process.stderr.write('尚未构建，请先运行 npm run build · not built yet: npm run build\n');
  process.exitCode = 1;
}
