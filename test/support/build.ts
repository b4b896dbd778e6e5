// Complete shapes, one builder each for tests and benches: what a test states is what it is about, the rest stands here.
import type { Alert, Transition } from '../../src/model/alert.ts';
import type { PointConfig } from '../../src/model/point.ts';
import type { StatedPoint } from './rule-fields.ts';
import { pointFrom } from './rule-fields.ts';

/** A gas head of `{enterprise}/{tag}`, without delays and with both of its high limits. */
export function buildPoint(id: string, over: Partial<StatedPoint> = {}): PointConfig {
  const [enterprise, tag] = id.split('/');
  return pointFrom({
    id,
    enterprise,
    tag,
    source: `${enterprise}/farm`,
    name: tag,
    type: 'gas_lel',
    hazard: 'flammable-gas',
    valueKind: 'number',
    unit: '%{LEL}',
    gateways: ['gw1'],
    intervalMs: 10_000,
    limits: { H: 25, HH: 50 },
    deadband: 0,
    onDelayMs: 0,
    offDelayMs: 0,
    latching: false,
    response: 'process',
    persistenceMs: 600_000,
    responseMs: 900_000,
    floors: [],
    basis: { source: 'GB/T 50493-2019', mark: 'V' },
    ...over,
  });
}

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
