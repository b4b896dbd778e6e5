/**
 * The limits of the point that an alert is about, the worst first: which value, which of them are reached, and what each asks
 * for where they ask for different things.
 */
import type { Alert } from '../../../src/api/schemas/alerts.ts';
import type { PointState } from '../../../src/api/schemas/readings.ts';
import type { Limits, Point } from '../../../src/api/schemas/registry.ts';
import type { AlertPoint } from '../../live/alert-list.ts';
import { pointById } from '../../live/registry.ts';
import { SHAPES } from '../alert/badge.tsx';
import type { LimitMark } from '../alert/limits.ts';
import { isLowLimit, limitMarks, limitWord } from '../alert/limits.ts';
import { valueWithUnit } from '../format.ts';
import { detailWords } from './words.ts';

interface OfPoint {
  readonly alert: Alert;
  readonly point: AlertPoint;
  readonly state: PointState | undefined;
}

export function LimitList({ alert, point, state }: OfPoint) {
  const config = pointById(point.id);
  if (config === undefined || config.valueKind === 'boolean') return null;
  const marks = worstFirst(state?.limits ?? config.limits);
  if (marks.length === 0) return null;
  const own = config.rules.some(({ id, action }) => id.startsWith('limit-') && action !== undefined);
  return (
    <>
      <h3>{detailWords.value.limits}</h3>
      <ul class="limits">
        {marks.map((mark) => (
          <LimitLine key={mark.name} mark={mark} config={config} own={own} reached={isReached(mark, alert, point)} />
        ))}
      </ul>
    </>
  );
}

interface Line {
  readonly mark: LimitMark;
  readonly config: Point;
  /** The limits of this point say for themselves what is to be done. */
  readonly own: boolean;
  readonly reached: boolean;
}

function LimitLine({ mark: { name, value }, config, own, reached }: Line) {
  const rule = config.rules.find(({ id }) => id === `limit-${name.replace('.', '-')}`);
  const sign = isLowLimit(name) ? (rule?.beyond === true ? '<' : '≤') : rule?.beyond === true ? '>' : '≥';
  return (
    <li class={reached ? 'reached' : ''} data-limit={name}>
      <span class="name">{nameOf(name)}</span>
      <span class="value">
        {sign} {valueWithUnit(value, config.unit)}
      </span>
      <span class="standing">{reached ? detailWords.value.reached : ''}</span>
      {own && <span class="asks">{rule?.action ?? config.action}</span>}
    </li>
  );
}

const GRADES = ['blue', 'yellow', 'orange', 'red'] as const;

/** `■ 红色高限`, `高高限 HH`. */
function nameOf(name: string): string {
  const grade = GRADES.find((one) => name.endsWith(`.${one}`));
  const word = limitWord(name);
  if (grade !== undefined) return `${SHAPES[grade]} ${word}`;
  return word === name ? name : `${word} ${name}`;
}

/** High side first; on each the one furthest out. */
function worstFirst(limits: Limits): LimitMark[] {
  const marks = limitMarks(limits);
  return [
    ...marks.filter(({ name }) => !isLowLimit(name)).sort((a, b) => b.value - a.value),
    ...marks.filter(({ name }) => isLowLimit(name)).sort((a, b) => a.value - b.value),
  ];
}

/** As the alert stands: the limit itself, and what lies before it on its side. */
function isReached({ name, value }: LimitMark, { points }: Alert, { id }: AlertPoint): boolean {
  const low = isLowLimit(name);
  return points.some(
    ({ id: other, active, rule, limit = '', limitValue, level }) =>
      active &&
      other === id &&
      rule.startsWith('limit') &&
      (level !== 'PRE' || rule.startsWith('limit-')) &&
      limitValue !== undefined &&
      isLowLimit(limit) === low &&
      (low ? value >= limitValue : value <= limitValue),
  );
}
