/** `fenghuo import registry`: hands a registry file to the running service and tells what came of it. */
import { Command } from 'commander';
import type { Loosening } from '../../model/loosening.ts';
import { looseningInWords } from '../../model/loosening.ts';
import type { AccessOptions } from './api-client.ts';
import { accessOf, postText } from './api-client.ts';
import type { ExitCode } from './command.ts';
import { act, complain, complainAll, examples, readText, refuse, say } from './command.ts';

export function importCommand(): Command {
  const registry = new Command('registry')
    .description('adds and changes what a registry file (YAML or JSON) states, in the running service; all or nothing')
    .argument('<file>', 'what it looks like: docs/interface.md, "Registry file"')
    .option('--url <url>', 'the service, instead of FENGHUO_URL or http://127.0.0.1:8080')
    .option('--user <name>', 'who imports, instead of FENGHUO_USER or admin')
    .option('--password <text>', 'his password, instead of FENGHUO_PASSWORD')
    .addHelpText(
      'after',
      examples(
        'fenghuo check --registry my.yaml              looks first, and changes nothing',
        'FENGHUO_PASSWORD=… fenghuo import registry my.yaml',
        'fenghuo import registry my.yaml --url http://10.0.0.5:8080 --user li --password …',
      ),
    );
  return new Command('import').description('adds to a running service').addCommand(act(registry, importRegistry));
}

async function importRegistry(file: string, options: AccessOptions): Promise<ExitCode> {
  const access = accessOf(options);
  if (typeof access === 'string') return refuse(access);
  const text = readText(file);
  if (text === undefined) return 1;
  const answer = await postText(access, '/api/v1/registry/import', text, 'application/yaml');
  if (!answer.ok) {
    complain(answer.detail);
    if (answer.errors.length > 0) complainAll(file, answer.errors);
    return 1;
  }
  const pending = Array.isArray(answer.body.pending) ? (answer.body.pending as Loosening[]) : [];
  say(`${file}: applied: ${countWords(answer.body)}; ${pending.length} pending`);
  for (const warning of listOf(answer.body.warnings)) say(`  ${warning}`);
  for (const loosening of pending)
    say(`  pending a second person, the stricter value stays in force: ${looseningInWords(loosening)}`);
  return 0;
}

const ITEMS: readonly (readonly [string, string])[] = [
  ['division', 'divisions'],
  ['enterprise', 'enterprises'],
  ['source', 'sources'],
  ['gateway', 'gateways'],
  ['point', 'points'],
  ['link', 'links'],
];

/** `3 enterprises, 7 points added; 2 points changed`, or that nothing was. */
function countWords({ added, changed }: Readonly<Record<string, unknown>>): string {
  const words = [
    [added, 'added'],
    [changed, 'changed'],
  ].flatMap(([counts, verb]) => {
    const items = ITEMS.flatMap(([one, many]) => {
      const count = Number(Reflect.get(Object(counts), one) ?? 0);
      return count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];
    });
    return items.length === 0 ? [] : [`${items.join(', ')} ${verb}`];
  });
  return words.length === 0 ? 'nothing new' : words.join('; ');
}

const listOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
