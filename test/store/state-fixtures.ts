// Alerts and transitions for tests of the state store: complete shapes, each test states only what it is about.
import type { Alert, Transition } from '../../src/model/alert.ts';
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

export function alertOf(over: Partial<Alert> = {}): Alert {
  return {
    id: 'a1-0',
    key: 'yt-chem/tank-farm-1||flammable-gas|hazard',
    partition: 0,
    kind: 'hazard',
    enterprise: 'yt-chem',
    source: 'yt-chem/tank-farm-1',
    hazard: 'flammable-gas',
    division: '320921-p01',
    state: 'unacknowledged',
    active: true,
    acked: false,
    ackedLevel: null,
    shelved: false,
    suppressed: false,
    outOfService: false,
    latched: false,
    grade: 'yellow',
    peakGrade: 'yellow',
    handling: 'new',
    detectedAt: 1_763_775_599_000,
    receivedAt: 1_763_775_599_500,
    raisedAt: 1_763_775_600_000,
    changedAt: 1_763_775_600_000,
    worsenedAt: 1_763_775_600_000,
    acknowledgements: [],
    duties: [],
    deadlines: [],
    links: [],
    points: [],
    reasons: [],
    occurrence: 1,
    activations: 1,
    exercise: false,
    retrospective: false,
    unsaved: false,
    seq: 1,
    worsenedSeq: 1,
    ...over,
  };
}

export function transitionOf(seq: number, alert: Partial<Alert> = {}, over: Partial<Transition> = {}): Transition {
  return {
    seq,
    partition: 0,
    at: 1_763_775_600_000 + seq,
    change: 'raised',
    from: 'normal',
    to: 'unacknowledged',
    gradeBefore: 'none',
    annunciate: true,
    alert: alertOf({ seq, worsenedSeq: seq, ...alert }),
    ...over,
  };
}
