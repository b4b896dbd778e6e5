/**
 * Who may connect to the embedded broker: gateways of the registry and the one reader of each site, by user name and
 * secret; nobody else. What a connection may then do is said by its session.
 */
import type { Identity } from './broker-session.ts';
import { gatewayIdentity } from './broker-session.ts';
import type { VerifySecret } from './credential.ts';
import type { GatewayDirectory } from './directory.ts';
import { parseUserName } from './topic.ts';

export interface AccessOptions {
  readonly directory: GatewayDirectory;
  readonly verifySecret: VerifySecret;
  /** Hash of the read credential `{enterprise}/~site`; undefined where the enterprise has none. */
  readonly siteSecretHash?: (enterprise: string) => string | undefined;
}

/** Answer codes of CONNACK (MQTT 3.1.1 §3.2.2.3). */
export const SERVER_UNAVAILABLE = 3;
const BAD_CREDENTIAL = 4;
const NOT_AUTHORISED = 5;

export type Access =
  | { readonly ok: true; readonly identity: Identity; readonly secretHash: string }
  | { readonly ok: false; readonly returnCode: number; readonly reason: string };

export async function identify(
  options: AccessOptions,
  user: string | undefined,
  secret: string | undefined,
): Promise<Access> {
  if (user === undefined || secret === undefined) return refuse(NOT_AUTHORISED, 'no credential');
  const name = parseUserName(user);
  if (name === undefined) return refuse(BAD_CREDENTIAL, 'user name is not {enterprise}/{gateway}');
  const entry = 'site' in name ? undefined : options.directory.find(name.enterprise, name.gateway);
  const hash = 'site' in name ? options.siteSecretHash?.(name.enterprise) : entry?.secretHash;
  if (hash === undefined) return refuse(BAD_CREDENTIAL, 'unknown user');
  try {
    if (!(await options.verifySecret(secret, hash))) return refuse(BAD_CREDENTIAL, 'wrong password');
  } catch (error) {
    return refuse(SERVER_UNAVAILABLE, (error as Error).message);
  }
  const identity: Identity =
    entry === undefined
      ? { kind: 'site', enterprise: name.enterprise }
      : gatewayIdentity(entry.enterprise, entry.id, entry.number);
  // Another one came into force while this one was compared.
  if (credentialInForce(options, identity) !== hash) return refuse(BAD_CREDENTIAL, 'the password was changed');
  return { ok: true, identity, secretHash: hash };
}

/** Stored form of the credential by which this one signs in now; undefined where nothing does. */
export function credentialInForce({ directory, siteSecretHash }: AccessOptions, who: Identity): string | undefined {
  if (who.kind === 'site') return siteSecretHash?.(who.enterprise);
  return directory.find(who.enterprise, who.gateway)?.secretHash;
}

function refuse(returnCode: number, reason: string): Access {
  return { ok: false, returnCode, reason };
}
