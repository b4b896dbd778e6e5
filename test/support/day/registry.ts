// What is changed in the register while the plant runs: limits and delays, stricter and looser, moves, imports in parts.
import fc from 'fast-check';
import { limitsOf } from '../../../src/model/point.ts';
import type { RegistryChange } from '../../../src/model/registry.ts';
import type { StatedPoint } from '../build/point.ts';
import { point, restated } from '../build/point.ts';
import { pointsChange } from '../build/registry.ts';
import type { Happening, Happenings } from './happening.ts';
import { happening } from './happening.ts';
import type { PlantDay } from './plant-day.ts';
import type { Tag } from './site.ts';

const someTag = fc.constantFrom<Tag>('GD-1', 'GD-2', 'TK-1', 'FD-1');

/** The point as it stands in the register, with other fields. */
function changed(day: PlantDay, tag: string, over: Partial<StatedPoint>) {
  const number = day.state.registry.pointNumbers.get(`yt/${tag}`) ?? 0;
  return restated(day.state.registry.points[number], over);
}

const change = (tag: Tag, words: string, over: (day: PlantDay) => Partial<StatedPoint>): Happening =>
  happening(`${tag}: ${words}`, (day) => void day.configure(pointsChange(changed(day, tag, over(day))), day.now));

const limits: Happenings = fc
  .tuple(fc.constantFrom<Tag>('GD-1', 'GD-2', 'TK-1'), fc.constantFrom(10, 22, 25, 29, 40))
  .map(([tag, H]) =>
    change(tag, `H ${H} asked for`, (day) => {
      const number = day.state.registry.pointNumbers.get(`yt/${tag}`) ?? 0;
      return { limits: { ...limitsOf(day.state.registry.points[number]), H } };
    }),
  );

const delays: Happenings = fc
  .tuple(someTag, fc.constantFrom('onDelayMs', 'offDelayMs'), fc.constantFrom(0, 5_000, 20_000, 120_000))
  .map(([tag, which, ms]) => change(tag, `${which} ${ms} asked for`, () => ({ [which]: ms })));

const moves: Happenings = fc
  .tuple(someTag, fc.constantFrom('yt/farm', 'yt/dock'))
  .map(([tag, source]) => change(tag, `moved to ${source}`, () => ({ source })));

const elsewhere: Happenings = fc.constantFrom('320921', '320922').map((division) =>
  happening(`the enterprise is given to ${division}, by two persons`, (day) => {
    const enterprise = { id: 'yt', name: '盐通化工', division, contacts: [] };
    const asked = { ...pointsChange(), enterprises: [enterprise] };
    day.configure(asked, day.now);
  }),
);

const again: Happenings = fc.constant(
  happening('the whole register is imported once more', (day) => void day.configure(day.registered(), day.now)),
);

const newPoint: Happenings = fc.constant(
  happening(
    'a third gas head is registered',
    (day) => void day.configure(pointsChange(point('GD-3', { gateways: ['gw2'] })), day.now),
  ),
);

/** Handed in and put in force in as many steps; each goes on with `the import goes on`. */
const inParts: Happenings = fc
  .tuple(fc.constantFrom(10, 22, 40), fc.constantFrom('yt/farm', 'yt/dock'))
  .map(([H, source]) =>
    happening(`an import in parts begins: H ${H}, tank at ${source}`, (day) => {
      if (day.steps.length > 0) return;
      const commandId = `part-${day.inputs.length}`;
      const gas = ['GD-1', 'GD-2'].map((tag) => changed(day, tag, { limits: { H, HH: 50 } }));
      const parts: RegistryChange[] = [pointsChange(...gas), pointsChange(changed(day, 'TK-1', { source }))];
      for (const [n, one] of parts.entries()) {
        const part = { n, last: n === parts.length - 1 };
        day.steps.push(() =>
          day.fold({ kind: 'configuration', at: day.state.at, commandId, actor: 'admin', change: one, part }),
        );
      }
      for (const _ of parts) day.steps.push(() => day.fold({ kind: 'apply', at: day.state.at, commandId }));
      day.steps.shift()?.();
    }),
  );
const goesOn: Happenings = fc.constantFrom(1, 2, 4).map((steps) =>
  happening(`the import goes on by ${steps}`, (day) => {
    for (const step of day.steps.splice(0, steps)) step();
  }),
);

export const registry: Happenings = fc.oneof(
  { withCrossShrink: true },
  { weight: 4, arbitrary: limits },
  { weight: 2, arbitrary: delays },
  { weight: 2, arbitrary: moves },
  { weight: 1, arbitrary: elsewhere },
  { weight: 1, arbitrary: again },
  { weight: 1, arbitrary: newPoint },
  { weight: 2, arbitrary: inParts },
  { weight: 3, arbitrary: goesOn },
);
