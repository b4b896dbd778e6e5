/**
 * What packs and registry files say of a derived point: the inputs by name, and an expression over them or a named function.
 * Everything that can be wrong with it is found when it is stated. It computes nothing.
 */
import { z } from 'zod';
import type { Derivation } from '../../model/derivation.ts';
import type { PointConfig } from '../../model/point.ts';
import { compileExpression } from './expression.ts';
import { LIST_MAX } from './expression-tree.ts';
import type { FunctionDefinition } from './fn.ts';
import { ANY_UNIT } from './fn.ts';
import { FUNCTION_DEFINITIONS } from './functions.ts';

const NAME = /^[a-z][A-Za-z0-9]*$/;
const name = z.string().regex(NAME, 'must be a name like feedPressure');

const inputSchema = z.strictObject({
  value: z.enum(['number', 'boolean']),
  /** UCUM; left out of booleans; `*` where only their sight counts, whatever they measure. */
  unit: z.string().max(40).default(''),
  /** A list: the registry binds several points to it. */
  many: z.boolean().default(false),
});
const parametersSchema = z.record(name, z.number());
/** null: the type has no figure, so the site must state its own. */
const typeParametersSchema = z.record(name, z.number().nullable());

/** How a type derives its value; the registry says which points stand for the inputs. */
export const deriveSchema = z.strictObject({
  inputs: z.record(name, inputSchema),
  expression: z.string().trim().min(1).max(1_000).optional(),
  function: z.string().optional(),
  parameters: typeParametersSchema.optional(),
});
export type StatedDerivation = z.infer<typeof deriveSchema>;

const tag = z.string().min(1).max(64);
/** Which points of the enterprise, by tag, stand for the inputs of the type. */
export const bindingsSchema = z.record(name, z.union([tag, z.array(tag)]));
export const restatedParametersSchema = parametersSchema;

type Result = Pick<PointConfig, 'valueKind' | 'unit'>;

/** Everything that is wrong with how a type derives its value. */
export function derivationErrors(stated: StatedDerivation, result: Result): string[] {
  const { expression, function: called } = stated;
  if (Object.keys(stated.inputs).length === 0) return ['derive.inputs: there are none'];
  const errors = Object.entries(stated.inputs).flatMap(([input, { value, unit }]) =>
    value === 'boolean' && unit !== '' && unit !== ANY_UNIT ? [`derive.inputs.${input}: a boolean has no unit`] : [],
  );
  if ((expression === undefined) === (called === undefined))
    return [...errors, 'derive: states an expression or a function, one of them'];
  const found =
    expression === undefined ? functionErrors(stated, result) : expressionErrors(stated, expression, result);
  return [...errors, ...found];
}

function expressionErrors(stated: StatedDerivation, expression: string, { valueKind, unit }: Result): string[] {
  const inputs = Object.fromEntries(
    Object.entries(stated.inputs).map(([input, { value, unit, many }]) => [input, { valueKind: value, unit, many }]),
  );
  const parameters = Object.keys(stated.parameters ?? {});
  const both = parameters.filter((parameter) => parameter in inputs);
  if (both.length > 0) return both.map((twice) => `derive.parameters.${twice}: an input has the name`);
  const unread = Object.entries(stated.inputs).filter(([, { unit: one }]) => one === ANY_UNIT);
  if (unread.length > 0) return unread.map(([input]) => `derive.inputs.${input}.unit: an expression reads its inputs`);
  const compiled = compileExpression(expression, { inputs, parameters, valueKind, unit });
  return compiled.ok ? [] : compiled.errors.map((error) => `derive.expression: ${error}`);
}

function functionErrors(stated: StatedDerivation, { valueKind, unit }: Result): string[] {
  const definition = FUNCTION_DEFINITIONS.find((one) => one.name === stated.function);
  if (definition === undefined) {
    const known = FUNCTION_DEFINITIONS.map((one) => one.name).join(', ');
    return [`derive.function: there is no ${stated.function}; there are ${known}`];
  }
  const errors: string[] = [];
  const [[input, taken], ...others] = Object.entries(stated.inputs);
  if (others.length > 0)
    errors.push(`derive.inputs: ${definition.name} takes one${definition.many ? ', with many' : ''}`);
  if (taken.many !== definition.many) errors.push(`derive.inputs.${input}.many: must be ${definition.many}`);
  if (!definition.takes.includes(taken.value))
    errors.push(`derive.inputs.${input}: ${definition.name} takes a ${definition.takes.join(' or ')}`);
  if (taken.unit === ANY_UNIT && definition.readsNoValue !== true)
    errors.push(`derive.inputs.${input}.unit: ${definition.name} reads its inputs, which need a unit`);
  if (definition.gives !== valueKind) errors.push(`value: ${definition.name} gives a ${definition.gives}`);
  const given = definition.unitOf(taken.unit);
  if (given !== undefined && given !== unit) errors.push(`unit: ${definition.name} gives ${given}, stated is ${unit}`);
  return [...errors, ...parameterErrors(definition, stated.parameters ?? {})];
}

