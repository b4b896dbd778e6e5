/**
 * Units of an expression: what is added or compared must be of one unit, and the result of the unit that the point states.
 * It knows which units are the same, not which could be turned into each other: nothing is converted behind one's back.
 */
import type { ASTNode } from '@marcbachmann/cel-js';
import { childrenOf, comprehensionOf } from './expression-tree.ts';
import { told } from './expression-words.ts';
import type { ExpressionSetting } from './setting.ts';

/**
 * A UCUM unit; ANY of a bare number, which takes the other's; FIGURE of a parameter, which takes the other's too, but may have
 * one of its own in a product; UNTOLD of a product, whose unit is not worked out.
 */
type Unit = string | typeof ANY | typeof FIGURE | typeof UNTOLD;
const ANY = Symbol('any');
const FIGURE = Symbol('figure');
const UNTOLD = Symbol('untold');

const ALIKE: ReadonlySet<string> = new Set(['+', '-', '<', '<=', '>', '>=', '==', '!=']);
const COMPARED: ReadonlySet<string> = new Set(['<', '<=', '>', '>=', '==', '!=', 'in', '&&', '||', '!_']);

/** Everything that does not fit, in words. */
export function unitErrors(ast: ASTNode, setting: ExpressionSetting): string[] {
  const known = new Map<string, Unit>();
  for (const [name, { valueKind, unit }] of Object.entries(setting.inputs))
    known.set(name, valueKind === 'boolean' ? ANY : unit);
  const errors: string[] = [];
  const result = unitOf(ast, known, errors);
  if (setting.valueKind === 'number' && typeof result === 'string' && result !== setting.unit)
    errors.push(
      told(ast.input, undefined, {
        en: `gives ${inWords(result)}, and the point is in ${inWords(setting.unit)}`,
        zh: `结果的单位是 ${inWords(result)}，而测点是 ${inWords(setting.unit)}`,
      }),
    );
  return errors;
}

const inWords = (unit: string): string => (unit === '' ? 'no unit' : unit);

function unitOf(node: ASTNode, known: ReadonlyMap<string, Unit>, errors: string[]): Unit {
  if (node.op === 'value') return ANY;
  if (node.op === 'id') return known.get(node.args) ?? FIGURE;
  const over = comprehensionOf(node);
  if (over !== undefined) return overList(over, known, errors);
  const units = childrenOf(node).map((child) => unitOf(child, known, errors));
  if (ALIKE.has(node.op)) {
    const unit = together(units, node, errors);
    return COMPARED.has(node.op) ? ANY : unit;
  }
  if (COMPARED.has(node.op)) return ANY;
  if (node.op === '*' || node.op === '/' || node.op === '%') return product(units, node.op);
  if (node.op === '?:') return together(units.slice(1), node, errors);
  if (node.op === '[]') return units[0];
  if (node.op === 'call' && (node.args[0] === 'size' || node.args[0] === 'known')) return ANY;
  return together(units, node, errors);
}

function overList(
  { call, list, name, bodies }: NonNullable<ReturnType<typeof comprehensionOf>>,
  known: ReadonlyMap<string, Unit>,
  errors: string[],
): Unit {
  const unit = unitOf(list, known, errors);
  const inside = new Map(known).set(name, unit);
  const given = bodies.map((body) => unitOf(body, inside, errors));
  if (call === 'map') return given.at(-1) ?? UNTOLD;
  return call === 'filter' ? unit : ANY;
}

function together(units: readonly Unit[], node: ASTNode, errors: string[]): Unit {
  const stated = [...new Set(units.filter((unit) => typeof unit === 'string'))];
  if (stated.length > 1)
    errors.push(
      told(node.input, node, {
        en: `${stated.map(inWords).join(' and ')} are not of one unit`,
        zh: `${stated.map(inWords).join('与')}单位不一致`,
      }),
    );
  if (stated.length > 0) return stated[0];
  if (units.includes(UNTOLD)) return UNTOLD;
  return units.includes(FIGURE) ? FIGURE : ANY;
}

/** By a bare number the unit stays; any other product has one that is not known here. */
function product(units: readonly Unit[], op: '*' | '/' | '%'): Unit {
  const [left, right] = units;
  if (right === ANY) return left;
  return left === ANY && op === '*' ? right : UNTOLD;
}
