/**
 * What a row, the banner and the detail say of an alert: its point, its place, its value. Texts only, from the registry's
 * names and the dictionary.
 */
import type { Alert } from '../../../src/api/schemas/alerts.ts';
import type { ValueRow } from '../../../src/api/schemas/live.ts';
import type { Point } from '../../../src/api/schemas/registry.ts';
import type { AlertPoint } from '../../live/alert-list.ts';
import { leadPoint } from '../../live/alert-list.ts';
import { liveRow } from '../../live/desk.ts';
import { divisionNames, enterpriseById, pointById, sourceById } from '../../live/registry.ts';
import { alertWords } from '../../words/alerts.ts';
import { numberText, valueWithUnit } from '../format.ts';

/** Short name of whatever can contribute: a point, a gateway, a source, the service. */
function subjectName(id: string): string {
  if (id === 'service' || id.startsWith('service/')) return alertWords.value.service;
  const tag = id.slice(id.indexOf('/') + 1);
  if (tag.startsWith('~')) return alertWords.value.gateway(tag.slice(1));
  return tag;
}

const isGateway = (id: string): boolean => id.includes('/~');

/** `GD-101 一号罐区可燃气体`: the tag first, because the end of a long name is what gets cut off. */
export function pointName({ id, number }: Pick<AlertPoint, 'id' | 'number'>): string {
  const ofSource = number < 0 && id.includes('/') && !isGateway(id);
  if (number < 0) return (ofSource ? sourceById(id)?.name : undefined) ?? subjectName(id);
  const name = pointById(id)?.name ?? '';
  const tag = subjectName(id);
  return name.includes(tag) ? name : `${tag} ${name}`.trim();
}

/** Name of a point, or of the gateway or service that stands in its place, by its id alone. */
export function pointNameById(id: string): string {
  const isPoint = id.includes('/') && !isGateway(id);
  return pointName({ id, number: isPoint ? 0 : -1 });
}

/** What caused a change, by name: watching over a hazard is named by its source. */
export function nameOfCause({ point, rule }: { readonly point?: string; readonly rule?: string }): string {
  if (point === undefined) return '';
  return rule === 'coverage' ? pointName({ id: point, number: -1 }) : pointNameById(point);
}

/** `一号罐区 可燃气体`, of the key `{source}|{hazard}` under which watching is counted. */
export function watchedName(key: string): string {
  const [source = '', hazard = ''] = key.split('|');
  const { hazards } = alertWords.value;
  return `${pointName({ id: source, number: -1 })} ${(hazards as Readonly<Record<string, string>>)[hazard] ?? hazard}`;
}

/** `高报`, `低低报`, `动作`: the level by the limit it stands at, for H on the low side is L. */
export function levelName(level: string, point: Pick<AlertPoint, 'limit' | 'rule'> | undefined): string {
  const { levels } = alertWords.value;
  if (level !== 'H' && level !== 'HH') return level === 'PRE' ? levels.PRE : levels.none;
  if (point?.rule === 'coverage') return levels.coverage;
  if (point?.limit === 'critical') return levels.critical;
  const low = point?.limit === 'L' || point?.limit === 'LL' || point?.rule === 'limits-low';
  return levels[low ? (level === 'HH' ? 'LL' : 'L') : level];
}

/** How long the condition has stood: what is over goes on no longer. */
export function lastedMs(alert: Pick<Alert, 'worsenedAt' | 'clearedAt'>, now: number): number {
  return (alert.clearedAt ?? now) - alert.worsenedAt;
}

export function hazardName(alert: Pick<Alert, 'hazard'>): string {
  return alertWords.value.hazards[alert.hazard];
}

/** Who a row is about: its point, the gateway that went with all behind it, or the watch over a hazard that is lost. */
export function subjectOf(alert: Alert): string {
  const point = leadPoint(alert);
  if (point === undefined) return '';
  const ofHazard = point.rule === 'coverage' && !isGateway(point.id);
  return ofHazard ? (alertWords.value.rules.coverage ?? point.rule) : pointName(point);
}

