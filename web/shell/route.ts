/**
 * Which page the address names: `#/` the desk, `#/history`, `#/alarm/{id}` one alert, to be sent to a colleague. It draws
 * nothing and asks nothing.
 */
import { signal } from '@preact/signals';

export type Route = { readonly page: 'desk' | 'history' } | { readonly page: 'alarm'; readonly id: string };

function routeOf(hash: string): Route {
  const [, page, id] = /^#\/(\w*)(?:\/([^/]+))?$/.exec(hash) ?? [];
  if (page === 'history') return { page };
  if (page !== 'alarm' || id === undefined) return { page: 'desk' };
  try {
    return { page, id: decodeURIComponent(id) };
  } catch {
    return { page: 'desk' };
  }
}

export const route = signal(routeOf(location.hash));
addEventListener('hashchange', () => {
  route.value = routeOf(location.hash);
});
