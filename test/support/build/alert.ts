// Alerts and what was told of them, complete: a test states what it is about, the rest stands here.
import type { Alert, AlertPoint, Transition } from '../../../src/model/alert.ts';

/** An open, unacknowledged, yellow gas alarm of a tank farm. */
export function buildAlert(over: Partial<Alert> = {}): Alert {
  const raisedAt = over.raisedAt ?? 1_763_775_600_000;
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
    peakGrade: over.grade ?? 'yellow',
    handling: 'new',
    detectedAt: raisedAt - 1_000,
    receivedAt: raisedAt - 500,
    raisedAt,
    changedAt: raisedAt,
    worsenedAt: raisedAt,
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

let nextAlert = 0;
/** Each with an id of its own. */
export function makeAlert(more: Partial<Alert> = {}): Alert {
  const id = more.id ?? `a${(nextAlert++).toString(36)}-0`;
  const reasons = [{ step: 'base', value: 2, detail: { point: 'yt-chem/GD-101', level: 'H' } }];
  return buildAlert({ reasons, raisedAt: 1_002, ...more, id });
}

/** A point in alarm at H, as its alert tells it. */
export function alertPoint(id: string, number: number, more: Partial<AlertPoint> = {}): AlertPoint {
  return {
    id,
    number,
    rule: 'limits-high',
    level: 'H',
    active: true,
    held: false,
    latched: false,
    since: 1,
    excursions: 1,
    ...more,
  };
}

/** The change with this number, of an alert as it is after it. */
export function buildTransition(seq: number, alert: Partial<Alert> = {}, over: Partial<Transition> = {}): Transition {
  return {
    seq,
    partition: 0,
    at: 1_763_775_600_000 + seq,
    change: 'raised',
    from: 'normal',
    to: 'unacknowledged',
    gradeBefore: 'none',
    annunciate: true,
    alert: buildAlert({ seq, worsenedSeq: seq, ...alert }),
    ...over,
  };
}
