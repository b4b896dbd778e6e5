/**
 * What must hold between the figures of one point before they may judge anything: the same for a pack's type and for a
 * resolved point. It answers in words and repairs nothing.
 */
import type { PointConfig, Range, RuleConfig } from '../../model/point.ts';
import type { Stated } from './rule-shapes-definition.ts';
import { definitionOf, definitions, rulesOf } from './rules-of.ts';

/** The figures that depend on each other. */
export type Figures = Pick<
  PointConfig,
  'valueKind' | 'unit' | 'intervalMs' | 'span' | 'plausible' | 'consequence' | 'action'
>;

/** Everything that is wrong, all at once; empty when the figures and the rules that `stated` makes may be used. */
export function checkFigures(figures: Figures, stated: Stated): string[] {
  const { valueKind, intervalMs } = figures;
  const errors = [...checkRange('span', figures.span), ...checkRange('plausible', figures.plausible)];
  errors.push(...misplaced(valueKind, stated));
  if (valueKind === 'boolean' && figures.unit !== '') errors.push('unit: a boolean point has none');
  const rules = rulesOf(stated);
  for (const rule of rules) {
    const definition = definitionOf(rule.kind);
    if (definition === undefined || definition.values !== valueKind) continue;
    errors.push(...definition.check(rule, { intervalMs, rules, span: figures.span }));
    if (definition.alarms) errors.push(...unanswerable(figures, rule));
  }
  return [...new Set(errors)];
}

/** A limit nobody can answer is an event, not an alarm (ISA-18.2 rationalization). */
function unanswerable(figures: Figures, rule: RuleConfig): string[] {
  const errors: string[] = [];
  if (!figures.consequence && !rule.consequence)
    errors.push('consequence: an alarm must say what happens if nothing is done');
  if (!figures.action && !rule.action)
    errors.push(
      'action: an alarm must say what the operator does; what nobody answers is an event: state it under `events`',
    );
  return errors;
}

/** Fields of rules that cannot judge such a point. */
function misplaced(valueKind: PointConfig['valueKind'], stated: Stated): string[] {
  const right = definitions.filter(({ values }) => values === valueKind).flatMap(({ pack }) => Object.keys(pack));
  const wrong = valueKind === 'boolean' ? 'a boolean point has none' : 'only a boolean point has it';
  return Object.entries(stated).flatMap(([field, value]) => {
    const isKnown = definitions.some(({ pack }) => field in pack);
    const isEmpty = typeof value === 'object' && value !== null && Object.keys(value).length === 0;
    return !isKnown || value === undefined || isEmpty || right.includes(field) ? [] : [`${field}: ${wrong}`];
  });
}

function checkRange(name: string, range: Range | undefined): string[] {
  if (range?.min === undefined || range.max === undefined || range.min < range.max) return [];
  return [`${name}: min ${range.min} must be below max ${range.max}`];
}
