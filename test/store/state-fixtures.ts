// What tests of the state store share besides the builders.
import type { Transition } from '../../src/model/alert.ts';
import type { Pace } from '../../src/store/pace.ts';
import type { Effects, StateStore } from '../../src/store/state/port.ts';

/** A place that stays; opened again it holds what it held. */
export type OpenPlace = () => (pace?: Pace) => StateStore;

export const effects = (transitions: readonly Transition[], over: Partial<Effects> = {}): Effects => ({
  partition: 0,
  transitions,
  capsules: [],
  outcomes: [],
  configurations: [],
  ...over,
});
