/**
 * The tree of a parsed expression: walked, and priced before it is taken, so that no expression can hold judging. It
 * evaluates nothing.
 */
import type { ASTNode } from '@marcbachmann/cel-js';

/** What a list may hold, for the price: the inputs of one name. */
export const LIST_MAX = 32;
/** Operations of one evaluation at most: well below a tenth of a millisecond. */
const COST_MAX = 5_000;

/** Operations that go through a list, each with a name for one item of it. */
const OVER_LISTS: ReadonlySet<string> = new Set(['exists', 'all', 'exists_one', 'filter', 'map']);

/** `list.exists(name, body)` and its like; undefined where the node is none. */
export function comprehensionOf(node: ASTNode) {
  if (node.op !== 'rcall' || !OVER_LISTS.has(node.args[0])) return undefined;
  const [call, list, args] = node.args;
  const [item] = args;
  return { call, list, name: item?.op === 'id' ? item.args : '', bodies: args.slice(1) };
}

/** The node and everything below it. */
export function* nodesOf(node: ASTNode): Generator<ASTNode> {
  yield node;
  for (const child of childrenOf(node)) yield* nodesOf(child);
}

/** The operands of a node, in order. */
export function childrenOf(node: ASTNode): ASTNode[] {
  const { args } = node as { readonly args: unknown };
  return flat(args);
}

function flat(args: unknown): ASTNode[] {
  if (Array.isArray(args)) return args.flatMap(flat);
  return typeof args === 'object' && args !== null && 'op' in args ? [args as ASTNode] : [];
}

/** What stands in an expression that runs for what was stated. */
interface Substitutes {
  /** Called for every division. */
  readonly quotient: string;
  /** The call that asks whether an input is known, and the name that says so. */
  readonly known: string;
  readonly knownName: (input: string) => string;
  /** Of a list of inputs: those of it that are known, and the name that says that there are no others. */
  readonly partName: (input: string) => string;
  readonly wholeName: (input: string) => string;
}

/** The same, to be written out and run; `lists`: names of inputs that are several. */
export function asRun(node: ASTNode, by: Substitutes, lists: ReadonlySet<string>): ASTNode {
  return overPart(node, by, lists) ?? replaced(node, by, lists);
}

/**
 * Of a list of which some are lost the others may decide: one that is found exists whatever the lost ones say, and one that is
 * not as all should be is enough too. Undefined of anything else.
 */
function overPart(node: ASTNode, by: Substitutes, lists: ReadonlySet<string>): ASTNode | undefined {
  const over = comprehensionOf(node);
  if (over === undefined || over.list.op !== 'id' || !lists.has(over.list.args)) return undefined;
  const { call, list } = over;
  if (call !== 'exists' && call !== 'all') return undefined;
  const [, , args] = node.args as unknown as readonly [string, ASTNode, readonly ASTNode[]];
  const part = { op: 'id', args: by.partName(list.args) };
  const ofPart = { op: 'rcall', args: [call, part, args.map((one) => asRun(one, by, lists))] };
  const isWhole = { op: 'id', args: by.wholeName(list.args) };
  const decided = call === 'all' ? ['&&', isWhole] : ['||', { op: '!_', args: isWhole }];
  return { op: decided[0], args: [ofPart, decided[1]] } as unknown as ASTNode;
}

function replaced(node: ASTNode, by: Substitutes, lists: ReadonlySet<string>): ASTNode {
  // Written out by the library, a number would be rounded to nine digits behind the point.
  if (node.op === 'value' && typeof node.args === 'number') return { op: 'id', args: literal(node.args) } as ASTNode;
  if (node.op === 'call' && node.args[0] === by.known)
    return { op: 'id', args: by.knownName(String(node.args[1][0]?.args)) } as ASTNode;
  const below = (args: unknown): unknown => {
    if (Array.isArray(args)) return args.map(below);
    return typeof args === 'object' && args !== null && 'op' in args ? asRun(args as ASTNode, by, lists) : args;
  };
  const args = below((node as { readonly args: unknown }).args);
  return (node.op === '/' ? { op: 'call', args: [by.quotient, args] } : { op: node.op, args }) as ASTNode;
}

function literal(value: number): string {
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/** Says so where an evaluation could take too many steps. */
export function costErrors(ast: ASTNode): string[] {
  const cost = costOf(ast);
  return cost > COST_MAX ? [`takes up to ${cost} steps, and ${COST_MAX} are the most: do not nest lists in lists`] : [];
}

function costOf(node: ASTNode): number {
  const over = comprehensionOf(node);
  if (over === undefined) return childrenOf(node).reduce((sum, child) => sum + costOf(child), 1);
  // Lists may be put together to longer ones.
  const lists = 1 + [...nodesOf(over.list)].filter(({ op }) => op === '+').length;
  return costOf(over.list) + lists * LIST_MAX * over.bodies.reduce((sum, body) => sum + costOf(body), 1);
}
