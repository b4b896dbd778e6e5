/**
 * What is wrong with the history of readings, in words for /readyz: pure, from what the exporter and the store know. It
 * decides nothing.
 */
import type { EpochMs } from '../../../model/time.ts';
import { HOUR_MS } from '../../../model/time.ts';
import type { ExportGap } from '../port.ts';
import type { BudgetVerdict } from './budget.ts';

interface ExportFacts {
  /** Why the store takes nothing at present. */
  readonly failure?: string;
  /** What the self-test found. */
  readonly selfTest?: string;
  readonly budget: BudgetVerdict;
  readonly gaps: readonly ExportGap[];
  /** Wall clock. */
  readonly now: EpochMs;
}

/** What was left out is told for so long after it happened last; history shows it for ever. */
const TOLD_MS = 24 * HOUR_MS;

/** Undefined when all is well; else every complaint, the most urgent first. */
export function exportComplaint({ failure, selfTest, budget, gaps, now }: ExportFacts): string | undefined {
  const lost = CAUSES.map((cause) => lostOf(cause, gaps, now));
  const all = [failure, budgetWords(budget), selfTest, ...lost].filter((words) => words !== undefined);
  return all.length === 0 ? undefined : all.join('; ');
}

function budgetWords({ state, share }: BudgetVerdict): string | undefined {
  if (state === 'ok') return undefined;
  const percent = Math.floor(share * 100);
  return `${percent} % of what may wait in the log for the readings store is used: at 100 % the older half is given up`;
}

const WORDS: Readonly<Record<ExportGap['cause'], (count: number) => string>> = {
  refused: (count: number) => `${count} readings refused by the store for good`,
  'moved-on': (count: number) => `${count} records given up for want of room`,
  unsaved: (count: number) => `${count} records judged in unsaved mode and not stored`,
  'set-aside': (count: number) => `${count} records set aside from the log`,
  'begun-anew': (count: number) => `${count} records of before the store was made anew`,
};
const CAUSES = Object.keys(WORDS) as ExportGap['cause'][];

function lostOf(cause: ExportGap['cause'], gaps: readonly ExportGap[], now: EpochMs): string | undefined {
  const recent = gaps.filter((gap) => gap.cause === cause && gap.recordedAt > now - TOLD_MS);
  const last = recent.at(-1);
  if (last === undefined) return undefined;
  const count = recent.reduce((sum, gap) => sum + gap.count, 0);
  return `${WORDS[cause](count)}, they are gaps in the history: ${last.reason}`;
}
