// Builds the dashboard into dist/web: hashed files, no outside address, nothing that an old plant browser cannot run.
import type { Plugin } from 'vite';
import { defineConfig } from 'vite';

/**
 * The contract is zod schemas with a few pure helpers beside them. A screen needs the helpers and the types; it checks
 * no body, the service does. So zod (30 kB gz) is left out: in its place stands a value that takes every call while the
 * schemas are described, and throws should a screen ever try to check something with one.
 */
function withoutZod(): Plugin {
  const name = '\0schemas-left-out';
  return {
    name: 'without-zod',
    enforce: 'pre',
    resolveId: (id) => (id === 'zod' ? name : undefined),
    load: (id) =>
      id === name
        ? `const checks = new Set(['parse', 'safeParse', 'parseAsync', 'safeParseAsync', 'decode', 'encode']);
           export const z = new Proxy(() => z, {
             get(_target, key) {
               if (checks.has(key)) throw new Error('The dashboard is built without zod: ' + key);
               return z;
             },
           });`
        : undefined,
  };
}

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  publicDir: false,
  plugins: [withoutZod()],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    // The oldest browser that is still met in control rooms.
    target: 'chrome100',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
