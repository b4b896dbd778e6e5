/**
 * Keeps the keyboard on the pane when the button that had the focus is taken away or can do no more: the answer to a command
 * changes what may be done, at any moment, and a focus that falls to the page would leave the next key without its place.
 */
import type { RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';

export function useKeptFocus(root: RefObject<HTMLElement | null>): void {
  // Asked while rendering, hence before anything is taken out of the page.
  const had = root.current?.contains(document.activeElement) ?? false;
  useLayoutEffect(() => {
    const now = document.activeElement;
    if (!had || (now !== null && now !== document.body && !now.matches(':disabled'))) return;
    document.querySelector<HTMLElement>('.detail')?.focus();
  });
}
