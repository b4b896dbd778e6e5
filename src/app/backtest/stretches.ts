/**
 * Of which part of the past a backtest has what: the records themselves, the readings alone, or nothing. It says where a result is
 * not exactly what was, and why.
 */
import type { EpochMs } from '../../model/time.ts';

/** `records`: log and archive, exact; `readings`: only the store of readings; `nothing`: neither. */
type KeptAs = 'records' | 'readings' | 'nothing';

export interface KeptStretch {
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly of: KeptAs;
}

/** So many are told one by one; what comes after them is told as one, of readings. */
const TOLD_MAX = 50;

/** What a reading alone does not tell; for people of either language. */
const NOT_KNOWN_ZH = '读数到达的先后与迟延、人员的处置（全程无人确认、无人关闭）、哪些网关和链路中断、当时登记的内容';
const NOT_KNOWN =
  'in which order and how late readings came, what people did (nothing is acknowledged or closed), which gateways and links were away, ' +
  'and what was registered then';

export class Stretches {
  private readonly from: EpochMs;
  private readonly to: EpochMs;
  private readonly found: KeptStretch[] = [];

  constructor(from: EpochMs, to: EpochMs) {
    this.from = from;
    this.to = to;
  }

  /** In order of time; what lies outside what was asked for is left out. */
  note(of: KeptAs, begin: EpochMs, end: EpochMs): void {
    const last = this.found.at(-1);
    const from = Math.max(this.from, begin, last?.to ?? this.from);
    const to = Math.min(this.to, end);
    if (to <= from) return;
    const isSame = last?.of === of && last.to === from;
    if (last === undefined || (!isSame && this.found.length < TOLD_MAX)) this.found.push({ from, to, of });
    else this.found[this.found.length - 1] = { from: last.from, to, of: isSame ? of : 'readings' };
  }

  all(): readonly KeptStretch[] {
    return this.found;
  }

  /** In words, what is not exactly what was. */
  reasons(): string[] {
    return this.found.flatMap(({ from, to, of }) => {
      if (of === 'readings')
        return [
          `${span(from, to)}: 只有读数库有记录，不详的是${NOT_KNOWN_ZH} · only the store of readings has it; not known are ${NOT_KNOWN}`,
        ];
      if (of === 'nothing')
        return [
          `${span(from, to)}: 日志、归档和读数库都没有记录 · neither log, archive nor the store of readings has anything`,
        ];
      return [];
    });
  }
}

export const span = (from: EpochMs, to: EpochMs): string =>
  `${new Date(from).toISOString()} to ${new Date(to).toISOString()}`;
