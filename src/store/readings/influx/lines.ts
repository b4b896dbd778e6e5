/**
 * Readings as InfluxDB line protocol, built by hand: measurement `reading`, tags enterprise and tag, fields value, quality,
 * flags, received (and device, where the device's clock was unusable), time in milliseconds. It sends nothing.
 */
import type { ReadingRows } from '../port.ts';

export const MEASUREMENT = 'reading';

export interface PointName {
  readonly enterprise: string;
  readonly tag: string;
}

/**
 * A name as it stands in InfluxDB. Line protocol cannot carry every text: a backslash before a comma or at the end of a
 * tag has no spelling, a line feed ends the line. These characters, and the percent sign, are percent-encoded; no two names
 * become the same.
 */
export function storedName(name: string): string {
  return name.replace(/[\\%\s\p{Cc}\p{Cs}]/gu, (character) =>
    character.charCodeAt(0) < 0x80
      ? `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
      : `%u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`,
  );
}

/** Escapes a stored name as a tag value of line protocol. */
function escapeTag(stored: string): string {
  return stored.replace(/[,= ]/g, (character) => `\\${character}`);
}

/** `reading,enterprise=…,tag=…`: the part of a line that is the same for every reading of a point. */
export function seriesKey(name: PointName): string {
  const enterprise = escapeTag(storedName(name.enterprise));
  return `${MEASUREMENT},enterprise=${enterprise},tag=${escapeTag(storedName(name.tag))}`;
}

/** A float field; String() would lose the sign of −0. */
function floatText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

export function lineOf(series: string, rows: ReadingRows, row: number): string {
  const device = rows.deviceAt[row] === rows.at[row] ? '' : `,device=${rows.deviceAt[row]}i`;
  const fields = `value=${floatText(rows.value[row])},quality=${rows.quality[row]}i,flags=${rows.flags[row]}i`;
  return `${series} ${fields},received=${rows.receivedAt[row]}i${device} ${rows.at[row]}`;
}
