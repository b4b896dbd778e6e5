/**
 * Divisions, enterprises, sources and gateways as the engine keeps them: the configuration that readings are admitted and
 * alerts are keyed by. Secrets are present only as hashes.
 */
import type { GradeName } from './grade.ts';
import type { Hazard } from './hazard.ts';
import type { PointConfig } from './point.ts';
import type {
  DivisionFlag,
  EnterpriseRiskLevel,
  Filing,
  Industry,
  LinkKind,
  PondSafety,
  SourceClass,
  SourceFlag,
  SourceLevel,
} from './source.ts';
import { alarmClassOf, FLAG_FIGURES } from './source.ts';

/** Administrative division by its code (division.ts), or a park below one. */
export interface Division {
  readonly code: string;
  readonly name: string;
  readonly flags?: readonly DivisionFlag[];
}

interface Contact {
  readonly role: string;
  readonly name: string;
  readonly phone: string;
}

export interface Enterprise {
  readonly id: string;
  readonly name: string;
  readonly division: string;
  readonly contacts: readonly Contact[];
  /** As the authority rated it; says nothing about how its sources alarm. */
  readonly enterpriseRiskLevel?: EnterpriseRiskLevel;
  /** Hash of the site's read credential `{enterprise}/~site`; absent where the site has none. */
  readonly siteSecretHash?: string;
}

export interface Source {
  readonly id: string;
  readonly enterprise: string;
  readonly name: string;
  readonly kind: string;
  /** Major-hazard level 1–4 (GB 18218); absent when it is not graded. */
  readonly level?: SourceLevel;
  readonly class: SourceClass;
  /** Static risk colour (双重预防); never the colour of an alert. */
  readonly riskGrade?: GradeName;
  /** WGS84 [longitude, latitude]. */
  readonly location?: readonly [number, number];
  /** Declared number of live observers a hazard needs here; 1 when not stated. */
  readonly observers: Readonly<Partial<Record<Hazard, number>>>;
  /** As stated, else what its kind says in the pack; absent where neither does. */
  readonly industry?: Industry;
  readonly flags?: readonly SourceFlag[];
  readonly slopeHeightM?: number;
  /** People in the way of what may come down. Absent is unknown, which is not none. */
  readonly downstreamPopulation?: number;
  readonly filing?: Filing;
  /** Day by which its hazard assessment is due, `2027-06-30`. */
  readonly assessmentDue?: string;
  readonly pondSafety?: PondSafety;
  /** Figures by which limits of its points go, each named with its unit last: `damHeightM`. */
  readonly attributes?: Readonly<Record<string, number>>;
}

type Figures = Stated<Pick<Source, 'attributes' | 'slopeHeightM' | 'downstreamPopulation' | 'level'>>;

/** A figure of a source by its name: of its attributes, or one of those that have a field of their own. */
export function attributeOf(source: Figures, name: string): number | undefined {
  const { attributes, slopeHeightM, downstreamPopulation, level } = source;
  return { slopeHeightM, downstreamPopulation, level, ...attributes }[name];
}

/**
 * The flags of a source with those that its figures amount to, and without those that they do not, except where `stated` says
 * so: what somebody has written stands.
 */
export function flagsWithFigures(
  source: Figures,
  stated: readonly SourceFlag[],
  before: readonly SourceFlag[] = stated,
): readonly SourceFlag[] {
  const flags = new Set([...before, ...stated]);
  for (const { flag, attribute, isOver } of FLAG_FIGURES) {
    const figure = attributeOf(source, attribute);
    if (figure === undefined || stated.includes(flag)) continue;
    if (isOver(figure)) flags.add(flag);
    else flags.delete(flag);
  }
  return [...flags];
}

/** As it is told to anybody: the letter of its class is the engine's own. */
export function sourceInWords({ class: letter, ...source }: Source) {
  return { ...source, alarmClass: alarmClassOf(letter) };
}

/** Somebody whom what happens at a source concerns, wherever they lie: they may hear of its alerts, and of nothing else. */
export interface Link {
  /** Source id. */
  readonly from: string;
  /** Division code or enterprise id. */
  readonly to: string;
  readonly kind: LinkKind;
}

export interface Gateway {
  readonly id: string;
  readonly enterprise: string;
  /** scrypt hash of the credential, `salt:hash` in hex. */
  readonly secretHash: string;
  /**
   * How one knows that it is there. `connection` (where nothing is stated): its connection, status or will. `reports`: it
   * connects, sends and leaves, so that its going says nothing, and silence on its points is what counts.
   */
  readonly presence?: GatewayPresence;
}

export const GATEWAY_PRESENCES = ['connection', 'reports'] as const;
type GatewayPresence = (typeof GATEWAY_PRESENCES)[number];

/**
 * As it is stated. Where that is looser than what its pack alone makes of it, that stands beside it: nothing looser is in force
 * from the beginning. Never in the registry itself.
 */
export type Stated<T> = T & { readonly byPack?: T };

/** One configuration change: adds and changes, never removes. All or nothing. */
export interface RegistryChange {
  readonly divisions: readonly Division[];
  readonly enterprises: readonly Enterprise[];
  readonly sources: readonly Stated<Source>[];
  readonly gateways: readonly Gateway[];
  readonly points: readonly Stated<PointConfig>[];
  readonly links?: readonly Link[];
}
