/**
 * Expressions of derived points: CEL, checked as a whole when it is stated (syntax, types, names, units, cost), compiled
 * once, and without any access to a clock, a pattern or anything but the values it names. A value that is not known may be
 * left out: CEL's logic finds an answer without it where there is one. The one file that knows the library.
 */
import type { ASTNode } from '@marcbachmann/cel-js';
import { Environment, EvaluationError } from '@marcbachmann/cel-js';
import type { Figures } from './expression-growth.ts';
import { neverFalls } from './expression-growth.ts';
import { textOf } from './expression-text.ts';
import { asRun, costErrors, nodesOf } from './expression-tree.ts';
import { unitErrors } from './expression-units.ts';
import { inWords, told, typeInWords } from './expression-words.ts';
import type { ExpressionSetting } from './setting.ts';

/**
 * By name: numbers, booleans, or lists of them. A name that is not there is not known; whether an input is, is known by
 * `knownName` of it, or left open likewise.
 */
export type Values = Readonly<Record<string, number | boolean | readonly number[] | readonly boolean[]>>;

/**
 * The value, booleans as 1 and 0; undefined where what is not known is needed for it; not finite where it cannot be computed
 * from what is known (a division by nothing).
 */
export interface Expression {
  evaluate(values: Values): number | undefined;
  /** Whether its value surely never falls as the input grows, with these figures of the point. */
  neverFalls(input: string, figures: Figures): boolean;
}

type Compiled =
  | { readonly ok: true; readonly expression: Expression }
  | { readonly ok: false; readonly errors: readonly string[] };

/** Everything that may be called. No patterns (`matches` can be made to run for hours), no time, no conversions of text. */
const CALLABLE: ReadonlySet<string> = new Set([
  'size',
  'exists',
  'all',
  'exists_one',
  'filter',
  'map',
  'min',
  'max',
  'sum',
  'abs',
  'double',
  'known',
]);
const QUOTIENT = 'quotient';
const KNOWN = 'known';
const LIMITS = { maxAstNodes: 200, maxDepth: 24, maxListElements: 32, maxMapEntries: 1, maxCallArguments: 8 };
/** What runs may be longer than what was stated. */
const LIMITS_RUN = { ...LIMITS, maxAstNodes: 4 * LIMITS.maxAstNodes, maxDepth: 4 * LIMITS.maxDepth };

const ARITHMETIC: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': quotient,
};

/** Stands for every division: CEL's own by nothing is a number, of which a comparison makes a surely false. */
function quotient(a: number | bigint, b: number | bigint): number {
  if (Number(b) === 0) throw new EvaluationError('division by zero');
  return Number(a) / Number(b);
}

/** What stands for `known(input)`: no input can have the name. */
export const knownName = (input: string): string => `known_${input}`;

/** Of a list of inputs: those of it that are known, and whether they are all (left open where they are not). */
export const partName = (input: string): string => `part_${input}`;
export const wholeName = (input: string): string => `whole_${input}`;

/** False where the expression surely does not ask whether an input is known. */
export const asksWhatIsKnown = (text: string): boolean => text.includes(KNOWN);

/** Compiles an expression, or says everything that is wrong with it. */
export function compileExpression(text: string, setting: ExpressionSetting): Compiled {
  try {
    const environment = environmentOf(setting);
    const parsed = environment.parse(text);
    const refused = refusedCalls(parsed.ast);
    const errors = [...refused, ...costErrors(parsed.ast), ...unitErrors(parsed.ast, setting)];
    errors.push(...notKnowable(parsed.ast, setting));
    const checked = parsed.check();
    // What may not be called at all has no right types either.
    if (!checked.valid && refused.length === 0) errors.push(inWords(checked.error, text, setting));
    else if (checked.valid && !isResult(checked.type, setting.valueKind))
      errors.push(wrongResult(checked.type, setting.valueKind));
    if (errors.length > 0) return { ok: false, errors };
    const lists = new Set(Object.keys(setting.inputs).filter((name) => setting.inputs[name].many));
    const running = asRun(parsed.ast, { quotient: QUOTIENT, known: KNOWN, knownName, partName, wholeName }, lists);
    const run = environmentOf(setting, LIMITS_RUN).parse(textOf(running));
    return {
      ok: true,
      expression: {
        evaluate: (values) => evaluated(run, values),
        neverFalls: (input, figures) => neverFalls(parsed.ast, input, figures),
      },
    };
  } catch (error) {
    return { ok: false, errors: [inWords(error, text, setting)] };
  }
}

