/**
 * The tree of an expression written out as text again, to be parsed once more and run. Every operation stands in parentheses of
 * its own: what was stated as `a - (b + c)` may not come back as `a - b + c`, as it did where the library wrote it out. What it
 * does not know it refuses. It changes nothing of the tree.
 */
import type { ASTNode } from '@marcbachmann/cel-js';

const BETWEEN: ReadonlySet<string> = new Set([
  '+',
  '-',
  '*',
  '/',
  '%',
  '<',
  '<=',
  '>',
  '>=',
  '==',
  '!=',
  '&&',
  '||',
  'in',
]);

/** Throws where a part of it cannot be written. */
export function textOf(node: ASTNode): string {
  const { op, args } = node as { readonly op: string; readonly args: unknown };
  if (op === 'id') return String(args);
  if (op === 'value' && typeof args === 'boolean') return String(args);
  if (op === 'value' && typeof args === 'bigint') return args < 0n ? `(${args})` : String(args);
  if (op === '-_' || op === '!_') return `(${op[0]}${textOf(args as ASTNode)})`;
  const parts = Array.isArray(args) ? (args as readonly unknown[]) : [];
  if (BETWEEN.has(op)) return `(${parts.map((one) => textOf(one as ASTNode)).join(` ${op} `)})`;
  if (op === '?:') {
    const [asked, yes, no] = parts.map((one) => textOf(one as ASTNode));
    return `(${asked} ? ${yes} : ${no})`;
  }
  if (op === 'list') return `[${listed(parts)}]`;
  if (op === 'call') return `${String(parts[0])}(${listed(parts[1])})`;
  if (op === 'rcall') return `${textOf(parts[1] as ASTNode)}.${String(parts[0])}(${listed(parts[2])})`;
  if (op === '[]') return `${textOf(parts[0] as ASTNode)}[${textOf(parts[1] as ASTNode)}]`;
  throw new Error(`${op} cannot stand in an expression`);
}

const listed = (nodes: unknown): string => (nodes as readonly ASTNode[]).map(textOf).join(', ');
