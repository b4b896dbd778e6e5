// Histories are written and registry files read beside judging: where the processor is short, judging has it first.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { needsThat } from '../support/available.ts';
import { startService } from '../support/service.ts';

const linux = needsThat(process.platform === 'linux', 'not Linux');

/** Nice values of the threads of a process, the one it began with first: field 19 of `stat`, the name before them may hold blanks. */
function prioritiesOf(pid: number): number[] {
  const tasks = `/proc/${pid}/task`;
  const threads = readdirSync(tasks).sort((a, b) => Number(a) - Number(b));
  return threads.map((thread) => {
    const stat = readFileSync(`${tasks}/${thread}/stat`, 'latin1');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]);
  });
}

describe.skipIf(linux.missing)(`threads beside the one that judges${linux.note}`, () => {
  it('give way to it', async () => {
    const service = await startService();
    const [judging, ...others] = prioritiesOf(service.pid);
    const own = others.filter((nice) => nice !== judging);
    // Both stores; no helper of the runtime is touched.
    expect(own).toEqual([judging + 5, judging + 5]);
    await service.stop();
  });
});
