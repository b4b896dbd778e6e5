/**
 * Which key asks for what on the desk. Pure; by `code`, so that a Chinese input method or another layout moves nothing.
 */
export type DeskCommand =
  | { readonly do: 'move'; readonly by: number }
  | { readonly do: 'first' | 'last' | 'acknowledge' | 'open' | 'back' | 'show-all' | 'next-owed' }
  | { readonly do: 'only-grade'; readonly grade: 'red' | 'orange' | 'yellow' | 'blue' };

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
  Enter: { do: 'open' },
  NumpadEnter: { do: 'open' },
  Escape: { do: 'back' },
  Digit0: { do: 'show-all' },
  Digit1: { do: 'only-grade', grade: 'red' },
  Digit2: { do: 'only-grade', grade: 'orange' },
  Digit3: { do: 'only-grade', grade: 'yellow' },
  Digit4: { do: 'only-grade', grade: 'blue' },
};

export function deskCommandOf(code: string): DeskCommand | undefined {
  return Object.hasOwn(COMMANDS, code) ? COMMANDS[code] : undefined;
}
