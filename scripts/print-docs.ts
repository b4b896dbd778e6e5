// Prints what the product knows best into its documents (npm run docs). test/tidy proves that they are fresh.
import { readFileSync, writeFileSync } from 'node:fs';
import { SECTIONS } from './docs/all.ts';
import { filled } from './docs/sections.ts';

for (const section of SECTIONS) {
  const path = `docs/${section.file}`;
  const before = readFileSync(path, 'utf8');
  const after = filled(before, section);
  if (after === before) continue;
  writeFileSync(path, after);
  console.log(`${path}: ${section.name}`);
}
