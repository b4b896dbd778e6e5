/**
 * What a row, the banner and the detail say of an alert: its point, its place, its value. Texts only, from the registry's
 * names and the dictionary.
 */
import type { Alert } from '../../../src/api/schemas/alerts.ts';
import type { ValueRow } from '../../../src/api/schemas/live.ts';
import type { Point } from '../../../src/api/schemas/registry.ts';
import { isOpen } from '../../../src/api/shapes/alert.ts';
import type { AlertPoint, Duty } from '../../live/alert-list.ts';
import { leadPoint } from '../../live/alert-list.ts';
import { duty, liveRow } from '../../live/desk.ts';
import { divisionsOf, enterpriseById, pointById, sourceById } from '../../live/registry.ts';
import { alertWords } from '../../words/alerts.ts';
import { duration, numberText, unitText, valueWithUnit } from '../format.ts';
import { gradedLimitOf, isGradedRule, isLowLimit, limitMarks, limitWord, namedAs } from './limits.ts';

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

interface Cause {
  readonly point?: string;
  readonly rule?: string;
}

/** What caused a change, by name: watching over a hazard is named by its source. */
export function nameOfCause({ point, rule }: Cause): string {
  if (point === undefined) return '';
  return rule === 'coverage' ? pointName({ id: point, number: -1 }) : pointNameById(point);
}

/**
 * What of the point it was, where it was not the limit itself: a point whose rate has calmed down may stand beyond its limit
 * all the same.
 */
export function ruleOfCause({ rule = 'coverage' }: Cause): string {
  return rule === 'coverage' || isAtLimit(rule) ? '' : (alertWords.value.rules[rule] ?? '');
}

/** What of the point it was, in the story of an alert: of several limits of their own grade which one. */
export function ruleInStory(cause: Cause): string {
  const graded = gradedLimitOf(cause.rule ?? '');
  return graded === undefined ? ruleOfCause(cause) : limitWord(graded);
}

/** `一号罐区 可燃气体`, of the key `{source}|{hazard}` under which watching is counted. */
export function watchedName(key: string): string {
  const [source = '', hazard = ''] = key.split('|');
  const { hazards } = alertWords.value;
  return `${pointName({ id: source, number: -1 })} ${(hazards as Readonly<Record<string, string>>)[hazard] ?? hazard}`;
}

/** True where less is worse. */
function isLow({ limit, rule }: Pick<AlertPoint, 'limit' | 'rule'>): boolean {
  return isLowLimit(limit ?? gradedLimitOf(rule) ?? '') || rule === 'limits-low';
}

/** Rules that stand at the limit itself; every other names the one that the value is heading for. */
const AT_LIMIT: ReadonlySet<string> = new Set(['limits-high', 'limits-low', 'boolean']);

const isAtLimit = (rule: string): boolean => AT_LIMIT.has(rule) || isGradedRule(rule);

/**
 * `高报`, `低低报`, `红色高限`, `动作`: the level by the limit it stands at, for H on the low side is L, and a limit of a grade of
 * its own is named by that; what stands at none is an alarm.
 */
export function levelName(level: string, point: Pick<AlertPoint, 'limit' | 'rule'> | undefined): string {
  const { levels, grade } = alertWords.value;
  // Points of a monitoring item are counted by their colour.
  if (level in grade) return grade[level as keyof typeof grade];
  const graded = gradedLimitOf(point?.rule ?? '');
  if (graded !== undefined && level !== 'none') return limitWord(graded);
  if (level !== 'H' && level !== 'HH') return level === 'PRE' ? levels.PRE : levels.none;
  if (point?.rule === 'coverage') return levels.coverage;
  if (point?.limit === 'critical' || point?.rule === 'boolean') return levels.critical;
  if (point !== undefined && !isAtLimit(point.rule)) return levels.alarm;
  return levels[point !== undefined && isLow(point) ? (level === 'HH' ? 'LL' : 'L') : level];
}

type Activations = Pick<Alert, 'active' | 'activations' | 'activatedAt'>;

/** Engine time at which what stands now became active again; undefined for the first time, and for what is over. */
const activatedAgainAt = ({ active, activations, activatedAt }: Activations): number | undefined =>
  active && activations > 1 ? activatedAt : undefined;

/** Since when it is as it is now: its newest worsening, or the activation after it. */
export function standsSince(alert: Activations & Pick<Alert, 'worsenedAt'>): { at: number; again: boolean } {
  const again = activatedAgainAt(alert) ?? Number.NEGATIVE_INFINITY;
  return { at: Math.max(alert.worsenedAt, again), again: again >= alert.worsenedAt };
}

/** True of an answer to what had ended before it came again. */
export function isAnswerOfBefore(alert: Activations, { at }: Pick<Alert['acknowledgements'][number], 'at'>): boolean {
  return at < (activatedAgainAt(alert) ?? Number.NEGATIVE_INFINITY);
}

/** How long the condition has stood: what is over, or closed, goes on no longer. */
export function lastedMs(alert: Alert, now: number): number {
  return (alert.clearedAt ?? alert.closedAt ?? now) - standsSince(alert).at;
}

