// How many days a property is tried on. By default few, and the same ones each time: who changes something else must not be
// stopped by a rare day. FENGHUO_DAYS=50 tries fifty times as many, and others each time: the long form finds what is rare.

const { FENGHUO_DAYS: TIMES, FENGHUO_SEED: SEED } = process.env;
/** Any will do. */
const USUAL_SEED = 20_261_130;
const times = Number(TIMES ?? 1);

/** One seed a run: what is played twice is the same day. */
const seed = SEED !== undefined ? Number(SEED) : TIMES === undefined ? USUAL_SEED : Date.now() & 0x7fff_ffff;

/** Options of fast-check for a property that is tried on `numRuns` days by default. FENGHUO_SEED repeats a run. */
export function tried(numRuns: number): { readonly numRuns: number; readonly seed: number } {
  return { numRuns: Math.max(1, Math.round(numRuns * times)), seed };
}

/** So long may it take; a day that fails is shrunk within it. */
export const PATIENCE_MS = 120_000 * Math.max(1, times);
