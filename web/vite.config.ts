// Builds the dashboard into dist/web: hashed files, no outside address, nothing that an old plant browser cannot run.
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  publicDir: false,
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
