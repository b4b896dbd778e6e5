/** `fenghuo types`: the point types that a registry may name, one a line. It reads packs and nothing else. */
import { Command } from 'commander';
import type { StatedDerivation } from '../../rules/derived/definition.ts';
import { loadPacks, shippedPacks } from '../seeds.ts';
import type { ExitCode } from './command.ts';
import { act, complainAll, examples, say } from './command.ts';
import { reviewInWords, reviewOfPacks, unsupportedInWords } from './review.ts';

interface Options {
  readonly packs: string;
  readonly json?: true;
  readonly review?: true;
}

export function typesCommand(): Command {
  const command = new Command('types')
    .description('lists the point types of the packs: what a registry may write as `type`')
    .argument('[word]', 'only those whose name, title or hazard holds it')
    .option('--packs <folder>', 'packs (*.yaml)', shippedPacks())
    .option('--json', 'one JSON object a line')
    .option('--review', 'instead: what is not rationalized, not verified (M, OURS) or not supported')
    .addHelpText(
      'after',
      examples('fenghuo types', 'fenghuo types 液位', 'fenghuo types toxic-gas --json', 'fenghuo types --review'),
    );
  return act(command, types);
}

async function types(word: string | undefined, options: Options): Promise<ExitCode> {
  const { packs, errors } = loadPacks(options.packs);
  if (errors.length > 0) {
    complainAll('packs', errors);
    return 1;
  }
  if (options.review) {
    for (const line of [...reviewInWords(reviewOfPacks(packs), true), ...unsupportedInWords(packs)]) say(line);
    return 0;
  }
  const rows = packs.flatMap((pack) =>
    pack.pointTypes.map(({ type, name, nameEn, unit, hazard, value, derive }) => ({
      type,
      name,
      nameEn,
      unit: value === 'boolean' ? 'boolean' : unit,
      hazard,
      pack: pack.id,
      derive: derive === undefined ? '' : howDerived(derive),
    })),
  );
  const wanted = word?.toLowerCase() ?? '';
  const found = rows.filter((row) => Object.values(row).some((cell) => cell.toLowerCase().includes(wanted)));
  if (found.length === 0) {
    complainAll('types', [`none of ${rows.length} point types holds "${word}"`]);
    return 1;
  }
  const widths = (['type', 'unit', 'hazard'] as const).map((key) => Math.max(...found.map((row) => row[key].length)));
  for (const row of found) {
    const { type, unit, hazard, name, nameEn, pack, derive } = row;
    const columns = [type, unit, hazard].map((cell, i) => cell.padEnd(widths[i]));
    const words = `${name} ${nameEn} (${pack})${derive && `  = ${derive}`}`;
    say(options.json ? JSON.stringify(row) : `${columns.join('  ')}  ${words}`);
  }
  if (options.json || word !== undefined) return 0;
  for (const line of [...unsupportedInWords(packs), ...reviewInWords(reviewOfPacks(packs), false)]) say(line);
  return 0;
}

/** `people / approved * 100 of people: {person}, approved: stated by the site`. */
function howDerived({ expression, function: called, inputs, parameters = {} }: StatedDerivation): string {
  const taken = Object.entries(inputs).map(
    ([name, { value, unit, many }]) => `${name}: ${value === 'boolean' ? value : unit}${many ? ', several' : ''}`,
  );
  const figures = Object.entries(parameters).map(([name, figure]) => `${name}: ${figure ?? 'stated by the site'}`);
  return `${expression ?? called} of ${[...taken, ...figures].join('; ')}`;
}