/** The hazard; one that is named by its high side, by the low one where every contributor stands or heads there. */
export function hazardName({ hazard, active, points }: Pick<Alert, 'hazard' | 'active' | 'points'>): string {
  const { hazards, lowPressure } = alertWords.value;
  if (hazard !== 'overpressure') return hazards[hazard];
  const told = points.filter((point) => point.rule !== 'coverage' && point.active === active);
  return told.length > 0 && told.every(isLow) ? lowPressure : hazards[hazard];
}

/** Who a row is about: its point, the gateway that went with all behind it, or the watch over a hazard that is lost. */
export function subjectOf(alert: Alert): string {
  const point = leadPoint(alert);
  if (point === undefined) return '';
  const ofHazard = point.rule === 'coverage' && !isGateway(point.id);
  return ofHazard ? (alertWords.value.rules.coverage ?? point.rule) : pointName(point);
}

/**
 * How many points a gateway, or the service, has taken the sight of, wherever they are told; live and declared observers of
 * what is told here, as recorded when the blindness was graded.
 */
function observersOf({ reasons }: Pick<Alert, 'reasons'>, { blinds = 0 }: Pick<AlertPoint, 'blinds'>): string {
  const words = alertWords.value;
  const detail = reasons.find(({ step }) => step === 'coverage')?.detail;
  const all = blinds > 0 ? words.blinds(blinds) : '';
  const told = detail === undefined ? '' : words.observers(String(detail.live), String(detail.declared));
  return [all, told].filter((text) => text !== '').join(' · ');
}

interface Place {
  readonly source: string;
  readonly enterprise: string;
  /** Leaf first. */
  readonly divisions: readonly { readonly code: string; readonly name: string }[];
}

function placeOf(alert: Alert): Place {
  const enterprise = enterpriseById(alert.enterprise)?.name ?? alert.enterprise;
  // Where a gateway or an instrument is what the alert is about, the row's other column says which.
  const isSource = alert.kind === 'hazard' && !isGateway(alert.source);
  const source = isSource ? (sourceById(alert.source)?.name ?? subjectName(alert.source)) : '';
  return { source, enterprise, divisions: divisionsOf(alert.division) };
}

/** The whole path, leaf first, because the end of a long path is what gets cut off. */
export function placeNames(alert: Alert): string[] {
  const { source, enterprise, divisions } = placeOf(alert);
  return [source, enterprise, ...divisions.map(({ name }) => name)].filter((name) => name !== '');
}

/** What this desk needs of the path: an officer does not read the name of their own county in every row. */
function placeSeenFrom({ division, enterprise: own }: Duty['scope'], place: Place): Place {
  if (own !== undefined) return { ...place, enterprise: '', divisions: [] };
  const end = place.divisions.findIndex(({ code }) => code === division);
  return end < 0 ? place : { ...place, divisions: place.divisions.slice(0, end) };
}

/** A place in a row: what may be cut, and the county, which may not where several are in view. */
export function placeInRow(alert: Alert): { readonly site: string; readonly county: string } {
  const { source, enterprise, divisions } = placeSeenFrom(duty.value.scope, placeOf(alert));
  const county = divisions.find(({ code }) => /^\d{6}$/.test(code))?.name ?? '';
  const site = [source, enterprise].filter((name) => name !== '').join(' · ');
  return { site, county };
}

export interface ShownValue {
  readonly text: string;
  readonly limit: string;
  /** The number says nothing about now. */
  readonly doubtful: boolean;
  readonly quality: ValueRow[4] | undefined;
  /** The span that the value lies beyond, on a side where that is judged as its highest limit; empty where it does not. */
  readonly beyond: string;
}

const NO_VALUE: ShownValue = { text: '', limit: '', doubtful: false, quality: undefined, beyond: '' };

/** What stands in the value column of a row. */
export function rowValue(alert: Alert): ShownValue {
  const point = leadPoint(alert);
  if (point === undefined) return NO_VALUE;
  if (point.rule === 'coverage' || point.blinds !== undefined) {
    // Once sight is restored the count of then says nothing of now.
    return { ...NO_VALUE, text: point.active ? observersOf(alert, point) : '' };
  }
  return shownValue(alert, point);
}

type Of = Pick<Alert, 'partition' | 'closedAt'>;

/** What is heard of a contributor now. Of a closed alert that is nothing: it is told as its record stands. */
function heard(alert: Of, point: AlertPoint): ValueRow | undefined {
  return isOpen(alert) ? liveRow(alert.partition, point) : undefined;
}

/** A value of a point in its unit; of a switch, whether it stands where it alarms. */
export function valueText(config: Point | undefined, value: number): string {
  if (config?.valueKind !== 'boolean') return valueWithUnit(value, config?.unit ?? '');
  const { on, off } = alertWords.value.switchValue;
  const critical = config.rules.find(({ kind }) => kind === 'boolean')?.criticalWhen === 0 ? 0 : 1;
  return value === critical ? on : off;
}

