/**
 * Divisions, enterprises, sources and gateways as the engine keeps them: the configuration that readings are admitted and
 * alerts are keyed by. Secrets are present only as hashes.
 */
import type { GradeName } from './grade.ts';
import type { Hazard } from './hazard.ts';
import type { PointConfig } from './point.ts';

/** Administrative division by GB/T 2260 code, or a park `{county code}-pNN`. */
export interface Division {
  readonly code: string;
  readonly name: string;
}

export interface Contact {
  readonly role: string;
  readonly name: string;
  readonly phone: string;
}

export interface Enterprise {
  readonly id: string;
  readonly name: string;
  readonly division: string;
  readonly contacts: readonly Contact[];
  /** Hash of the site's read credential `{enterprise}/~site`; absent where the site has none. */
  readonly siteSecretHash?: string;
}

/** LADDER class of a source: A +1 step, B and C 0, D (unregistered) −1 when the base is ≤ 2. */
export type SourceClass = 'A' | 'B' | 'C' | 'D';

export interface Source {
  readonly id: string;
  readonly enterprise: string;
  readonly name: string;
  readonly kind: string;
  /** Major-hazard level 1–4 (GB 18218); absent when it is not graded. */
  readonly level?: 1 | 2 | 3 | 4;
  readonly class: SourceClass;
  /** Static risk colour (双重预防); never the colour of an alert. */
  readonly riskGrade?: GradeName;
  /** WGS84 [longitude, latitude]. */
  readonly location?: readonly [number, number];
  /** Declared number of live observers a hazard needs here; 1 when not stated. */
  readonly observers: Readonly<Partial<Record<Hazard, number>>>;
}

export interface Gateway {
  readonly id: string;
  readonly enterprise: string;
  /** scrypt hash of the credential, `salt:hash` in hex. */
  readonly secretHash: string;
}

/** One configuration change: adds and changes, never removes. All or nothing. */
export interface RegistryChange {
  readonly divisions: readonly Division[];
  readonly enterprises: readonly Enterprise[];
  readonly sources: readonly Source[];
  readonly gateways: readonly Gateway[];
  readonly points: readonly PointConfig[];
}
