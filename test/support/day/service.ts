// What the service itself goes through: it is started anew, stands still, stalls, is replaced, or has a fault of its own.
import fc from 'fast-check';
import { INSTALLATION } from '../../../src/engine/state.ts';
import type { Happenings } from './happening.ts';
import { happening } from './happening.ts';

const downMs = fc.constantFrom(1_000, 45_000, 2 * 3_600_000);

const restarts: Happenings = fc
  .tuple(downMs, fc.nat(2))
  .map(([ms, back]) => happening(`a restart, ${ms / 1_000} s down`, (day) => day.restart(ms, back)));

const standsStill: Happenings = downMs.map((ms) =>
  happening(`the service stands still for ${ms / 1_000} s`, (day) => day.standStill(ms)),
);

/** The loop was held up: the tick after it says since when nothing was folded. */
const stalls: Happenings = fc.constantFrom(4_000, 40_000).map((ms) =>
  happening(`the service stalls for ${ms / 1_000} s`, (day) => {
    const from = day.state.at;
    const to = Math.ceil((from + ms) / 1_000) * 1_000;
    day.fold({ kind: 'tick', at: to, stalled: { from, to } });
  }),
);

const installs: Happenings = fc.constant(
  happening('another program installs every point anew', (day) =>
    day.fold({ kind: 'install', at: day.state.at, installation: INSTALLATION }),
  ),
);

const faults: Happenings = fc
  .tuple(fc.constantFrom('storage' as const, 'behind' as const), fc.boolean())
  .map(([fault, active]) =>
    happening(`fault of ours: ${fault} ${active ? 'begins' : 'ends'}`, (day) =>
      day.device({ type: 'fault', fault, subject: 'service', active, detail: 'x' }, day.now),
    ),
  );

export const service: Happenings = fc.oneof(
  { withCrossShrink: true },
  { weight: 4, arbitrary: restarts },
  { weight: 2, arbitrary: standsStill },
  { weight: 2, arbitrary: stalls },
  { weight: 1, arbitrary: installs },
  { weight: 1, arbitrary: faults },
);
