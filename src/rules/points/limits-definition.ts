/**
 * What both sides of fixed limits have in common in configuration: the fields that state them in pack and registry files,
 * and what must hold between neighbouring limits. The two sides are rule kinds of their own.
 */
import { z } from 'zod';
import type { Limits } from '../../model/point.ts';

const limit = z.number().optional();
const limitOrOff = z.number().nullable().optional();
const deadband = z.number().nonnegative().optional();

export const limitsPackShape = {
  limits: z.strictObject({ LL: limit, L: limit, H: limit, HH: limit }).optional(),
  deadband,
  preBand: z.number().positive().optional(),
};

export const limitsRegistryShape = {
  /** null switches one of the pack's limits off. */
  limits: z.strictObject({ LL: limitOrOff, L: limitOrOff, H: limitOrOff, HH: limitOrOff }).optional(),
  deadband,
  /** null: nearness is no alarm here. */
  preBand: z.number().positive().nullable().optional(),
};

/** `limits.H`, `deadband`, `preBand`. */
export const limitsWord = (field: string): string => (field === field.toUpperCase() ? `limits.${field}` : field);

/** The stated limits from low to high. */
function orderedLimits(limits: Limits): { readonly name: keyof Limits; readonly value: number }[] {
  return (['LL', 'L', 'H', 'HH'] as const).flatMap((name) => {
    const value = limits[name];
    return value === undefined ? [] : [{ name, value }];
  });
}

/** What is wrong between neighbours: their order, and a deadband that reaches from one to the next. */
export function checkNeighbours(limits: Limits, deadbandOfBoth: number): string[] {
  const errors: string[] = [];
  const given = orderedLimits(limits);
  for (let i = 1; i < given.length; i++) {
    const lower = given[i - 1];
    const upper = given[i];
    const gap = upper.value - lower.value;
    if (gap <= 0) errors.push(`limits: ${lower.name} ${lower.value} must be below ${upper.name} ${upper.value}`);
    // A deadband that reaches the next limit holds the higher level until the point is normal, or for ever.
    else if (deadbandOfBoth >= gap) {
      const pair = `${lower.name} ${lower.value} and ${upper.name} ${upper.value}`;
      errors.push(`deadband: ${deadbandOfBoth} reaches from one limit to the next (${pair})`);
    }
  }
  return errors;
}
