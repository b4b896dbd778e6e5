/**
 * Whose a key is: that of whoever types, or the page's. Pure; by `code`, so that a Chinese input method or another layout
 * moves nothing.
 */
export interface KeyPress {
  readonly code: string;
  readonly isComposing: boolean;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
  /** A field, a button or a dialog has the focus and the key belongs to it. */
  readonly taken: boolean;
}

/** True when nobody types, composes, or holds the key together with another. */
export function isFree({ taken, isComposing, ctrlKey, altKey, metaKey }: KeyPress): boolean {
  return !(taken || isComposing || ctrlKey || altKey || metaKey);
}
