// The plain case of docs/grading.md: the grade of an alert from who stands in it. It imports nothing of the service.

/** One limit in alarm. By level, 1 to as far as it has gone: since when, and whether a good reading was there. */
export interface Standing {
  readonly point: string;
  level: number;
  since: number[];
  certain: boolean[];
  readonly persistenceMs: number;
  /** A red limit: red at this one point. */
  readonly red: boolean;
}
export type SourceClass = 'A' | 'B' | 'C';
const CAP_MS = 60_000;
const BREADTH_MS = 300_000;
const pointsOf = (all: readonly Standing[]): Set<string> => new Set(all.map(({ point }) => point));

/** Each level that was reached is a base of its own; the best result counts. Nobody: 0, no grade. */
export function gradeOf(all: readonly Standing[], sourceClass: SourceClass, now: number): number {
  const high = pointsOf(all.filter(({ level }) => level >= 2));
  const breadth = spread(all, 3) >= 2 || spread(all, 2) >= 3 ? 1 : 0;
  const grades = [3, 2, 1].map((base) => {
    const here = all.filter(({ level }) => level >= base);
    if (here.length === 0) return 0;
    const points = pointsOf(here);
    const isSupported = [...high].some((point) => points.size > 1 || !points.has(point));
    const doubt = isSupported || here.some(({ certain }) => certain[base]) ? 0 : 1;
    const persists = here.some(({ since, persistenceMs }) => now - since[base] >= persistenceMs) ? 1 : 0;
    const first = Math.min(...here.map(({ since }) => since[base]));
    const isCapped = !isSupported && points.size === 1 && now - first < CAP_MS;
    const sum = base + (sourceClass === 'A' ? 1 : 0) + persists + breadth - doubt;
    return Math.max(1, Math.min(isCapped ? 3 : 4, sum));
  });
  return all.some(({ red }) => red) ? 4 : Math.max(...grades);
}

/** When time alone may make it a worse one. */
export function instantsOf(all: readonly Standing[]): number[] {
  return all.flatMap(({ since, persistenceMs }) => since.flatMap((at) => [at + persistenceMs, at + CAP_MS]));
}

/** Most points that came to this level within five minutes of each other, and are there. */
function spread(all: readonly Standing[], level: number): number {
  const here = all.filter((one) => one.level >= level).map(({ point, since }) => ({ point, at: since[level] }));
  const from = (start: number) => here.filter(({ at }) => at >= start && at - start <= BREADTH_MS);
  return Math.max(0, ...here.map(({ at }) => new Set(from(at).map(({ point }) => point)).size));
}
