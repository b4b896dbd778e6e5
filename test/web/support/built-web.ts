// Builds the dashboard once a worker into a folder of the run, as `npm run build:web` does into dist/web.
import { join } from 'node:path';
import { build } from 'vite';
import { temporaryDirectory } from '../../support/temporary.ts';

let built: Promise<string> | undefined;

async function buildWeb(): Promise<string> {
  const outDir = temporaryDirectory('web');
  const root = join(process.cwd(), 'web');
  // As it is shipped: under the name that the tests run by, libraries bring what they say to developers.
  const { NODE_ENV } = process.env;
  process.env.NODE_ENV = 'production';
  try {
    await build({
      root,
      configFile: join(root, 'vite.config.ts'),
      logLevel: 'error',
      build: { outDir, emptyOutDir: true },
    });
  } finally {
    process.env.NODE_ENV = NODE_ENV;
  }
  return outDir;
}

/** The folder of the built dashboard. */
export function builtWeb(): Promise<string> {
  built ??= buildWeb();
  return built;
}
