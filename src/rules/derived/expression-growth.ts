/**
 * Which way the value of an expression goes as an input grows, as far as that is sure for all values: what is known only as
 * "at least so much" may stand where it makes the value grow and nothing else. A boolean grows from false to true. Where it is
 * not sure, it says so: it errs to what is not known. It evaluates nothing.
 */
import type { ASTNode } from '@marcbachmann/cel-js';
import { childrenOf, comprehensionOf, nodesOf } from './expression-tree.ts';

/** 1: grows or stays as it is; −1: falls or stays; 0: has nothing to do with it; undefined: not sure. */
type Way = 1 | -1 | 0 | undefined;
/** 1: never below nothing; −1: never above; undefined: not sure. */
type Sign = 1 | -1 | undefined;
/** Figures of the point, by name. */
export type Figures = Readonly<Record<string, number>>;

const turned = (way: Way): Way => (way === undefined ? undefined : way === 0 ? 0 : way === 1 ? -1 : 1);

/** The way of what grows with each of these. */
function together(ways: readonly Way[]): Way {
  let found: 1 | -1 | 0 = 0;
  for (const way of ways) {
    if (way === undefined || way * found < 0) return undefined;
    if (way !== 0) found = way;
  }
  return found;
}

/** Whether the value of the expression surely never falls as the input grows; of a list, as any of it does. */
export function neverFalls(ast: ASTNode, input: string, figures: Figures): boolean {
  const way = wayOf(ast, new Set([input]), figures);
  return way === 1 || way === 0;
}

function wayOf(node: ASTNode, names: ReadonlySet<string>, figures: Figures): Way {
  if (![...nodesOf(node)].some(({ op, args }) => op === 'id' && names.has(args))) return 0;
  const children = childrenOf(node);
  const ways = (): Way[] => children.map((child) => wayOf(child, names, figures));
  switch (node.op) {
    case 'id':
      return 1;
    case '+':
    case '&&':
    case '||':
    case 'list':
      return together(ways());
    case '-_':
    case '!_':
      return turned(ways()[0]);
    case '-':
    case '>':
    case '>=': {
      const [left, right] = ways();
      return together([left, turned(right)]);
    }
    case '<':
    case '<=': {
      const [left, right] = ways();
      return together([turned(left), right]);
    }
    case '*':
    case '/':
      return ofFactors(node.op, children, ways(), figures);
    case '?:': {
      const [asked, ...either] = ways();
      return asked === 0 ? together(either) : undefined;
    }
    case 'call':
      return ofCall(node.args[0], children, ways, figures);
    case 'rcall':
      return overList(node, names, figures);
    default:
      return undefined;
  }
}

/** A factor that cannot change its sign keeps the way of the other, or turns it; so does what is divided by. */
function ofFactors(op: '*' | '/', [left, right]: readonly ASTNode[], ways: readonly Way[], figures: Figures): Way {
  const by = (way: Way, sign: Sign): Way =>
    way === 0 ? 0 : sign === undefined ? undefined : sign === 1 ? way : turned(way);
  const ofLeft = by(ways[0], signOf(right, figures));
  const ofRight = by(ways[1], signOf(left, figures));
  if (op === '*') return together([ofLeft, ofRight]);
  // Through nothing a quotient leaps from one side to the other.
  return together([ofLeft, signOf(right, figures) === undefined && ways[1] !== 0 ? undefined : turned(ofRight)]);
}

function ofCall(name: string, args: readonly ASTNode[], ways: () => readonly Way[], figures: Figures): Way {
  if (name === 'known') return 0;
  if (name === 'min' || name === 'max' || name === 'sum' || name === 'double') return together(ways());
  if (name !== 'abs') return undefined;
  const sign = signOf(args[0], figures);
  return sign === undefined ? undefined : sign === 1 ? ways()[0] : turned(ways()[0]);
}

/** What is asked of every item of a list, the item growing where the list does. */
function overList(node: ASTNode, names: ReadonlySet<string>, figures: Figures): Way {
  const over = comprehensionOf(node);
  if (over === undefined || (over.call !== 'exists' && over.call !== 'all' && over.call !== 'map')) {
    // How many there are has nothing to do with what they are.
    return node.op === 'rcall' && node.args[0] === 'size' && node.args[1].op === 'id' ? 0 : undefined;
  }
  const ofList = wayOf(over.list, names, figures);
  const inside = new Set(names);
  // The name of the item hides an input of that name.
  inside.delete(over.name);
  if (ofList === undefined || ofList === -1) return undefined;
  if (ofList === 1) inside.add(over.name);
  return together(over.bodies.map((body) => wayOf(body, inside, figures)));
}

/** On which side of nothing the value of a node always is, by figures and literals alone. */
function signOf(node: ASTNode, figures: Figures): Sign {
  const of = (child: ASTNode): Sign => signOf(child, figures);
  switch (node.op) {
    case 'value': {
      const value = Number(node.args);
      return value >= 0 ? 1 : value < 0 ? -1 : undefined;
    }
    case 'id':
      return node.args in figures ? (figures[node.args] >= 0 ? 1 : -1) : undefined;
    case '-_': {
      const sign = of(node.args);
      return sign === undefined ? undefined : sign === 1 ? -1 : 1;
    }
    case '+': {
      const [left, right] = node.args.map(of);
      return left === right ? left : undefined;
    }
    case '*':
    case '/': {
      const [left, right] = node.args.map(of);
      return left === undefined || right === undefined ? undefined : left === right ? 1 : -1;
    }
    case 'call':
      return node.args[0] === 'abs' ? 1 : undefined;
    default:
      return undefined;
  }
}
