/**
 * The MQTT topics of the outside contract: parsing and building, and the shapes of the ids inside them. It knows no
 * registry: that an id is well formed does not say that it exists.
 */
import { RESERVED_GATEWAY_IDS, SLUG, TAG } from '../model/ids.ts';

const ROOT = 'fenghuo/v1/';

/** Retained; also our will: sites learn from it that the service is dead. */
export const SERVICE_STATUS_TOPIC = `${ROOT}service/status`;
/** What a source of readings subscribes to on an external broker. */
export const DATA_FILTER = `${ROOT}+/+/data`;
export const STATUS_FILTER = `${ROOT}+/+/status`;

/** Second half of the read credential of a site, `{enterprise}/~site`. */
const SITE_READER = '~site';

export type Topic =
  | { readonly kind: 'data' | 'status'; readonly enterprise: string; readonly gateway: string }
  | { readonly kind: 'alert'; readonly enterprise: string; readonly alert: string }
  | { readonly kind: 'service-status' };

export function isTag(text: string): boolean {
  return TAG.test(text);
}

export function isEnterpriseId(text: string): boolean {
  return SLUG.test(text);
}

/** True for an id that a gateway may have: a tag, not reserved, and without the `~` that marks what is no gateway. */
export function isGatewayId(text: string): boolean {
  return TAG.test(text) && !text.startsWith('~') && !RESERVED_GATEWAY_IDS.includes(text);
}

/** What a topic says, or undefined when it is none of the contract's. */
export function parseTopic(topic: string): Topic | undefined {
  if (!topic.startsWith(ROOT)) return undefined;
  if (topic === SERVICE_STATUS_TOPIC) return { kind: 'service-status' };
  const levels = topic.slice(ROOT.length).split('/');
  if (levels.length !== 3) return undefined;
  const [enterprise, second, last] = levels;
  if (!isEnterpriseId(enterprise)) return undefined;
  if (second === 'alerts') return isTag(last) ? { kind: 'alert', enterprise, alert: last } : undefined;
  if (last !== 'data' && last !== 'status') return undefined;
  return isGatewayId(second) ? { kind: last, enterprise, gateway: second } : undefined;
}

export function dataTopic(enterprise: string, gateway: string): string {
  return `${ROOT}${enterprise}/${gateway}/data`;
}

export function statusTopic(enterprise: string, gateway: string): string {
  return `${ROOT}${enterprise}/${gateway}/status`;
}

export function alertTopic(enterprise: string, alert: string): string {
  return `${ROOT}${enterprise}/alerts/${alert}`;
}

/** True when a subscription filter, wildcards included, matches nothing but alerts of this enterprise. */
export function readsOnlyAlertsOf(enterprise: string, filter: string): boolean {
  const prefix = `${ROOT}${enterprise}/alerts/`;
  if (!filter.startsWith(prefix)) return false;
  const rest = filter.slice(prefix.length);
  return rest === '#' || rest === '+' || isTag(rest);
}

/** Who a user name stands for, or undefined when it names neither a gateway nor the reader of a site. */
export function parseUserName(
  userName: string,
):
  | { readonly enterprise: string; readonly gateway: string }
  | { readonly enterprise: string; readonly site: true }
  | undefined {
  const slash = userName.indexOf('/');
  if (slash < 0) return undefined;
  const enterprise = userName.slice(0, slash);
  const id = userName.slice(slash + 1);
  if (!isEnterpriseId(enterprise)) return undefined;
  if (id === SITE_READER) return { enterprise, site: true };
  return isGatewayId(id) ? { enterprise, gateway: id } : undefined;
}

export function gatewayUserName(enterprise: string, gateway: string): string {
  return `${enterprise}/${gateway}`;
}
