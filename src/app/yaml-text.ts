/**
 * Text that people write, YAML or JSON, as data, and where in the text each piece of it stands. Its errors say line, column and
 * what to write instead; it knows no shape.
 */
import type { YAMLParseError } from 'yaml';
import { isCollection, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import type { Path, Places } from '../rules/packs/told.ts';
import { NOWHERE } from '../rules/packs/told.ts';

export type ParsedText =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly errors: readonly string[] };

/** JSON is YAML too, but the YAML reader takes far longer over a registry of a hundred thousand points. */
export function parseText(text: string): ParsedText {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    // Not JSON: YAML then, whose errors name the line.
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const { errors } = document;
  if (errors.length > 0) return { ok: false, errors: errors.map((error) => wordsOf(error, lines)) };
  try {
    return { ok: true, value: document.toJS() };
  } catch (error) {
    return { ok: false, errors: [error instanceof Error ? error.message.split('\n')[0] : String(error)] };
  }
}

/** Where things stand in a text that `parseText` has taken. */
export function placesIn(text: string): Places {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length > 0) return NOWHERE;
  const nodeAt = (path: Path) => {
    const node: unknown = path.length === 0 ? document.contents : document.getIn(path, true);
    return isNode(node) ? node : undefined;
  };
  return {
    at(path) {
      for (let length = path.length; length >= 0; length--) {
        const range = nodeAt(path.slice(0, length))?.range;
        if (range !== undefined && range !== null) return placeOf(lines, range[0]);
      }
      return undefined;
    },
    written(path) {
      const node = nodeAt(path);
      return isScalar(node) && !isCollection(node) ? node.source : undefined;
    },
  };
}

/** Errors as one meets them from the top of the text; what has no place comes last. */
export function inOrderOfPlace(errors: readonly string[]): string[] {
  const place = (error: string): number => {
    const [, line, column] = /^line (\d+), column (\d+): /.exec(error) ?? [];
    return line === undefined ? Number.POSITIVE_INFINITY : Number(line) * 1e6 + Number(column);
  };
  const placed = errors.map((error) => ({ error, at: place(error) }));
  return placed.sort((a, b) => (a.at === b.at ? 0 : a.at - b.at)).map(({ error }) => error);
}

function placeOf(lines: LineCounter, offset: number): string {
  const { line, col } = lines.linePos(offset);
  return `line ${line}, column ${col}`;
}

const INSTEAD: Partial<Record<YAMLParseError['code'], string>> = {
  TAB_AS_INDENT: 'a tab stands where the line is indented: write spaces',
  DUPLICATE_KEY: 'this key stands here a second time',
  BAD_INDENT:
    'the line is not indented like its neighbours: items and keys of one list or map begin in the same column',
  MULTIPLE_DOCS: 'a second document begins here ("---"): one file holds one',
};

function wordsOf({ code, message, pos }: YAMLParseError, lines: LineCounter): string {
  return `${placeOf(lines, pos[0])}: ${INSTEAD[code] ?? message.split('\n')[0]}`;
}
