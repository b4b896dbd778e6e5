/**
 * JSON shapes that are stored, each with the steps that bring an older one up when it is read: one function a shape, total
 * over what earlier programs wrote. It knows data only: where a shape is stored, and who stamps it, stands with the writer.
 *
 * A shape's version is one more than its steps; JSON without `v` is what 0.1.0 wrote, version 1. Whoever changes a shape
 * adds a step at the end of its list and a test with the old JSON. A field that may be absent needs no step.
 */
import type { Alert, Transition } from './alert.ts';
import type { Command } from './command.ts';
import type { Fields, ShapeStep } from './from-0.1.0.ts';
import {
  giveBody,
  giveRoom,
  giveRoomToRecord,
  listRules,
  listRulesOfEvidence,
  nameLog,
  nameNumbers,
  nameNumbersOfRecord,
  nameSides,
  nameSidesOfTransition,
  readLoosening,
} from './from-0.1.0.ts';
import { wordClasses, wordClassesOfEvidence, wordClassesOfRecord, wordClassOfLoosening } from './from-letters.ts';
import type { PointConfig } from './point.ts';
import type { RegistryChange } from './registry.ts';
import { NewerVersionError } from './version.ts';

const STEPS = {
  alert: [nameSides, giveRoom, nameNumbers, wordClasses],
  /** A transition carries the whole alert, with a version of its own. */
  transition: [nameSidesOfTransition, nameLog],
  /** The book's own record of an open alert, in snapshots. */
  'alert-record': [giveRoomToRecord, nameNumbersOfRecord, wordClassesOfRecord],
  /** What the book remembers of closed occurrences, in snapshots. */
  past: [],
  point: [listRules],
  source: [],
  gateway: [],
  enterprise: [],
  division: [],
  link: [],
  command: [giveBody],
  outcome: [],
  loosening: [readLoosening, wordClassOfLoosening],
  evidence: [listRulesOfEvidence, wordClassesOfEvidence],
} satisfies Record<string, readonly ShapeStep[]>;

export type ShapeName = keyof typeof STEPS;

/** The version this program writes. */
export function versionOf(shape: ShapeName): number {
  return STEPS[shape].length + 1;
}

/** The versions of several shapes, for a header that states them once for all its items. */
export function versionsOf<N extends ShapeName>(...shapes: readonly N[]): Record<N, number> {
  return Object.fromEntries(shapes.map((shape) => [shape, versionOf(shape)])) as Record<N, number>;
}

/** Brings JSON of version `v` (1 when absent) up. Throws NewerVersionError for one this program does not know. */
export function bringUp<T>(shape: ShapeName, json: unknown, v = 1): T {
  const steps: readonly ShapeStep[] = STEPS[shape];
  if (v > steps.length + 1) throw new NewerVersionError(`a stored ${shape}`, v, steps.length + 1);
  return steps.slice(v - 1).reduce((old, step) => step(old), json as Fields) as T;
}

/** The value as it is to be stored by itself: with its version. */
export function stamped<T extends object>(shape: ShapeName, value: T): T & { readonly v: number } {
  return { v: versionOf(shape), ...value };
}

function upcast<T>(shape: ShapeName, json: unknown): T {
  const { v, ...fields } = json as Fields & { readonly v?: number };
  return bringUp(shape, fields, v);
}

export const upcastAlert = (json: unknown): Alert => upcast('alert', json);
export const upcastPoint = (json: unknown): PointConfig => upcast('point', json);
export const upcastCommand = (json: unknown): Command => upcast('command', json);
/** Opaque here: engine/evidence.ts knows what it is. */
export const upcastEvidence = (json: unknown): unknown => upcast('evidence', json);

export function upcastTransition(json: unknown): Transition {
  const transition = upcast<Transition>('transition', json);
  return { ...transition, alert: upcastAlert(transition.alert) };
}

export function stampedTransition(transition: Transition): Transition {
  return stamped('transition', { ...transition, alert: stamped('alert', transition.alert) });
}

/** A change carries the version of each thing it states. */
export function upcastChange(json: unknown): RegistryChange {
  const { divisions, enterprises, sources, gateways, points, links } = json as {
    [K in keyof RegistryChange]: unknown[];
  };
  return {
    divisions: divisions.map((division) => upcast('division', division)),
    enterprises: enterprises.map((enterprise) => upcast('enterprise', enterprise)),
    sources: sources.map((source) => upcast('source', source)),
    gateways: gateways.map((gateway) => upcast('gateway', gateway)),
    points: points.map(upcastPoint),
    links: links?.map((link) => upcast('link', link)),
  };
}

export function stampedChange(change: RegistryChange): RegistryChange {
  const { divisions, enterprises, sources, gateways, points, links } = change;
  return {
    divisions: divisions.map((division) => stamped('division', division)),
    enterprises: enterprises.map((enterprise) => stamped('enterprise', enterprise)),
    sources: sources.map((source) => stamped('source', source)),
    gateways: gateways.map((gateway) => stamped('gateway', gateway)),
    points: points.map((point) => stamped('point', point)),
    links: links?.map((link) => stamped('link', link)),
  };
}
