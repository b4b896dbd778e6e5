// Settings as the program reads them, and the error codes it answers with.
import { ERROR_CODES } from '../../src/api/shapes/error-codes.ts';
import { settings } from '../../src/app/config.ts';
import { table } from './sections.ts';

const shown = (fallback: unknown): string => {
  if (fallback === undefined) return 'none';
  return fallback === '' ? 'empty' : `\`${String(fallback)}\``;
};

export function settingsTable(): string {
  return table(
    ['key', 'variable', 'default', 'meaning'],
    settings().map(({ key, variable, fallback, meaning }) => [
      `\`${key}\``,
      variable === undefined ? '' : `\`${variable}\``,
      shown(fallback),
      meaning,
    ]),
  );
}

export function errorsTable(): string {
  return table(
    ['status', 'code', 'what it says'],
    Object.entries(ERROR_CODES).map(([code, { status, title }]) => [String(status), `\`${code}\``, title]),
  );
}
