/** What a page is to the frame around it. Each is one folder of `pages/` and one line in the frame's list. */
import type { ComponentType } from 'preact';

export interface Page {
  /** First part of its address: `#/{path}`. Empty for the page that everybody begins with. */
  readonly path: string;
  /** The key that opens it, and from there leads back. */
  readonly key?: string;
  /** What it is called, in the language of the screen. */
  readonly name: () => string;
  readonly View: ComponentType;
  /** What a key that is nobody else's means here. True when it was taken. */
  readonly press?: (code: string) => boolean;
}
