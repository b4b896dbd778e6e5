/**
 * `npm run bench [-- --quick] [-- NAME …]`: runs the benchmarks of design targets one after the other and writes
 * bench/results.json and bench/RESULTS.md. It prints every row as it comes; a missed target is told, not an error.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { benchBacktest } from './backtest.ts';
import { benchBacktestMonth } from './backtest-month.ts';
import { benchCore } from './core.ts';
import { benchDetectors } from './detectors.ts';
import type { Row } from './figures.ts';
import { benchFlood } from './flood.ts';
import { benchHistory } from './history.ts';
import { benchImport } from './import.ts';
import { benchExcursions, benchLatency } from './latency.ts';
import { benchMix } from './mix.ts';
import { hasMosquitto, profileInto } from './processes.ts';
import { commit, writeResults } from './report.ts';
import { benchRestart } from './restart.ts';
import type { Scale } from './throughput.ts';
import { benchEmbedded, benchMosquitto, benchSustained } from './throughput.ts';

type Bench = (scale: Scale, before: readonly Row[]) => Promise<Row[]>;

const OWN_MOSQUITTO = 'absolute: through Mosquitto, 1 reading a message';

const BENCHES: Readonly<Record<string, Bench>> = {
  core: () => benchCore(),
  mix: benchMix,
  detectors: () => benchDetectors(),
  mosquitto: benchMosquitto,
  embedded: (scale, before) => benchEmbedded(scale, before.find(({ name }) => name === OWN_MOSQUITTO)?.ours),
  sustained: benchSustained,
  latency: benchLatency,
  excursions: benchExcursions,
  backtest: benchBacktest,
  'backtest-month': benchBacktestMonth,
  history: benchHistory,
  flood: benchFlood,
  import: benchImport,
  restart: benchRestart,
};

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { quick: { type: 'boolean', default: false }, profile: { type: 'string' } },
    allowPositionals: true,
  });
  const unknown = positionals.filter((name) => BENCHES[name] === undefined);
  if (unknown.length > 0) {
    process.stderr.write(`no benchmark ${unknown.join(', ')}; there are ${Object.keys(BENCHES).join(', ')}\n`);
    return 2;
  }
  if (values.profile !== undefined) profileInto(values.profile);
  const names = positionals.length > 0 ? positionals : Object.keys(BENCHES);
  const startedAt = new Date();
  const measured = commit();
  const startedMs = performance.now();
  const loadBefore = loadAverage();
  const rows: Row[] = [];
  const failures: string[] = [];
  for (const name of names) {
    if (name === 'mosquitto' && !hasMosquitto()) {
      failures.push('mosquitto: Mosquitto is not installed');
      continue;
    }
    try {
      const found = await BENCHES[name]({ quick: values.quick }, rows);
      for (const row of found) print(row);
      rows.push(...found);
    } catch (error) {
      failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
      process.stderr.write(`${failures.at(-1)}\n`);
    }
  }
  const seconds = (performance.now() - startedMs) / 1_000;
  process.stdout.write(`${Math.round(seconds)} s\n`);
  // A look at a part must not pass for the whole: only a complete run is written down.
  if (positionals.length === 0) {
    const command = ['npm run bench', ...(values.quick ? ['-- --quick'] : [])].join(' ');
    const facts = {
      command,
      commit: measured,
      quick: values.quick,
      startedAt,
      seconds,
      failures,
      loadBefore,
      loadAfter: loadAverage(),
    };
    writeResults(new URL('../../bench/', import.meta.url), rows, facts);
  }
  return failures.length === 0 ? 0 : 1;
}

function print({ name, unit, ours, reference, ratio, target, ok }: Row): void {
  const against = reference === null ? '' : ` vs ${reference}, ratio ${ratio}`;
  const verdict = target === null ? '' : ` (${target}: ${ok ? 'met' : 'MISSED'})`;
  process.stdout.write(`${name}: ${ours} ${unit}${against}${verdict}\n`);
}

function loadAverage(): string {
  try {
    return readFileSync('/proc/loadavg', 'utf8').split(' ').slice(0, 3).join(' ');
  } catch {
    return 'unknown';
  }
}

process.exit(await main());
