/**
 * Reads what a server answered to a batch it did not take whole: rows it will never take, or a write that failed and is to
 * be made again. Only words about rows make rows bad; whatever names a setting or a right is a failed write. Texts as
 * InfluxDB 1.6, 1.8 and 2.7 send them (VictoriaMetrics drops bad rows without a word).
 */

export type WriteOutcome =
  | { readonly kind: 'written' }
  /** The rest was stored; the server dropped `count` of the lines, at least, and will never take them. */
  | { readonly kind: 'partly'; readonly count: number; readonly reason: string }
  /** The server will never take these lines; the rest is to be sent without them. */
  | { readonly kind: 'named'; readonly lines: ReadonlySet<string>; readonly reason: string }
  /** There are lines in it that the server will never take, and it does not say which or how many. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** Too much at once. */
  | { readonly kind: 'too-large'; readonly reason: string }
  /** Nothing is known of the lines: to be sent again. */
  | { readonly kind: 'failed'; readonly reason: string };

/** As much of a server's text as is shown to people; what is looked for is looked for in all of it. */
const SHOWN_CHARACTERS = 300;

export function shownReason(status: number, words: string): string {
  const text = words.trim();
  return `HTTP ${status}: ${text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text}`;
}

/** The words of an error's body: `error` (1.x), `message` (2.x), or the body as it is. */
export function wordsOf(body: string): string {
  try {
    const json = JSON.parse(body) as { error?: unknown; message?: unknown } | null;
    const words = json?.error ?? json?.message;
    return typeof words === 'string' ? words : body;
  } catch {
    return body;
  }
}

export function readRefusal(status: number, body: string): WriteOutcome {
  const words = wordsOf(body);
  const reason = shownReason(status, words);
  if (status === 413) return { kind: 'too-large', reason };
  const lines = namedLines(words);
  if (lines.size > 0) return { kind: 'named', lines, reason };
  if (!/partial write|unable to parse/.test(words)) return { kind: 'failed', reason };
  // The last one: 2.7 says "dropped 550 points outside …" before it says "dropped=550".
  const dropped = Number([...words.matchAll(/dropped=(\d+)/g)].at(-1)?.[1] ?? 0);
  return dropped > 0 ? { kind: 'partly', count: dropped, reason } : { kind: 'refused', reason };
}

const NAMED = "unable to parse '";
const END = "': ";

/**
 * Both parsers list every bad line, one a row: `unable to parse 'reading,… 9e15': time outside range`. A line may hold the
 * closing quote itself, so every place where it could end is given.
 */
function namedLines(words: string): Set<string> {
  const lines = new Set<string>();
  for (const row of words.split('\n')) {
    const begin = row.indexOf(NAMED);
    if (begin < 0) continue;
    const rest = row.slice(begin + NAMED.length);
    for (let end = rest.indexOf(END); end >= 0; end = rest.indexOf(END, end + 1)) lines.add(rest.slice(0, end));
  }
  return lines;
}
