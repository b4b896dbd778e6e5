/**
 * A dialog that stands over everything: it has the keyboard while it is there, and gives it back to what had it.
 */
import type { RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import { goTo, placeOf } from './place.ts';

export function useModal(dialog: RefObject<HTMLDialogElement | null>): void {
  // With the drawing, not after it: until it is modal a second press reaches the page behind it.
  useLayoutEffect(() => {
    const own = dialog.current;
    const before = placeOf(document.activeElement);
    own?.showModal();
    const first = own?.querySelector<HTMLInputElement>('[data-first]');
    first?.focus();
    first?.select?.();
    return () => {
      // Closed before it is taken away: what is behind it takes the focus at once, and neither frame nor answer comes between.
      own?.close();
      goTo(before);
    };
  }, []);
}
