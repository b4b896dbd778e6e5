/** Writes what was measured: bench/results.json for programs, bench/RESULTS.md for people. It leaves nothing out and rounds nothing up. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import type { Row } from './figures.ts';

export interface RunFacts {
  readonly command: string;
  readonly quick: boolean;
  /** As `commit()` gave it when the run began. */
  readonly commit: string;
  readonly startedAt: Date;
  readonly seconds: number;
  /** Benchmarks that could not run, each with its reason. */
  readonly failures: readonly string[];
  /** `/proc/loadavg` before the first and after the last benchmark. */
  readonly loadBefore: string;
  readonly loadAfter: string;
}

/** What stands in no row: the targets that another run or a test answers, and how the rows are to be read. */
const NOT_HERE = [
  '`kill -9` under load with 0 losses, and InfluxDB away, are proved by tests, not timed here.',
  'Latency is taken with one screen on the same machine as broker, publisher and service, which share its two cores.',
  '10 → 10 000 rules per point is not measured: a point has the rules of its type, and that is what the rows hold.',
] as const;

const HOW = [
  'Both sides of a comparison run in one go and in turn; a figure is the median of three unless its row says otherwise, ' +
    'the 99th percentiles being medians of three p99.',
  'One publisher process feeds both sides: encoded packets over TCP, a bounded number of messages without PUBACK.',
  'The service is the shipped one (`fenghuo start`), with registered points, the embedded history store on, and its log ' +
    'on the real disk, written with O_DSYNC. A rate counts only when every message sent was acknowledged and is durable.',
  'Through Mosquitto a rate is messages ÷ (first message sent → last one durable or counted). The bare counter parses ' +
    'nothing, so with 50 readings a message it shows the speed of the broker; the row below it adds only `JSON.parse`.',
  'Rows that begin with `mix` have one point of every type of every shipped pack, as often as points are wanted, all at one ' +
    'pace and in random order; what sites state besides is in bench/mix-site.ts. Each is the least of several runs, beside ' +
    'plain gauges in turn: the ratio counts. `step` is timed without ticks, which have a row of their own.',
] as const;

export function writeResults(folder: URL, rows: readonly Row[], facts: RunFacts): void {
  const lines = rows.map((row) => `  ${JSON.stringify(row)}`);
  writeFileSync(new URL('results.json', folder), `[\n${lines.join(',\n')}\n]\n`);
  writeFileSync(new URL('RESULTS.md', folder), markdown(rows, facts));
}

function markdown(rows: readonly Row[], facts: RunFacts): string {
  const missed = rows.filter(({ ok }) => !ok);
  const verdict =
    missed.length === 0
      ? 'Every target of this run was met.'
      : `${missed.length} of ${rows.filter(({ target }) => target !== null).length} targets were missed; they are marked **no**.`;
  return [
    '# Benchmark results',
    '',
    'Written by `npm run bench`; `npm run bench -- --quick` takes a shorter look, `-- NAME …` runs single ones. Ratios',
    'carry over to other machines, absolute figures do not.',
    '',
    `- When: ${facts.startedAt.toISOString()}, ${Math.round(facts.seconds)} s, \`${facts.command}\`${facts.quick ? ' (quick: shorter and smaller)' : ''}`,
    `- Commit: ${facts.commit}`,
    `- Machine: ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}, Node ${process.version}`,
    `- Load average before: ${facts.loadBefore}; after: ${facts.loadAfter} (other work on the machine shows here)`,
    '',
    verdict,
    '',
    '| what | unit | ours | reference | ratio | target | met |',
    '|---|---|---:|---:|---:|---|---|',
    ...rows.map(tableRow),
    '',
    ...facts.failures.map((failure) => `- Did not run: ${failure}`),
    ...(facts.failures.length > 0 ? [''] : []),
    '## How it was measured',
    ...HOW.map((line) => `- ${line}`),
    '',
    '## Not measured here',
    ...NOT_HERE.map((line) => `- ${line}`),
    '',
  ].join('\n');
}

function tableRow({ name, unit, ours, reference, ratio, target, ok }: Row): string {
  const cells = [
    name,
    unit,
    amount(ours),
    reference === null ? '' : amount(reference),
    ratio === null ? '' : ratio.toFixed(2),
    target ?? '',
    target === null ? '' : ok ? 'yes' : '**no**',
  ];
  return `| ${cells.join(' | ')} |`;
}

function amount(value: number): string {
  return Math.abs(value) >= 1_000 ? Math.round(value).toLocaleString('en') : String(value);
}

/** What is measured, by its commit. */
export function commit(): string {
  try {
    const git = (...args: string[]): string => execFileSync('git', args, { encoding: 'utf8' }).trim();
    const changed = git('status', '--porcelain', '--', 'src', 'simulators', 'bench/*.ts') !== '';
    return `${git('rev-parse', '--short', 'HEAD')}${changed ? ' with changes not committed' : ''}`;
  } catch {
    return 'unknown (not a checkout)';
  }
}
