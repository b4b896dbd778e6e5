/**
 * What a row, the banner and the detail say of an alert: its point, its place, its value. Texts only, from the registry's
 * names and the dictionary.
 */
import type { Alert } from '../src/api/contract/alerts.ts';
import type { ValueRow } from '../src/api/contract/live.ts';
import type { AlertPoint } from './alert-list.ts';
import { leadPoint } from './alert-list.ts';
import { screen, words } from './desk.ts';
import { numberText, unitText, valueWithUnit } from './format.ts';
import { divisionNames, enterpriseById, pointById, sourceById } from './registry.ts';

/** Short name of whatever can contribute: a point, a gateway, a source, the service. */
export function subjectName(id: string): string {
  if (id === 'service') return words.value.service;
  const tag = id.slice(id.indexOf('/') + 1);
  if (tag.startsWith('~')) return words.value.gateway(tag.slice(1));
  return tag;
}

/** `可燃气体 GD-101`: the given name of the point with its tag, or the tag alone. */
export function pointName({ id, number }: Pick<AlertPoint, 'id' | 'number'>): string {
  const ofSource = number < 0 && id.includes('/') && !id.includes('/~');
  if (number < 0) return (ofSource ? sourceById(id)?.name : undefined) ?? subjectName(id);
  const point = pointById(id);
  const tag = subjectName(id);
  return point === undefined || point.name.includes(tag) ? (point?.name ?? tag) : `${point.name} ${tag}`;
}

export function hazardName(alert: Pick<Alert, 'hazard'>): string {
  return words.value.hazards[alert.hazard];
}

/** Leaf first, because the end of a long path is what gets cut off. */
export function placeNames(alert: Alert): string[] {
  const enterprise = enterpriseById(alert.enterprise)?.name ?? alert.enterprise;
  // A device alarm is about a gateway or a point: the row's other column says which.
  const isSource = alert.kind === 'hazard';
  const source = isSource ? (sourceById(alert.source)?.name ?? subjectName(alert.source)) : '';
  return [source, enterprise, ...divisionNames(alert.division)].filter((name) => name !== '');
}

export interface ShownValue {
  readonly text: string;
  readonly limit: string;
  /** The number says nothing about now. */
  readonly doubtful: boolean;
  readonly quality: ValueRow[3] | undefined;
}

/** Value of a contributor: the newest live one, or while nobody can see, the last good one that is held. */
export function shownValue(point: AlertPoint): ShownValue {
  const config = point.number >= 0 ? pointById(point.id) : undefined;
  const unit = config?.unit ?? '';
  const newest = screen.value.values.get(point.number);
  const value = point.held ? point.value : (newest?.[2] ?? point.value);
  const quality = newest?.[3] ?? point.quality;
  const isSwitch = point.limit === 'critical' || config?.valueKind === 'boolean';
  const { switchValue, limits } = words.value;
  let text = '';
  if (value !== undefined)
    text = isSwitch ? switchText(value, config?.criticalWhen, switchValue) : valueWithUnit(value, unit);
  const limitName = (limits as Record<string, string>)[point.limit ?? ''] ?? point.limit ?? '';
  const limit = point.limitValue === undefined || isSwitch ? '' : `${limitName} ${numberText(point.limitValue)}`;
  return { text, limit, quality, doubtful: point.held || (quality !== undefined && quality !== 'good') };
}

function switchText(value: number, critical: number | undefined, says: { on: string; off: string }): string {
  return value === (critical ?? 1) ? says.on : says.off;
}

export function peakText(point: AlertPoint): string {
  if (point.peak === undefined) return '';
  const unit = pointById(point.id)?.unit ?? '';
  return unitText(unit) === '' ? numberText(point.peak) : valueWithUnit(point.peak, unit);
}

/** One line for the banner, a title or a reader: what, where, how much. */
export function sentenceOf(alert: Alert): string {
  const point = leadPoint(alert);
  const value = point === undefined ? '' : shownValue(point);
  const amount = value === '' ? '' : [value.text, value.limit === '' ? '' : `(${value.limit})`].join(' ').trim();
  return [hazardName(alert), point === undefined ? '' : pointName(point), placeNames(alert).join(' / '), amount]
    .filter((part) => part !== '')
    .join(' · ');
}
