/**
 * A view: the part of the alerts that one list or one subscription is about, never wider than the person's scope. Lists,
 * catching up and the live rooms all use this one filter, so they cannot disagree.
 */
import type { Alert, Transition } from '../model/alert.ts';
import { divisionPath, pathWithin } from '../model/division.ts';
import type { Place, Principal } from './policy/policy.ts';
import { mayRead } from './policy/policy.ts';
import type { RegistryView } from './ports.ts';

/** The narrowest given decides. Empty: everything. */
export interface View {
  /** Division code; it and everything below. */
  readonly division?: string;
  readonly enterprise?: string;
  readonly source?: string;
}

/** Where an enterprise lies; undefined when the registry does not know it. */
export function placeOf(registry: RegistryView, enterprise: string): Place | undefined {
  const found = registry.enterprise(enterprise);
  return found === undefined ? undefined : { division: found.division, enterprise };
}

/**
 * What is asked for and what the person may see, both at once; undefined when the two have nothing in common or the
 * thing asked for is not there, which the caller must not be able to tell apart.
 */
export function viewFor(user: Pick<Principal, 'scope'>, asked: View, registry: RegistryView): View | undefined {
  const division = narrower(user.scope.division, asked.division);
  if (division === 'apart') return undefined;
  const source = asked.source === undefined ? undefined : registry.source(asked.source);
  if (asked.source !== undefined && source === undefined) return undefined;
  const wanted = [user.scope.enterprise, asked.enterprise, source?.enterprise].filter((id) => id !== undefined);
  if (wanted.some((id) => id !== wanted[0])) return undefined;
  if (wanted.length === 0) return { division };
  const place = placeOf(registry, wanted[0]);
  if (place === undefined || !mayRead({ scope: { division } }, place)) return undefined;
  return { division, enterprise: place.enterprise, source: source?.id };
}

function narrower(a: string | undefined, b: string | undefined): string | undefined | 'apart' {
  if (a === undefined || b === undefined) return a ?? b;
  const [pathA, pathB] = [divisionPath(a), divisionPath(b)];
  if (pathWithin(pathA, pathB)) return a;
  return pathWithin(pathB, pathA) ? b : 'apart';
}

type Located = Pick<Alert, 'division' | 'enterprise' | 'source'>;

/** True when the alert belongs to the view. The service's own alarms belong to every view. */
export function inView(view: View, alert: Located): boolean {
  if (alert.division === '') return true;
  if (view.source !== undefined) return alert.source === view.source;
  if (view.enterprise !== undefined) return alert.enterprise === view.enterprise;
  return view.division === undefined || pathWithin(divisionPath(alert.division), divisionPath(view.division));
}

/** Name of the room of a view. */
export function roomOf(view: View): string {
  if (view.source !== undefined) return `source ${view.source}`;
  if (view.enterprise !== undefined) return `enterprise ${view.enterprise}`;
  return `division ${view.division === undefined ? '' : divisionPath(view.division)}`;
}

/** Every room an alert belongs to; undefined: all rooms there are. The same answer as `inView`, without asking each. */
export function roomsOf(alert: Located): readonly string[] | undefined {
  if (alert.division === '') return undefined;
  const rooms = [`source ${alert.source}`, `enterprise ${alert.enterprise}`, 'division '];
  const path = divisionPath(alert.division);
  for (let end = path.indexOf('/'); end !== -1; end = path.indexOf('/', end + 1)) {
    rooms.push(`division ${path.slice(0, end)}`);
  }
  rooms.push(`division ${path}`);
  return rooms;
}

/** A transition as one view is told it. */
export interface ToldTransition extends Transition {
  /** The alert has moved out of the view: this is the last that is told of it there. */
  readonly leaves?: true;
}

/** The transition as it is told in this view; undefined where it is none of its business. */
export function toldIn(view: View, transition: Transition): ToldTransition | undefined {
  const { alert, divisionBefore: division } = transition;
  if (inView(view, alert)) return transition;
  return division !== undefined && inView(view, { ...alert, division }) ? leaving(transition) : undefined;
}

/** Every room that the alert of this transition has left by it. */
export function roomsLeft({ alert, divisionBefore: division }: Transition): readonly string[] {
  if (division === undefined) return [];
  const now = roomsOf(alert) ?? [];
  return (roomsOf({ ...alert, division }) ?? []).filter((room) => !now.includes(room));
}

export function leaving(transition: Transition): ToldTransition {
  return { ...transition, leaves: true };
}
