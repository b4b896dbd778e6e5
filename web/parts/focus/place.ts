/**
 * Where the keyboard is, and where it goes when that is taken away: an element, and all that it stands in. What had the focus
 * may go, or be able to do no more, at any moment (an answer, a message, a dialog that closes), in any order; the next key
 * must not be without its place then. It looks at no clock and waits for no frame.
 */

/** An element and what it stands in, innermost first; as it was, for what is taken away stands in nothing. */
export type Place = readonly Element[];

/** What holds the keyboard for what it contains: a list, a pane, the first field of a dialog. */
const HOME = '[tabindex], dialog [data-first]';

export function placeOf(element: Element | null): Place {
  const place: Element[] = [];
  for (let one = element; one !== null; one = one.parentElement) place.push(one);
  return place;
}

const isUsable = (element: Element): boolean => element.isConnected && !element.matches(':disabled');

/** The focus goes to what had it, else to the nearest that holds the keyboard for it. */
export function goTo(place: Place): void {
  for (const [index, element] of place.entries()) {
    if (!isUsable(element)) continue;
    const own = index === 0 && element !== document.body;
    const home = own || element.matches(HOME) ? element : element.querySelector(HOME);
    if (home instanceof HTMLElement) {
      home.focus({ preventScroll: true });
      return;
    }
  }
}

/**
 * From now on the focus never falls to the page because what had it is gone or disabled; it goes to the place of that. What
 * a person leaves by pressing beside it is left. Returns what ends this.
 */
export function keepFocus(): () => void {
  let place: Place = [];
  const moved = ({ target }: FocusEvent): void => {
    place = placeOf(target instanceof Element ? target : null);
  };
  // Told with the change itself, before anything is drawn and before the next key.
  const changes = new MutationObserver(() => {
    const [had] = place;
    if (had === undefined || isUsable(had)) return;
    const now = document.activeElement;
    if (now === null || now === document.body || now.matches(':disabled')) goTo(place);
  });
  document.addEventListener('focusin', moved);
  changes.observe(document.body, { subtree: true, childList: true, attributeFilter: ['disabled'] });
  return () => {
    document.removeEventListener('focusin', moved);
    changes.disconnect();
  };
}
