/**
 * Rows and cells of a grid for readers of the screen. Not table elements: rows that exist only while they are in sight
 * are placed by hand, which a table's own layout would undo. Focus stays on the grid, whose active descendant names the row.
 */
import type { ComponentChildren, HTMLAttributes } from 'preact';

const ROW = { role: 'row' } as const;
const CELL = { role: 'gridcell' } as const;

type Props<E extends HTMLElement> = Omit<HTMLAttributes<E>, 'role'> & { readonly children?: ComponentChildren };

export function GridRow({ children, ...rest }: Props<HTMLDivElement>) {
  return (
    <div {...ROW} {...rest}>
      {children}
    </div>
  );
}

export function Cell({ children, ...rest }: Props<HTMLSpanElement>) {
  return (
    <span {...CELL} {...rest}>
      {children}
    </span>
  );
}
