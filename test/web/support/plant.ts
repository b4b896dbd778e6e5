// An hour of a tank farm for the screen's tests: points with history, and alerts in every state that a row can show.
import type { Alert } from '../../../src/api/schemas/alerts.ts';
import type { RawRow } from '../../../src/api/schemas/readings.ts';
import type { FakeService } from '../../api/support/service.ts';
import { alertPoint, makeAlert } from '../../support/build/alert.ts';
import { buildPoint } from '../../support/build/point.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** An hour of a gas head that rises over its limits, with ten minutes of silence in it. */
function risingGas(now: number): RawRow[] {
  const rows: RawRow[] = [];
  for (let at = now - HOUR_MS; at <= now; at += 10_000) {
    const minute = (at - now) / MINUTE_MS + 60;
    if (minute > 20 && minute < 30) continue;
    const wave = 3 * Math.sin(minute / 2.1) + 1.5 * Math.sin(minute * 1.7);
    const rise = minute > 42 ? (minute - 42) * 2.6 : 0;
    rows.push({ at, value: 11 + wave + rise, quality: minute > 35 && minute < 36 ? 'uncertain' : 'good' });
  }
  return rows;
}

const REASONS: Alert['reasons'] = [
  { step: 'base', value: 3, detail: { point: 'yt-chem/GD-101', rule: 'limits-high', level: 'HH' } },
  { step: 'class', value: 1, detail: { alarmClass: 'highest', sourceLevel: 1 } },
  { step: 'persistence', value: 0, detail: {} },
  {
    step: 'trend',
    value: 1,
    detail: { point: 'yt-chem/GD-101', timeToLimitMs: 240_000, r2: 0.93, responseMs: 600_000 },
  },
  { step: 'breadth', value: 1, detail: { points: 2, level: 'HH' } },
  { step: 'quality', value: 0, detail: {} },
  { step: 'clamp', value: 4, detail: { height: 6 } },
];

/** Fills a service that stands still; nothing changes until a test says so. */
export function fillPlant(service: FakeService): void {
  const now = service.time.now();
  service.points.push(
    {
      number: 5,
      config: buildPoint('yt-chem/LT-201', {
        source: 'yt-chem/tank-farm-1',
        name: '二号储罐液位',
        unit: '%',
        hazard: 'overfill',
        limits: { LL: 10, L: 15, H: 85, HH: 90 },
        basis: { source: 'AQ 3036-2010', mark: 'M' },
        consequence: '液位继续上升将冒顶溢罐',
        action: '核对就地液位计，停止或切换进料',
        owner: '储运车间主任',
      }),
    },
    {
      number: 6,
      config: buildPoint('yt-chem/XA-301', {
        source: 'yt-chem/tank-farm-1',
        name: '手动报警按钮',
        unit: '',
        hazard: 'fire',
        valueKind: 'boolean',
        limits: {},
        criticalWhen: true,
        intervalMs: null,
      }),
    },
  );
  service.nextHistory = { downsampled: false, items: risingGas(now) };
  const common = {
    quality: 'good' as const,
    neverSeen: false,
    unsaved: false,
    stale: false,
    number: 3,
    unit: '%{LEL}',
  };
  service.pointStates.set(3, {
    ...common,
    point: 'yt-chem/GD-101',
    level: 'HH',
    limits: { H: 25, HH: 50 },
    forecast: {
      limit: 'HH',
      limitValue: 80,
      numbers: { timeToLimitMs: 8 * MINUTE_MS, timeToLimitEarliestMs: 5 * MINUTE_MS, r2: 0.93 },
    },
  });
  service.newestValues.set(3, [0, 3, now, 57.8, 'good']);
  service.change(...plantAlerts(now));
}

function plantAlerts(now: number): Alert[] {
  const ago = (minutes: number) => ({ raisedAt: now - minutes * MINUTE_MS, changedAt: now - minutes * MINUTE_MS });
  const acked = (level: 'enterprise' | 'province', note: string) => ({
    state: 'acknowledged' as const,
    acked: true,
    ackedLevel: level,
    acknowledgements: [{ level, by: '王', at: now - 5 * MINUTE_MS, note, seq: 1 }],
  });
  const gas = { value: 57.8, quality: 'good' as const, limit: 'HH', limitValue: 50, peak: 58.3, level: 'HH' as const };
  return [
    makeAlert({
      id: 'red',
      grade: 'red',
      ...ago(12),
      reasons: REASONS,
      points: [
        alertPoint('yt-chem/GD-101', 3, {
          ...gas,
          since: now - 12 * MINUTE_MS,
          excursions: 3,
          numbers: { timeToLimitMs: 480_000, r2: 0.93 },
        }),
        alertPoint('yt-chem/GD-102', 4, { ...gas, value: 51.2, peak: 51.9, since: now - 4 * MINUTE_MS }),
      ],
    }),
    makeAlert({
      id: 'orange',
      grade: 'orange',
      hazard: 'overfill',
      ...ago(30),
      blindSince: now - 3 * MINUTE_MS,
      points: [
        alertPoint('yt-chem/LT-201', 5, {
          level: 'HH',
          held: true,
          value: 91.4,
          limit: 'HH',
          limitValue: 90,
          blindSince: now - 3 * MINUTE_MS,
        }),
      ],
    }),
    makeAlert({
      id: 'mine',
      key: 'bh-mine/face-1||mine-gas|hazard',
      enterprise: 'bh-mine',
      source: 'bh-mine/face-1',
      division: '320922',
      hazard: 'mine-gas',
      grade: 'yellow',
      peakGrade: 'orange',
      state: 'returned-unacknowledged',
      active: false,
      retrospective: true,
      ...ago(26 * 60),
      points: [alertPoint('bh-mine/CH4-1', 7, { active: false, value: 0.61, limit: 'H', limitValue: 0.8, peak: 1.2 })],
    }),
    makeAlert({
      id: 'button',
      hazard: 'fire',
      grade: 'orange',
      ...ago(3),
      ...acked('province', '已通知企业'),
      points: [
        alertPoint('yt-chem/XA-301', 6, {
          level: 'HH',
          rule: 'boolean',
          value: 1,
          limit: 'critical',
          limitValue: 1,
          latched: true,
        }),
      ],
    }),
    makeAlert({
      id: 'device',
      kind: 'device',
      hazard: 'offline',
      grade: 'blue',
      source: 'yt-chem/~gw1',
      ...ago(3),
      reasons: [{ step: 'device', value: 1, detail: { point: 'yt-chem/~gw1', rule: 'offline' } }],
      points: [alertPoint('yt-chem/~gw1', -1, { rule: 'offline' })],
    }),
    makeAlert({
      id: 'unsaved',
      grade: 'blue',
      unsaved: true,
      ...ago(1),
      points: [alertPoint('yt-chem/GD-102', 4, { value: 26 })],
    }),
  ];
}