/** Value of a contributor: the newest live one; while nobody can see, the last good one that is held; once closed, the recorded one. */
export function shownValue(alert: Of, point: AlertPoint): ShownValue {
  const config = point.number >= 0 ? pointById(point.id) : undefined;
  const newest = heard(alert, point);
  const value = point.held ? point.value : (newest?.[3] ?? point.value);
  const quality = newest?.[4] ?? point.quality;
  const text = value === undefined ? '' : valueText(config, value);
  const limit = point.limit === 'critical' ? '' : limitText(point);
  const beyond = quality === 'uncertain' ? beyondSpan(config, value) : '';
  return { text, limit, quality, doubtful: point.held || (quality !== undefined && quality !== 'good'), beyond };
}

/** The span as text where the value lies beyond it on a side that has limits: there the engine takes it for the highest one. */
function beyondSpan(config: Point | undefined, value: number | undefined): string {
  if (config?.span === undefined || value === undefined) return '';
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = config.span;
  const marks = limitMarks(config.limits);
  const over = value > max && marks.some(({ name }) => !isLowLimit(name));
  const under = value < min && marks.some(({ name }) => isLowLimit(name));
  if (!over && !under) return '';
  if (config.span.min === undefined || config.span.max === undefined) return numberText(over ? max : min);
  // Before a number below zero a dash would read like another sign.
  return [min, max].map(numberText).join(min < 0 ? ' … ' : '–');
}

/** `H 85`, `红色高限 95`: a limit with its value; whoever looks ahead calls one of a grade of its own by the pair. */
export function limitNameOf({
  id,
  number,
  limit,
  limitValue,
}: Pick<AlertPoint, 'id' | 'number' | 'limit' | 'limitValue'>): string {
  if (limitValue === undefined) return '';
  const limits = number >= 0 ? pointById(id)?.limits : undefined;
  const name = namedAs(limits ?? {}, limit ?? '', limitValue);
  return `${name.includes('.') ? limitWord(name) : name} ${numberText(limitValue)}`.trim();
}

/** The limit and what the value has to do with it: past it, near it, or heading for it. */
function limitText(point: AlertPoint): string {
  if (point.limitValue === undefined) return '';
  const limit = limitNameOf(point);
  if (isGradedRule(point.rule)) return limit;
  const { nearing, heading } = alertWords.value;
  // Short of its limit and alarming all the same: the row must say why.
  if (!AT_LIMIT.has(point.rule)) return heading(limit);
  return point.active && point.level === 'PRE' ? nearing(limit) : limit;
}

/** True where a value that is seen is on the good side of its limit again, while the alarm still stands: it has to last. */
export function isBackInside(alert: Of, point: AlertPoint): boolean {
  // What is held or latched ends in another way.
  if (!point.active || point.held || point.latched || point.limitValue === undefined) return false;
  const isNear = point.level === 'PRE' && !isGradedRule(point.rule);
  if (!isAtLimit(point.rule) || point.limit === 'critical' || isNear) return false;
  const [, , , value, quality] = heard(alert, point) ?? [];
  if (value === undefined || quality !== 'good') return false;
  return isLow(point) ? value > point.limitValue : value < point.limitValue;
}

/**
 * Worst value so far. The alert tells it as of its last transition; a value that has come since and is worse is the peak.
 */
export function peakText(alert: Of, point: AlertPoint): string {
  const config = point.number >= 0 ? pointById(point.id) : undefined;
  // A switch has no worst value.
  if (point.peak === undefined || point.limit === 'critical' || config?.valueKind === 'boolean') return '';
  const live = point.active && !point.held ? heard(alert, point)?.[3] : undefined;
  const low = isLow(point);
  const peak = live === undefined ? point.peak : low ? Math.min(point.peak, live) : Math.max(point.peak, live);
  const { peakLow, peakHigh } = alertWords.value;
  return (low ? peakLow : peakHigh)(valueWithUnit(peak, config?.unit ?? ''));
}

/** `速率 +0.17 %/分钟，按 5 分钟计`: what a rate alarm is about; empty for other rules. */
export function rateText(point: AlertPoint): string {
  const slope = point.numbers?.slopePerMinute;
  if (point.rule !== 'rate-of-change' || slope === undefined) return '';
  const { unit = '', rules = [] } = pointById(point.id) ?? {};
  const windowMs = rules.find(({ id }) => id === point.rule)?.windowMs;
  const { rate, overWindow } = alertWords.value;
  const text = rate(`${slope > 0 ? '+' : ''}${numberText(slope)} ${unitText(unit)}`.trim());
  return typeof windowMs === 'number' ? overWindow(text, duration(windowMs)) : text;
}

/** One line for the banner, a title or a reader: what, how much, where. The end is what gets cut off. */
export function sentenceOf(alert: Alert): string {
  const { text, limit, beyond } = rowValue(alert);
  const amount = [text, limit && `(${limit})`, beyond && alertWords.value.beyond].filter(Boolean).join(' ');
  const { site, county } = placeInRow(alert);
  return [hazardName(alert), subjectOf(alert), amount, site, county].filter((part) => part !== '').join(' · ');
}
