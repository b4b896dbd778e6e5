/**
 * What the address says: `#/` the desk, `#/history`, and so on by each page's path; `#/alarm/{id}` one alert, to be sent to
 * a colleague. It draws nothing and asks nothing.
 */
import { signal } from '@preact/signals';

export interface Route {
  readonly path: string;
  /** Id of the alert that the address names, or what stands in its place: whoever follows a wrong one is told. */
  readonly alarm: string | undefined;
}

function routeOf(hash: string): Route {
  const [, path = '', rest = ''] = /^#\/(\w*)\/?(.*)$/.exec(hash) ?? [];
  if (path !== 'alarm') return { path, alarm: undefined };
  try {
    return { path: '', alarm: decodeURIComponent(rest) };
  } catch {
    return { path: '', alarm: rest };
  }
}

export const route = signal(routeOf(location.hash));
addEventListener('hashchange', () => {
  route.value = routeOf(location.hash);
});
