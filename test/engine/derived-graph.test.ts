// What derived points rest on: found once each, however often their inputs meet again.
import { describe, expect, it } from 'vitest';
import { DerivedGraph } from '../../src/engine/derived/graph.ts';

describe('what a derived point rests on', () => {
  it('is named once each, in the order of the derivations', () => {
    const graph = new DerivedGraph();
    graph.put(10, [3, 1]);
    graph.put(11, [10, 2, 1]);
    expect(graph.measuredUnder(11)).toEqual([3, 1, 2]);
    expect(graph.measuredUnder(1)).toEqual([1]);
  });

  it('is found where every two look at the same two, thirty-two deep: by way of every path it would take for ever', () => {
    const graph = new DerivedGraph();
    for (let depth = 1; depth <= 32; depth++) {
      graph.put(2 * depth, [2 * depth - 2, 2 * depth - 1]);
      graph.put(2 * depth + 1, [2 * depth - 2, 2 * depth - 1]);
    }
    expect(graph.measuredUnder(64)).toEqual([0, 1]);
  });

  it('has an end where a change that waits would close a circle', () => {
    const graph = new DerivedGraph();
    graph.put(1, [2, 3]);
    graph.put(2, [1]);
    expect(graph.measuredUnder(1)).toEqual([3]);
  });
});