function environmentOf({ inputs, parameters }: ExpressionSetting, limits = LIMITS): Environment {
  const environment = new Environment({ limits });
  for (const [name, { many, valueKind }] of Object.entries(inputs)) {
    const type = valueKind === 'boolean' ? 'bool' : 'double';
    environment.registerVariable(name, many ? `list<${type}>` : type);
    environment.registerVariable(knownName(name), 'bool');
    if (many) environment.registerVariable(partName(name), `list<${type}>`).registerVariable(wholeName(name), 'bool');
  }
  // To be checked only: what runs has a name in its place.
  for (const type of ['double', 'bool', 'list<double>', 'list<bool>'])
    environment.registerFunction(`${KNOWN}(${type}): bool`, () => true);
  for (const name of parameters) environment.registerVariable(name, 'double');
  // People write 2 where CEL wants 2.0: there is nothing else it could mean.
  for (const [operator, compute] of Object.entries(ARITHMETIC)) {
    environment.registerOperator(`double ${operator} int: double`, (a: number, b: bigint) => compute(a, Number(b)));
    environment.registerOperator(`int ${operator} double: double`, (a: bigint, b: number) => compute(Number(a), b));
  }
  for (const left of ['double', 'int'])
    for (const right of ['double', 'int'])
      environment.registerFunction(`${QUOTIENT}(${left}, ${right}): double`, quotient);
  environment.registerFunction('abs(double): double', (value: number) => Math.abs(value));
  environment.registerFunction('min(double, double): double', (a: number, b: number) => Math.min(a, b));
  environment.registerFunction('max(double, double): double', (a: number, b: number) => Math.max(a, b));
  environment.registerFunction('min(list<double>): double', (list: readonly number[]) => Math.min(...list));
  environment.registerFunction('max(list<double>): double', (list: readonly number[]) => Math.max(...list));
  environment.registerFunction('sum(list<double>): double', (list: readonly number[]) =>
    list.reduce((a, b) => a + b, 0),
  );
  return environment;
}

function evaluated(run: (values: Values) => unknown, values: Values): number | undefined {
  try {
    const result = run(values);
    return typeof result === 'boolean' ? (result ? 1 : 0) : Number(result);
  } catch (error) {
    if (error instanceof EvaluationError && error.code === 'unknown_variable') return undefined;
    return Number.NaN;
  }
}

const isResult = (type: string | undefined, valueKind: 'number' | 'boolean'): boolean =>
  valueKind === 'boolean' ? type === 'bool' : type === 'double' || type === 'int';

function wrongResult(type: string | undefined, valueKind: 'number' | 'boolean'): string {
  const [given, needed] = [typeInWords(type ?? 'nothing'), typeInWords(valueKind === 'boolean' ? 'bool' : 'double')];
  return `gives ${given.en}, where ${needed.en} is needed / 结果是${given.zh}，而测点是${needed.zh}`;
}

/** Only of an input as such can be said that it is known. */
function notKnowable(ast: ASTNode, { inputs }: ExpressionSetting): string[] {
  return [...nodesOf(ast)].flatMap((node) => {
    if (node.op !== 'call' || node.args[0] !== KNOWN) return [];
    const [one, ...others] = node.args[1];
    if (others.length === 0 && one?.op === 'id' && one.args in inputs) return [];
    const names = Object.keys(inputs).join(', ');
    return [
      told(node.input, node, {
        en: `${KNOWN} takes the name of an input: ${names}`,
        zh: `${KNOWN} 只接受一个输入的名称：${names}`,
      }),
    ];
  });
}

function refusedCalls(ast: ASTNode): string[] {
  const refused = new Map<string, ASTNode>();
  for (const node of nodesOf(ast)) {
    if ((node.op === 'call' || node.op === 'rcall') && !CALLABLE.has(node.args[0])) refused.set(node.args[0], node);
    if (node.op === 'value' && typeof node.args === 'string') refused.set(`the text "${node.args}"`, node);
  }
  const known = [...CALLABLE];
  return [...refused].map(([name, node]) =>
    told(node.input, node, {
      en: `${name}: not to be used here; there are ${known.join(', ')}`,
      zh: `此处不能用 ${name}；可用的有 ${known.join('、')}`,
    }),
  );
}
