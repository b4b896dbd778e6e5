// Whatever the engine says of an alert leaves over HTTP as it leaves over the socket: no field is silently cut by the schema.
import { expect, it } from 'vitest';
import { alertSchema, transitionSchema } from '../../src/api/schemas/alerts.ts';
import type { Alert, AlertPoint, Duty, Hiding, Transition } from '../../src/model/alert.ts';

const HIDING: Required<Hiding> = {
  points: ['yt-chem/GD-1'],
  grade: 'yellow',
  until: 9,
  reason: '检修',
  by: '李',
  second: '王',
};
const DUTY: Required<Duty> = { level: 'town', since: 3, dueAt: 8, answeredSeq: 5 };
const POINT: Required<AlertPoint> = {
  id: 'yt-chem/GD-1',
  number: 1,
  rule: 'limits-high',
  level: 'H',
  active: true,
  held: true,
  latched: false,
  since: 1,
  value: 27,
  quality: 'stale',
  sampledAt: 1,
  limit: 'H',
  limitValue: 25,
  peak: 30,
  excursions: 2,
  blindSince: 4,
  blinds: 12,
  numbers: { timeToLimitMs: 60_000, r2: 0.9 },
  bulletin: 2,
  unclear: { reason: 'poor-fit', limit: 'HH', limitValue: 50, numbers: { timeToLimitEarliestMs: 30_000, r2: 0.4 } },
};
/** Every field there is: one that is added to the alert and not here does not compile. */
const FULL: Required<Alert> = {
  id: 'a0.1-0',
  key: 'yt-chem/tank-farm-1|T-1|flammable-gas|hazard',
  partition: 3,
  kind: 'hazard',
  enterprise: 'yt-chem',
  source: 'yt-chem/tank-farm-1',
  unit: 'T-1',
  hazard: 'flammable-gas',
  division: '320921',
  state: 'acknowledged',
  active: true,
  acked: true,
  ackedLevel: 'town',
  shelved: true,
  suppressed: false,
  outOfService: true,
  latched: false,
  blindSince: 4,
  grade: 'red',
  peakGrade: 'red',
  handling: 'verified',
  detectedAt: 1,
  receivedAt: 2,
  raisedAt: 3,
  changedAt: 6,
  worsenedAt: 5,
  activatedAt: 4,
  publishedAt: 7,
  clearedAt: 8,
  closedAt: 9,
  acknowledgements: [{ level: 'town', by: '李', at: 6, note: '已派人', seq: 5 }],
  shelf: HIDING,
  outOfServiceBy: HIDING,
  duties: [DUTY],
  deadlines: [{ purpose: 'regrade', dueAt: 8 }],
  links: ['320922'],
  closing: { by: '李', role: 'county-duty', level: 'county', at: 8, cause: 'real', note: '已处置' },
  points: [POINT],
  pointsTotal: 300,
  reasons: [{ step: 'base', value: 2, detail: { point: 'yt-chem/GD-1' } }],
  occurrence: 2,
  activations: 3,
  reopens: 'a0-0',
  exercise: false,
  retrospective: false,
  unsaved: true,
  seq: 6,
  worsenedSeq: 5,
};
const TOLD: Required<Transition> = {
  seq: 6,
  partition: 3,
  at: 6,
  change: 'new-point',
  from: 'acknowledged',
  to: 'unacknowledged',
  gradeBefore: 'orange',
  point: 'yt-chem/GD-1',
  rule: 'limits-high',
  points: ['yt-chem/GD-1', 'yt-chem/GD-2'],
  bulletin: 2,
  by: '李',
  note: '…',
  divisionBefore: '320922',
  annunciate: true,
  alert: FULL,
};

it('an alert with every field comes through whole', () => {
  expect(alertSchema.parse(FULL)).toEqual(FULL);
});

it('so does a transition', () => {
  expect(transitionSchema.parse(TOLD)).toEqual(TOLD);
});
