/** `fenghuo import`: hands a registry file to the running service, or has it read its packs anew, and tells what came of it. */
import { Command } from 'commander';
import type { Loosening } from '../../model/loosening.ts';
import { looseningInWords } from '../../model/loosening.ts';
import type { AccessOptions } from './api-client.ts';
import { accessOf, postText } from './api-client.ts';
import type { ExitCode } from './command.ts';
import { act, complain, complainAll, examples, readText, refuse, say } from './command.ts';

export function importCommand(): Command {
  const registry = withAccess(new Command('registry').argument('<file>', 'docs/interface.md, "Registry file"'))
    .description('adds and changes what a registry file (YAML or JSON) states, in the running service; all or nothing')
    .addHelpText(
      'after',
      examples(
        'fenghuo check --registry my.yaml              looks first, and changes nothing',
        'FENGHUO_PASSWORD=… fenghuo import registry my.yaml',
        'fenghuo import registry my.yaml --url http://10.0.0.5:8080 --user li --password …',
      ),
    );
  const packs = withAccess(new Command('packs'))
    .description('reads the packs of the running service anew: what is registered follows them; all or nothing')
    .addHelpText('after', examples('fenghuo check --packs my-packs               looks first', 'fenghuo import packs'));
  return new Command('import')
    .description('adds to a running service')
    .addCommand(act(registry, importRegistry))
    .addCommand(act(packs, followPacks));
}

function withAccess(command: Command): Command {
  return command
    .option('--url <url>', 'the service, instead of FENGHUO_URL or http://127.0.0.1:8080')
    .option('--user <name>', 'who imports, instead of FENGHUO_USER or admin')
    .option('--password <text>', 'his password, instead of FENGHUO_PASSWORD');
}

async function importRegistry(file: string, options: AccessOptions): Promise<ExitCode> {
  const text = readText(file);
  return text === undefined ? 1 : posted(options, '/api/v1/registry/import', { what: file, text });
}

const followPacks = (options: AccessOptions): Promise<ExitCode> =>
  posted(options, '/api/v1/registry/packs', { what: 'packs', text: '' });

/** What came of it, or why not. */
async function posted(
  options: AccessOptions,
  path: string,
  { what, text }: { readonly what: string; readonly text: string },
): Promise<ExitCode> {
  const access = accessOf(options);
  if (typeof access === 'string') return refuse(access);
  const answer = await postText(access, path, text, 'application/yaml');
  if (!answer.ok) {
    complain(answer.detail);
    if (answer.errors.length > 0) complainAll(what, answer.errors);
    return 1;
  }
  const pending = Array.isArray(answer.body.pending) ? (answer.body.pending as Loosening[]) : [];
  say(`${what}: applied: ${countWords(answer.body)}; ${pending.length} pending`);
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
