/**
 * Which key asks for what on the desk. Pure; by `code`, so that a Chinese input method or another layout moves nothing.
 */
export type DeskCommand =
  | { readonly do: 'move'; readonly by: number }
  | { readonly do: 'first' | 'last' | 'acknowledge' | 'history' | 'open' | 'back' | 'show-all' | 'next-owed' }
  | { readonly do: 'only-grade'; readonly grade: 'red' | 'orange' | 'yellow' | 'blue' };

export interface KeyPress {
  readonly code: string;
  readonly isComposing: boolean;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
  /** A field, a button or a dialog has the focus and the key belongs to it. */
  readonly taken: boolean;
}

const PAGE_ROWS = 15;
const COMMANDS: Readonly<Record<string, DeskCommand>> = {
  ArrowDown: { do: 'move', by: 1 },
  ArrowUp: { do: 'move', by: -1 },
  KeyJ: { do: 'move', by: 1 },
  KeyK: { do: 'move', by: -1 },
  PageDown: { do: 'move', by: PAGE_ROWS },
  PageUp: { do: 'move', by: -PAGE_ROWS },
  Home: { do: 'first' },
  End: { do: 'last' },
  KeyN: { do: 'next-owed' },
  KeyA: { do: 'acknowledge' },
  KeyH: { do: 'history' },
  Enter: { do: 'open' },
  NumpadEnter: { do: 'open' },
  Escape: { do: 'back' },
  Digit0: { do: 'show-all' },
  Digit1: { do: 'only-grade', grade: 'red' },
  Digit2: { do: 'only-grade', grade: 'orange' },
  Digit3: { do: 'only-grade', grade: 'yellow' },
  Digit4: { do: 'only-grade', grade: 'blue' },
};

export function commandOf(press: KeyPress): DeskCommand | undefined {
  if (press.taken || press.isComposing || press.ctrlKey || press.altKey || press.metaKey) return undefined;
  return Object.hasOwn(COMMANDS, press.code) ? COMMANDS[press.code] : undefined;
}
