/**
 * The load generator: invented enterprises `load-*` whose gateways publish at a steady rate, with a bounded number of
 * messages in flight. It measures what was acknowledged; it does not judge whether that is fast.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { GatewayLink, LinkNote } from './publish.ts';
import { connectGateway } from './publish.ts';
import type { RegistryFile, RegistryGateway, RegistryPoint } from './registry-file.ts';
import { enterpriseOf, tagOf } from './registry-file.ts';

const POINTS_AN_ENTERPRISE = 1_000;
export const POINTS_A_GATEWAY = 250;
/** Three levels of a division that no GB/T 2260 code has. */
const DIVISIONS = [
  { code: '99', name: '压测省' },
  { code: '9901', name: '压测市' },
  { code: '990101', name: '压测县' },
] as const;

/**
 * What must be registered before `runLoad` with the same figures: `points` gas heads on enterprises `load-0001` ….
 *
 * @param secret credential of every load gateway; take a random one where the service can be reached by others.
 */
export function loadRegistry(points: number, secret: string): RegistryFile {
  const enterprises: RegistryFile['enterprises'][number][] = [];
  const sources: RegistryFile['sources'][number][] = [];
  const gateways: RegistryGateway[] = [];
  const list: RegistryPoint[] = [];
  for (let n = 0; n < points; n++) {
    const enterprise = `load-${String(Math.floor(n / POINTS_AN_ENTERPRISE) + 1).padStart(4, '0')}`;
    const within = n % POINTS_AN_ENTERPRISE;
    const gateway = `gw${Math.floor(within / POINTS_A_GATEWAY) + 1}`;
    if (within === 0) {
      enterprises.push({ id: enterprise, name: `压测企业 ${enterprise}`, division: DIVISIONS[2].code });
      sources.push({ id: `${enterprise}/source`, name: '压测危险源', kind: 'tank_farm', level: 4 });
    }
    if (within % POINTS_A_GATEWAY === 0) gateways.push({ id: gateway, enterprise, secret });
    list.push({
      id: `${enterprise}/L-${within}`,
      source: `${enterprise}/source`,
      gateways: [gateway],
      type: 'gas_lel',
      name: `压测点 ${within}`,
    });
  }
  return { divisions: DIVISIONS, enterprises, sources, gateways, points: list };
}

export interface LoadOptions {
  readonly url: string;
  readonly points: number;
  /** Credential the gateways were registered with. */
  readonly secret: string;
  /** Messages a second over all gateways. */
  readonly ratePerSecond: number;
  /** Readings a message. */
  readonly batch: number;
  readonly seconds: number;
  /** Most messages waiting for a PUBACK over all gateways; 1 000 when absent. */
  readonly maxInFlight?: number;
  readonly signal?: AbortSignal;
  /** Wall time in epoch milliseconds. */
  readonly now: () => number;
  readonly onNote?: (note: LinkNote) => void;
}

export interface LoadResult {
  /** Messages handed to the broker, and those whose PUBACK came back. */
  readonly sent: number;
  readonly acknowledged: number;
  /** Readings in the messages sent. */
  readonly readings: number;
  /** From the first message to the last PUBACK (or to giving up on it). */
  readonly seconds: number;
}

const PACE_MS = 10;
const CONNECT_WAIT_MS = 10_000;
const LAST_ACKNOWLEDGEMENTS_MS = 10_000;
const DEFAULT_IN_FLIGHT = 1_000;

interface Lane {
  readonly link: GatewayLink;
  readonly tags: readonly string[];
  /** Next point to publish, and the time of the newest reading: two readings of one point never share a time. */
  next: number;
  newestAt: number;
}

/**
 * Publishes for `seconds`, then waits up to ten seconds for the last PUBACKs. A broker that is too slow is not overrun:
 * then `sent` stays below `ratePerSecond · seconds`.
 */
export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const { now, signal, ratePerSecond, batch } = options;
  const lanes = openLanes(options);
  // A gateway that is refused does not hold up the others: what it cannot send shows as not acknowledged.
  const waiting = new AbortController();
  await Promise.race([
    Promise.all(lanes.map(({ link }) => link.connected())),
    delay(CONNECT_WAIT_MS, undefined, { signal: waiting.signal }).catch(() => undefined),
    aborted(signal),
  ]);
  waiting.abort();
  const maxInFlight = options.maxInFlight ?? DEFAULT_IN_FLIGHT;
  const startedAt = now();
  const endsAt = startedAt + options.seconds * 1_000;
  let sent = 0;
  let acknowledged = 0;
  while (!signal?.aborted && now() < endsAt) {
    const owed = Math.floor(((now() - startedAt) / 1_000) * ratePerSecond);
    while (sent < owed && sent - acknowledged < maxInFlight) {
      const lane = lanes[sent % lanes.length];
      const taken = lane.link.publish(encodeNext(lane, batch, now()), () => {
        acknowledged++;
      });
      if (!taken) break;
      sent++;
    }
    await delay(PACE_MS, undefined, { signal }).catch(() => undefined);
  }
  const giveUpAt = now() + LAST_ACKNOWLEDGEMENTS_MS;
  while (acknowledged < sent && !signal?.aborted && now() < giveUpAt) {
    await delay(PACE_MS, undefined, { signal }).catch(() => undefined);
  }
  const seconds = (now() - startedAt) / 1_000;
  await Promise.all(lanes.map(({ link }) => link.close()));
  return { sent, acknowledged, readings: sent * batch, seconds };
}

function openLanes({ url, points, secret, onNote }: LoadOptions): Lane[] {
  const registry = loadRegistry(points, secret);
  const tagsByGateway = new Map<string, string[]>();
  for (const { id, gateways } of registry.points) {
    const name = `${enterpriseOf(id)}/${gateways[0]}`;
    const tags = tagsByGateway.get(name);
    if (tags === undefined) tagsByGateway.set(name, [tagOf(id)]);
    else tags.push(tagOf(id));
  }
  return registry.gateways.map(({ id, enterprise }) => ({
    link: connectGateway(url, { enterprise, gateway: id, secret }, { onNote, maxPending: 60_000 }),
    tags: tagsByGateway.get(`${enterprise}/${id}`) ?? [],
    next: 0,
    newestAt: 0,
  }));
}

/** The next `batch` points of the lane, in turn; a slow wave far below every limit. */
function encodeNext(lane: Lane, batch: number, now: number): string {
  const parts: string[] = [];
  let at = Math.max(now, lane.newestAt + 1);
  for (let k = 0; k < batch; k++) {
    if (k > 0 && k % lane.tags.length === 0) at++;
    const tag = lane.tags[lane.next];
    lane.next = (lane.next + 1) % lane.tags.length;
    const value = Math.round(1_000 + 500 * Math.sin(at / 60_000 + lane.next)) / 100;
    parts.push(`{"point":"${tag}","at":${at},"value":${value}}`);
  }
  lane.newestAt = at;
  return `{"readings":[${parts.join(',')}]}`;
}

function aborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) resolve();
    else signal?.addEventListener('abort', () => resolve(), { once: true });
  });
}
