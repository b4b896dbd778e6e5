/**
 * Packs and registry files from disk: parsed, checked whole, resolved into the change the engine takes. It stands beside
 * the installed program, so its own folder tells where the shipped packs are.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DrivenTypes } from '../../simulators/generic.ts';
import { hashSecret, verifySecret } from '../ingest/credential.ts';
import { nearby } from '../model/nearest-names.ts';
import type { RegistryChange } from '../model/registry.ts';
import type { EpochMs } from '../model/time.ts';
import type { Pack } from '../rules/packs/definition.ts';
import { readPack, readRegistryFile } from '../rules/packs/definition.ts';
import type { Read } from '../rules/packs/definition-reader.ts';
import type { ExposureTable, ReadTable } from '../rules/packs/exposure-definition.ts';
import { readExposureTable } from '../rules/packs/exposure-definition.ts';
import type { KnownNames } from '../rules/packs/references.ts';
import { NOTHING_KNOWN } from '../rules/packs/references.ts';
import { duplicateTypes, resolveRegistry } from '../rules/packs/resolve.ts';
import type { Places } from '../rules/packs/told.ts';
import { NOWHERE } from '../rules/packs/told.ts';
import { casesFail } from './cases/run.ts';
import { inOrderOfPlace, parseText, placesIn } from './yaml-text.ts';

/** The checkout or the installed package: from dist/src/app as well as from src/app. */
export function packageRoot(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  return here.includes(join('dist', 'src', 'app')) ? join(here, '..', '..', '..') : join(here, '..', '..');
}

export const shippedPacks = (): string => join(packageRoot(), 'seeds', 'packs');
export const demoFolder = (): string => join(packageRoot(), 'seeds', 'demo');

/** Which packs are in force: those of a folder, or only the ones named by their ids. */
export interface ChosenPacks {
  readonly folder: string;
  readonly only?: readonly string[] | undefined;
}

export interface LoadedPacks {
  readonly packs: readonly Pack[];
  readonly errors: readonly string[];
  /** Which file each pack stands in. */
  readonly files: ReadonlyMap<Pack, PackFile>;
  /** What toxic limits were computed from. */
  readonly exposure?: ExposureTable | undefined;
}

interface PackFile extends Pick<Read<Pack>, 'pathOf'> {
  readonly name: string;
  readonly text: string;
}

/** Every `*.yaml` of the folder that is chosen. Errors name the file; use the packs only when there are none. */
export function loadPacks(chosen: string | ChosenPacks): LoadedPacks {
  const { folder, only } = typeof chosen === 'string' ? { folder: chosen, only: undefined } : chosen;
  const packs: Pack[] = [];
  const errors: string[] = [];
  const files = new Map<Pack, PackFile>();
  if (!existsSync(folder)) return { packs, files, errors: [`${folder}: no such folder`] };
  const names = yamlIn(folder);
  if (names.length === 0) return { packs, files, errors: [`${folder}: holds no pack (*.yaml)`] };
  const exposure = loadExposureTable(folder);
  errors.push(...exposure.errors);
  for (const name of names) {
    const text = readFileSync(join(folder, name), 'utf8');
    const read = parseText(text);
    if (!read.ok) {
      errors.push(...read.errors.map((error) => `${name}: ${error}`));
      continue;
    }
    const found = readPack(read.value, NOWHERE, exposure.table);
    const pack = found.errors.length === 0 ? found : readPack(read.value, placesIn(text), exposure.table);
    errors.push(...inOrderOfPlace(pack.errors).map((error) => `${name}: ${error}`));
    packs.push(pack.value);
    files.set(pack.value, { name, text, pathOf: pack.pathOf });
  }
  errors.push(...duplicateTypes(packs), ...sharedIds(packs));
  const { table } = exposure;
  if (only === undefined) return { packs, errors, files, exposure: table };
  const ids = packs.map(({ id }) => id);
  for (const id of only) if (!ids.includes(id)) errors.push(`packs: ${folder} has no pack ${id}${nearby(id, ids)}`);
  const isChosen = ({ id }: Pack): boolean => only.includes(id);
  const chosenFiles = new Map([...files].filter(([pack]) => isChosen(pack)));
  return { packs: packs.filter(isChosen), errors, files: chosenFiles, exposure: table };
}

/** Points know their pack by its id. */
function sharedIds(packs: readonly Pack[]): string[] {
  const ids = packs.map(({ id }) => id);
  return [...new Set(ids.filter((id, i) => ids.indexOf(id) < i))].map((id) => `pack ${id}: two packs have this id`);
}

const yamlIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((file) => /\.ya?ml$/.test(file))
    .sort();

