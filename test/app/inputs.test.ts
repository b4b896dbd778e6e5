/** What people ask over HTTP, before it becomes an input. */
import { describe, expect, it } from 'vitest';
import { Answers } from '../../src/app/followers/answers.ts';
import { createInputs } from '../../src/app/ports/inputs.ts';
import { Quarantine } from '../../src/ingest/quarantine.ts';
import { point, registryOf } from '../support/plant.ts';
import { startRig } from './rig.ts';

describe('an import that does not fit into one record of the log', () => {
  it('is refused before it is folded, with what would fit', async () => {
    const rig = await startRig();
    const long = 'x'.repeat(1024 * 1024);
    const points = Array.from({ length: 70 }, (_, i) => point(`GD-${i}`, { action: long }));
    const inputs = createInputs({
      pipeline: rig.pipeline,
      answers: new Answers({ every: () => ({ stop() {} }), after: () => ({ stop() {} }) }),
      edge: {
        directory: { find: () => undefined },
        sink: { readings: () => undefined, gateway: () => undefined },
        quarantine: new Quarantine(),
        now: () => 0,
      },
      verifySecret: () => false,
      resolve: async () => ({ ok: true, change: registryOf({ points }) }),
    });
    const result = await inputs.importRegistry('…', 'admin', 'one');
    expect(result).toEqual({
      applied: false,
      errors: ['70 points are too many for one import: give at most about 63 at a time'],
    });
    expect(rig.state.registry.points).toHaveLength(0);
  });
});