/** Live and declared observers, as recorded when the blindness was graded. */
function observersOf({ reasons }: Alert): string {
  const detail = reasons.find(({ step }) => step === 'coverage')?.detail;
  return detail === undefined ? '' : `${detail.live} / ${detail.declared}`;
}

/** Leaf first, because the end of a long path is what gets cut off. */
export function placeNames(alert: Alert): string[] {
  const enterprise = enterpriseById(alert.enterprise)?.name ?? alert.enterprise;
  // Where a gateway or an instrument is what the alert is about, the row's other column says which.
  const isSource = alert.kind === 'hazard' && !isGateway(alert.source);
  const source = isSource ? (sourceById(alert.source)?.name ?? subjectName(alert.source)) : '';
  return [source, enterprise, ...divisionNames(alert.division)].filter((name) => name !== '');
}

export interface ShownValue {
  readonly text: string;
  readonly limit: string;
  /** The number says nothing about now. */
  readonly doubtful: boolean;
  readonly quality: ValueRow[4] | undefined;
}

/** What stands in the value column of a row. */
export function rowValue(alert: Alert): ShownValue {
  const point = leadPoint(alert);
  if (point === undefined) return { text: '', limit: '', doubtful: false, quality: undefined };
  if (point.rule === 'coverage') {
    // Once sight is restored the count of then says nothing of now.
    return { text: point.active ? observersOf(alert) : '', limit: '', doubtful: false, quality: undefined };
  }
  return shownValue(alert.partition, point);
}

/** Value of a contributor: the newest live one, or while nobody can see, the last good one that is held. */
export function shownValue(partition: number, point: AlertPoint): ShownValue {
  const config = point.number >= 0 ? pointById(point.id) : undefined;
  const unit = config?.unit ?? '';
  const newest = liveRow(partition, point);
  const value = point.held ? point.value : (newest?.[3] ?? point.value);
  const quality = newest?.[4] ?? point.quality;
  const isSwitch = point.limit === 'critical' || config?.valueKind === 'boolean';
  const { switchValue } = alertWords.value;
  let text = '';
  if (value !== undefined)
    text = isSwitch ? switchText(value, criticalOf(config), switchValue) : valueWithUnit(value, unit);
  const limit =
    point.limitValue === undefined || isSwitch ? '' : `${point.limit ?? ''} ${numberText(point.limitValue)}`.trim();
  // Below its limit and alarming all the same: the row must say that it is the nearness.
  const shownLimit = limit !== '' && point.active && point.level === 'PRE' ? alertWords.value.nearing(limit) : limit;
  return { text, limit: shownLimit, quality, doubtful: point.held || (quality !== undefined && quality !== 'good') };
}

/** The value a switch point alarms at. */
function criticalOf(config: Point | undefined): number {
  const critical = config?.rules.find(({ kind }) => kind === 'boolean')?.criticalWhen;
  return critical === 0 ? 0 : 1;
}

function switchText(value: number, critical: number, says: { on: string; off: string }): string {
  return value === critical ? says.on : says.off;
}

/**
 * Worst value so far. The alert tells it as of its last transition; a value that has come since and is worse is the peak.
 */
export function peakText(partition: number, point: AlertPoint): string {
  if (point.peak === undefined) return '';
  const live = point.active && !point.held ? liveRow(partition, point)?.[3] : undefined;
  const low = point.limit === 'L' || point.limit === 'LL';
  const peak = live === undefined ? point.peak : low ? Math.min(point.peak, live) : Math.max(point.peak, live);
  return valueWithUnit(peak, pointById(point.id)?.unit ?? '');
}

/** One line for the banner, a title or a reader: what, how much, where. The end is what gets cut off. */
export function sentenceOf(alert: Alert): string {
  const { text, limit } = rowValue(alert);
  const amount = limit === '' ? text : `${text} (${limit})`;
  return [hazardName(alert), subjectOf(alert), amount, placeNames(alert).join(' / ')]
    .filter((part) => part !== '')
    .join(' · ');
}