/** The table that limits are computed from: of the packs' own folder `oel`, else the shipped one. */
function loadExposureTable(packs: string): ReadTable {
  const own = join(packs, 'oel');
  const folder = existsSync(own) ? own : join(packageRoot(), 'seeds', 'oel');
  const names = yamlIn(folder);
  // Which of two tables counts must not hang on what they are called.
  if (names.length !== 1)
    return { errors: [`${folder}: holds ${names.length} tables of exposure limits, must be one`] };
  const [name] = names;
  const text = readFileSync(join(folder, name), 'utf8');
  const read = parseText(text);
  const found: ReadTable = read.ok ? readExposureTable(read.value, placesIn(text)) : read;
  return { table: found.table, errors: found.errors.map((error) => `${name}: ${error}`) };
}

/** Plays the cases of all packs, which have no errors otherwise: what does not come out as stated, with file and line. */
export function failedCases({ packs, files }: LoadedPacks): string[] {
  return [...files].flatMap(([pack, { name, text, pathOf }]) => {
    let places: Places | undefined;
    // Where it stands costs more than all the rest: it is looked for only where something is wrong.
    const found = (): Places => (places ??= placesIn(text));
    const told: Places = { at: (path) => found().at(path), written: (path) => found().written(path) };
    return inOrderOfPlace(casesFail(pack, packs, { places: told, pathOf })).map((error) => `${name}: ${error}`);
  });
}

export type ResolvedChange =
  | { readonly ok: true; readonly change: RegistryChange; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly errors: readonly string[] };

/**
 * Stored forms of the credential that is in force, and of those that wait for a second person: of `{enterprise}/{gateway}`, and
 * of the site of an enterprise by its id.
 */
export type StoredSecrets = ReadonlyMap<string, readonly string[]>;

/** What the service knows of what is registered; nothing of it where a file is looked at by itself. */
export interface Registered {
  readonly secrets: StoredSecrets;
  readonly names: KnownNames | undefined;
  /** What has learned what is usual, `{point} {rule}`. */
  readonly learned?: ReadonlySet<string>;
  /** When the file is to come into force; of one that is only looked back at there is no such time. */
  readonly now?: EpochMs;
}

export const NOTHING_REGISTERED: Registered = { secrets: new Map(), names: NOTHING_KNOWN };

/**
 * Text of a registry file (YAML or JSON) → the change it asks for. A credential that is known keeps its stored form, which is
 * another one at every hashing: the same file a second time changes nothing, and asks for nothing anew.
 */
export async function resolveRegistryText(
  text: string,
  packs: readonly Pack[],
  registered = NOTHING_REGISTERED,
): Promise<ResolvedChange> {
  const read = parseText(text);
  if (!read.ok) return { ok: false, errors: read.errors };
  const { gateways, enterprises } = readRegistryFile(read.value).value;
  const stored = new Map<string, string>();
  const hashes = new SecretHashes();
  const { secrets, names: known, learned, now } = registered;
  const keep = async (owner: string, secret: string | undefined): Promise<void> => {
    if (secret !== undefined) stored.set(owner, await hashes.of(secret, secrets.get(owner)));
  };
  for (const { enterprise, id, secret } of gateways) await keep(`${enterprise}/${id}`, secret);
  for (const { id, siteSecret } of enterprises) await keep(id, siteSecret);
  const around = {
    packs,
    known,
    learned,
    now,
    hashSecret: (_secret: string, owner: string) => stored.get(owner) ?? '',
  };
  const resolved = resolveRegistry(read.value, around);
  // Where it stands costs more than all the rest: it is looked for only where something is wrong.
  if (resolved.ok) return resolved;
  const told = resolveRegistry(read.value, { ...around, places: placesIn(text) });
  return told.ok ? told : { ok: false, errors: inOrderOfPlace(told.errors) };
}

/** Each secret of a file is hashed once, and compared once with each stored form: both take 10 ms on purpose. */
class SecretHashes {
  private readonly fresh = new Map<string, string>();
  private readonly known = new Map<string, boolean>();

  async of(secret: string, known: readonly string[] = []): Promise<string> {
    for (const hash of known) if (await this.isOf(secret, hash)) return hash;
    const hash = this.fresh.get(secret) ?? (await hashSecret(secret));
    this.fresh.set(secret, hash);
    return hash;
  }

  private async isOf(secret: string, hash: string): Promise<boolean> {
    const both = `${hash} ${secret}`;
    const answer = this.known.get(both) ?? (await verifySecret(secret, hash));
    this.known.set(both, answer);
    return answer;
  }
}

/** What a simulator drives a point by: every type that somebody publishes. */
export function drivenTypes(packs: readonly Pack[]): DrivenTypes {
  const published = packs.flatMap(({ pointTypes }) => pointTypes).filter(({ derive }) => derive === undefined);
  return new Map(published.map(({ onDelayMs = 0, ...type }) => [type.type, { ...type, onDelayMs }]));
}
