/**
 * Packs and registry files from disk: parsed, checked whole, resolved into the change the engine takes. It stands beside
 * the installed program, so its own folder tells where the shipped packs are.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { hashSecret, verifySecret } from '../ingest/credential.ts';
import type { RegistryChange } from '../model/registry.ts';
import type { Pack } from '../rules/packs/definition.ts';
import { readPack, readRegistryFile } from '../rules/packs/definition.ts';
import { duplicateTypes, resolveRegistry } from '../rules/packs/resolve.ts';

/** The checkout or the installed package: from dist/src/app as well as from src/app. */
export function packageRoot(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  return here.includes(join('dist', 'src', 'app')) ? join(here, '..', '..', '..') : join(here, '..', '..');
}

export const shippedPacks = (): string => join(packageRoot(), 'seeds', 'packs');
export const demoFolder = (): string => join(packageRoot(), 'seeds', 'demo');

export interface LoadedPacks {
  readonly packs: readonly Pack[];
  readonly errors: readonly string[];
}

/** Every `*.yaml` of the folder. Errors name the file; use the packs only when there are none. */
export function loadPacks(folder: string): LoadedPacks {
  const packs: Pack[] = [];
  const errors: string[] = [];
  if (!existsSync(folder)) return { packs, errors: [`${folder}: no such folder`] };
  const names = readdirSync(folder).filter((file) => /\.ya?ml$/.test(file));
  if (names.length === 0) return { packs, errors: [`${folder}: holds no pack (*.yaml)`] };
  for (const name of names.sort()) {
    const read = parseText(readFileSync(join(folder, name), 'utf8'));
    if (!read.ok) {
      errors.push(`${name}: ${read.error}`);
      continue;
    }
    const pack = readPack(read.value);
    errors.push(...pack.errors.map((error) => `${name}: ${error}`));
    packs.push(pack.value);
  }
  errors.push(...duplicateTypes(packs));
  return { packs, errors };
}

export type ResolvedChange =
  | { readonly ok: true; readonly change: RegistryChange; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly errors: readonly string[] };

/**
 * Stored forms of the credential that is in force, and of those that wait for a second person: of `{enterprise}/{gateway}`, and
 * of the site of an enterprise by its id.
 */
export type StoredSecrets = ReadonlyMap<string, readonly string[]>;

/**
 * Text of a registry file (YAML or JSON) → the change it asks for. A credential that is known keeps its stored form, which is
 * another one at every hashing: the same file a second time changes nothing, and asks for nothing anew.
 */
export async function resolveRegistryText(
  text: string,
  packs: readonly Pack[],
  known: StoredSecrets = new Map(),
): Promise<ResolvedChange> {
  const read = parseText(text);
  if (!read.ok) return { ok: false, errors: [read.error] };
  const { gateways, enterprises } = readRegistryFile(read.value).value;
  const stored = new Map<string, string>();
  const hashes = new SecretHashes();
  for (const { enterprise, id, secret } of gateways) {
    const owner = `${enterprise}/${id}`;
    if (secret !== undefined) stored.set(owner, await hashes.of(secret, known.get(owner)));
  }
  for (const { id, siteSecret } of enterprises)
    if (siteSecret !== undefined) stored.set(id, await hashes.of(siteSecret, known.get(id)));
  return resolveRegistry(read.value, packs, (_secret, owner) => stored.get(owner) ?? '');
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

/** JSON is YAML too, but the YAML reader takes far longer over a registry of a hundred thousand points. */
function parseText(text: string): { ok: true; value: unknown } | { ok: false; error: string } {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    // Not JSON: YAML then, whose errors name the line.
  }
  try {
    return { ok: true, value: parse(text) };
  } catch (error) {
    return { ok: false, error: error instanceof Error ? error.message.split('\n')[0] : String(error) };
  }
}
