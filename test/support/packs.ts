// The shipped packs and one type more, for the services that tests start. What a registry states looser than its pack waits
// for a second person, so a test that needs alarms without delays, or late ones, needs a type that has them.
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { temporaryDirectory } from './servers.ts';

/** Tests run in the checkout, wherever their own code was built to. */
const shipped = join(process.cwd(), 'seeds', 'packs');

/** `gas_lel` that a point may give any on-delay up to a minute, and that is over with the first reading below its limit. */
export const PROMPT_GAS = 'gas_lel_prompt';

let written: string | undefined;

/** The folder, written when it is first asked for. */
export function packsOfTests(): string {
  if (written !== undefined) return written;
  written = temporaryDirectory('packs');
  for (const file of readdirSync(shipped)) copyFileSync(join(shipped, file), join(written, file));
  const pack = parse(readFileSync(join(shipped, 'chemical.yaml'), 'utf8'), { merge: true });
  const head = pack.pointTypes.find(({ type }: { type: string }) => type === 'gas_lel');
  const prompt = { ...head, type: PROMPT_GAS, onDelayMs: 60_000, offDelayMs: 0, deadband: 0 };
  const tests = { ...pack, id: 'tests', sourceKinds: [], pointTypes: [prompt] };
  writeFileSync(join(written, 'tests.yaml'), JSON.stringify(tests));
  return written;
}
