/**
 * Our own link to an external broker came up or went down. What follows for whoever is behind it is a matter of sight.
 */
import type { Fold } from '../fold.ts';
import { linkBack, linkLost } from '../sight.ts';

export function foldLink(fold: Fold, up: boolean): void {
  if (up) linkBack(fold);
  else linkLost(fold);
}