function parameterErrors(
  { name: called, parameters: specs }: FunctionDefinition,
  stated: Readonly<Record<string, number | null>>,
) {
  const unknown = Object.keys(stated).filter((parameter) => !(parameter in specs));
  const errors = unknown.map((parameter) => `derive.parameters.${parameter}: ${called} has none of the name`);
  for (const [parameter, { min, max, unit, otherwise }] of Object.entries(specs)) {
    const at = `derive.parameters.${parameter}`;
    const value = parameter in stated ? stated[parameter] : otherwise;
    if (value === null) continue;
    if (value === undefined) errors.push(`${at}: ${called} needs it`);
    else if (value < min || value > max) errors.push(`${at}: ${value} is not between ${min} and ${max} ${unit}`);
  }
  return errors;
}

/** What the site states. */
interface BoundTo {
  readonly inputs: z.infer<typeof bindingsSchema>;
  readonly parameters: Readonly<Record<string, number>>;
}

/** The derivation of one point: the type's, with the points of the site for its inputs and its figures. */
export function boundDerivation(
  stated: StatedDerivation,
  enterprise: string,
  { inputs: bindings, parameters }: BoundTo,
): { readonly derive: Derivation; readonly errors: readonly string[] } {
  const errors = Object.keys(bindings)
    .filter((input) => !(input in stated.inputs))
    .map((input) => `inputs.${input}: the type has no such input; it has ${Object.keys(stated.inputs).join(', ')}`);
  const inputs: Record<string, Derivation['inputs'][string]> = {};
  const most = FUNCTION_DEFINITIONS.find(({ name: one }) => one === stated.function)?.inputsMax ?? LIST_MAX;
  for (const [input, { value, unit, many }] of Object.entries(stated.inputs)) {
    const bound = bindings[input];
    if (bound === undefined) errors.push(`inputs.${input}: must name ${many ? 'points' : 'a point'} by tag`);
    else if (!many && typeof bound !== 'string') errors.push(`inputs.${input}: takes one point`);
    const tags = bound === undefined ? [] : typeof bound === 'string' ? [bound] : bound;
    if (bound !== undefined && tags.length === 0) errors.push(`inputs.${input}: the list names no point`);
    if (tags.length > most)
      errors.push(`inputs.${input}: ${tags.length} points, no more than ${most} may stand for one input`);
    if (new Set(tags).size < tags.length) errors.push(`inputs.${input}: a point is named twice`);
    inputs[input] = { points: tags.map((one) => `${enterprise}/${one}`), many, valueKind: value, unit };
  }
  const { expression, function: called } = stated;
  const open = { ...defaultsOf(called), ...stated.parameters };
  const strange = Object.keys(parameters).filter((parameter) => !(parameter in open));
  const figures = Object.keys(open).join(', ') || 'none';
  errors.push(...strange.map((parameter) => `parameters.${parameter}: the type has no such figure; it has ${figures}`));
  const own = Object.entries(parameters).filter(([parameter]) => parameter in open);
  const all = Object.entries({ ...open, ...Object.fromEntries(own) });
  errors.push(
    ...all.flatMap(([parameter, value]) => (value === null ? [`parameters.${parameter}: must be stated`] : [])),
  );
  const merged = Object.fromEntries(all.filter((one): one is [string, number] => one[1] !== null));
  errors.push(...countErrors(called, merged, Object.values(inputs).flatMap(({ points }) => points).length));
  return { derive: { inputs, expression, function: called, parameters: merged }, errors };
}

/** A vote of more than there are could never be won. */
function countErrors(called: string | undefined, merged: Readonly<Record<string, number>>, inputs: number): string[] {
  const specs = FUNCTION_DEFINITIONS.find((one) => one.name === called)?.parameters ?? {};
  return Object.entries(merged).flatMap(([parameter, value]) =>
    specs[parameter]?.countsInputs !== true || (Number.isInteger(value) && value <= Math.max(1, inputs))
      ? []
      : [`parameters.${parameter}: ${value} of ${inputs} inputs, must be a whole number and no more than there are`],
  );
}

/** Figures of the site that its type leaves to it: no type says what is looser. */
export function ownParameters({ parameters }: StatedDerivation, stated: BoundTo['parameters']): BoundTo['parameters'] {
  return Object.fromEntries(Object.entries(stated).filter(([parameter]) => parameters?.[parameter] === null));
}

function defaultsOf(called: string | undefined): Record<string, number> {
  const definition = FUNCTION_DEFINITIONS.find((one) => one.name === called);
  return Object.fromEntries(
    Object.entries(definition?.parameters ?? {}).flatMap(([parameter, { otherwise }]) =>
      otherwise === undefined ? [] : [[parameter, otherwise]],
    ),
  );
}
