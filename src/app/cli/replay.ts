/** `fenghuo replay`: recorded readings through the same engine, one line a transition. The same file gives the same bytes. */
import { createReadStream, existsSync } from 'node:fs';
import { readReplay, replayFormatOf } from '../../../simulators/replay-source.ts';
import { Replay, replayLine } from '../replay.ts';
import { loadPacks, resolveRegistryText, shippedPacks } from '../seeds.ts';
import type { CliCommand, ExitCode } from './command.ts';
import { complain, complainAll, readText, say } from './command.ts';

export const replay: CliCommand = {
  name: 'replay',
  usage: 'fenghuo replay F.ndjson|F.csv --registry R [--packs D] [--json]',
  does: 'recorded readings through the same engine: prints the transitions',
  options: { registry: { type: 'string' }, packs: { type: 'string' }, json: { type: 'boolean' } },
  async run({ values, positionals }): Promise<ExitCode> {
    const [file] = positionals;
    const format = file === undefined ? undefined : replayFormatOf(file);
    if (file === undefined || format === undefined || typeof values.registry !== 'string') {
      complain(`usage: ${this.usage}`);
      return 2;
    }
    if (!existsSync(file)) {
      complain(`${file}: no such file`);
      return 1;
    }
    const { packs, errors } = loadPacks(typeof values.packs === 'string' ? values.packs : shippedPacks());
    if (errors.length > 0) {
      complainAll('packs', errors);
      return 1;
    }
    const registry = readText(values.registry);
    if (registry === undefined) return 1;
    const resolved = await resolveRegistryText(registry, packs);
    if (!resolved.ok) {
      complainAll(values.registry, resolved.errors);
      return 1;
    }
    const run = new Replay((transition) => {
      const line = replayLine(transition);
      say(values.json === true ? JSON.stringify(line) : textOf(line));
    });
    let bad = 0;
    const told = new Set<string>();
    let first = true;
    for await (const item of readReplay(createReadStream(file), format)) {
      if (!item.ok) {
        complain(`${file}:${item.line}: ${item.reason}`);
        bad++;
        continue;
      }
      if (first) {
        const refused = run.configure(resolved.change, item.reading.at);
        if (refused.length > 0) {
          complainAll(values.registry, refused);
          return 1;
        }
        first = false;
      }
      const refused = run.reading(item.reading);
      if (refused === undefined || refused === 'duplicate') continue;
      bad++;
      const about = `${item.reading.point}: ${refused}`;
      // One line a point: a registry that lacks a plant would otherwise say so a million times.
      if (!told.has(about)) complain(`${file}:${item.line}: ${about}`);
      told.add(about);
    }
    if (bad > 0) complain(`${bad} ${bad === 1 ? 'line was' : 'lines were'} not judged`);
    return bad === 0 ? 0 : 1;
  },
};

function textOf(line: ReturnType<typeof replayLine>): string {
  const at = new Date(line.at).toISOString();
  return `${at}  ${line.grade.padEnd(6)}  ${line.reason.padEnd(16)}  ${line.from} → ${line.to}  ${line.point} ${line.rule}  [${line.alert} ${line.key}]`;
}
