// What somebody who mistyped a name is answered: first what he had begun to write, then what is few slips away.
import { expect, it } from 'vitest';
import { nearestNames } from '../../src/model/nearest-names.ts';

it('who writes ch4 is shown the methane types, and not ethylene first', () => {
  const types = ['c2h4', 'ch4_t1', 'ch4_t0', 'co'];
  expect(nearestNames('ch4', types)).toEqual(['ch4_t0', 'ch4_t1', 'c2h4']);
  expect(nearestNames('CH4', types)).toEqual(['ch4_t0', 'ch4_t1', 'c2h4']);
  expect(nearestNames('c', types)).toEqual(['co']);
});
