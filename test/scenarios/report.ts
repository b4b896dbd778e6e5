// Prints what came of the acceptance scenarios, by id, and writes it to docs/scenarios.md: `npm run scenarios`.
import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';
import type { Entry } from './catalogue.ts';
import { SCENARIOS } from './catalogue.ts';

type Came = 'pass' | 'pass in part' | 'open' | 'fail';

const HEAD = [
  '# Acceptance scenarios 验收场景',
  '',
  'What an officer or operator accepts as "this works", played through the intake of the service on a virtual clock',
  '(`test/scenarios/`). Printed by `npm run scenarios`; do not edit. *pass in part*: passes in everything it says, except in what',
  'the last column names, which no part of the program does yet. *open*: not played, with what it waits for.',
  '',
  '| id | 场景 | outcome | what is missing |',
  '|---|---|---|---|',
  '',
].join('\n');

export class ScenarioReport implements Reporter {
  private readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const states = new Map<string, boolean>();
    for (const test of modules.flatMap((module) => [...module.children.allTests()])) {
      const entry = SCENARIOS.find(({ id, title }) => test.name === `${id} ${title}`);
      if (entry !== undefined) states.set(entry.id, test.result().state === 'passed');
    }
    const rows = SCENARIOS.map((entry) => ({ entry, came: outcomeOf(entry, states.get(entry.id)) }));
    const table = rows.map(({ entry, came }) => `| ${[entry.id, entry.title, came, missingOf(entry)].join(' | ')} |`);
    const count = (came: Came) => rows.filter((row) => row.came === came).length;
    const sum = `${count('pass')} pass, ${count('pass in part')} pass in part, ${count('open')} open, ${count('fail')} fail`;
    process.stdout.write(`${table.join('\n')}\n${sum}\n`);
    writeFileSync(this.file, `${HEAD}${table.join('\n')}\n\n${sum}\n`);
  }
}

function outcomeOf({ missing = [], open }: Entry, passed: boolean | undefined): Came {
  if (open !== undefined && passed === undefined) return 'open';
  if (passed !== true) return 'fail';
  return missing.length > 0 ? 'pass in part' : 'pass';
}

const missingOf = ({ missing = [], open }: Entry): string => open ?? missing.join('; ');
