/**
 * What stands behind `POST /readings`: the same credential and the same intake as over MQTT. It knows no web framework;
 * the route translates its answer.
 */
import type { Refused } from './codecs/codec.ts';
import { MESSAGE_BYTES_MAX } from './codecs/codec.ts';
import type { VerifySecret } from './credential.ts';
import type { Edge, Taken } from './intake.ts';
import { takeReadings } from './intake.ts';
import { parseUserName } from './topic.ts';

export interface HttpReadings {
  /** `{enterprise}/{gateway}`, as over MQTT. */
  readonly userName: string;
  readonly secret: string;
  readonly body: Uint8Array;
  /** Named in the list of refusals. */
  readonly route?: string;
}

export type HttpAnswer =
  /** Durable (or judged in unsaved mode); `refused` names the readings that were not taken. */
  | { readonly kind: 'accepted'; readonly readings: number; readonly refused: readonly Refused[] }
  /** Nothing was taken. */
  | { readonly kind: 'refused'; readonly refused: readonly Refused[] }
  | { readonly kind: 'unauthorised' }
  /** Too many credentials are being checked; to be sent again. */
  | { readonly kind: 'busy' };

export type HttpSource = (request: HttpReadings) => Promise<HttpAnswer>;

/** The route should already stop reading a longer body. */
export const BODY_BYTES_MAX = MESSAGE_BYTES_MAX;

export function createHttpSource(edge: Edge & { readonly verifySecret: VerifySecret }): HttpSource {
  return async ({ userName, secret, body, route = 'POST /readings' }) => {
    const name = parseUserName(userName);
    if (name === undefined || 'site' in name) return { kind: 'unauthorised' };
    const entry = edge.directory.find(name.enterprise, name.gateway);
    if (entry === undefined) return { kind: 'unauthorised' };
    try {
      if (!(await edge.verifySecret(secret, entry.secretHash))) return { kind: 'unauthorised' };
    } catch {
      return { kind: 'busy' };
    }
    const arrival = { ...name, topic: route, payload: body, flags: 0 };
    let taken: Taken | undefined;
    await new Promise<void>((durable) => {
      taken = takeReadings(edge, arrival, durable);
    });
    const { readings, refused } = taken as Taken;
    return readings > 0 ? { kind: 'accepted', readings, refused } : { kind: 'refused', refused };
  };
}

/** User name and secret of an `Authorization: Basic` header; undefined for anything else. */
export function parseBasic(
  header: string | undefined,
): { readonly userName: string; readonly secret: string } | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/]+={0,2}) *$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { userName: text.slice(0, colon), secret: text.slice(colon + 1) };
}
