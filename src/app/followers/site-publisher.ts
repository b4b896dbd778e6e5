/**
 * Alerts to the sites over MQTT: the retained alert object on `…/alerts/{id}`, emptied at closing, all open ones again at
 * start, and the service's own retained status. It publishes what was released and never asks the engine for more.
 */
import { alertTopic, SERVICE_STATUS_TOPIC } from '../../ingest/topic.ts';
import type { Alert } from '../../model/alert.ts';
import type { EpochMs } from '../../model/time.ts';
import type { StateStore } from '../../store/state/port.ts';
import type { Follower, Released } from '../sequencer/released.ts';

/** Alerts read at once from the history. */
const PAGE = 1_000;

/** What an MQTT door can do for us; both doors can. */
export interface SitePort {
  publish(
    topic: string,
    payload: string,
    options: { readonly retain: boolean; readonly qos: 0 | 1 },
  ): Promise<void> | void;
}

export class SitePublisher implements Follower {
  readonly name = 'sites';
  private port: SitePort | undefined;
  private failures = 0;

  /** Nothing is published before; then `republish` says all that is open. */
  attach(port: SitePort): void {
    this.port = port;
  }

  /** Publications that a broker did not take; each alert's next change publishes it whole again. */
  get failed(): number {
    return this.failures;
  }

  /** At start a site learns what is open now, and what is not any more, whatever it heard before we went. */
  republish(open: Iterable<Alert>, gone: Iterable<Alert>): void {
    for (const alert of open) this.send(alert);
    for (const { enterprise, id } of gone) this.withdraw(enterprise, id);
  }

  follow(released: Released): void {
    if (released.transitions.length === 0) return;
    // Only the newest state of an alert matters on a retained topic.
    const newest = new Map<string, Alert>();
    for (const { alert } of released.transitions) newest.set(alert.id, alert);
    for (const alert of newest.values()) this.send(alert);
  }

  /** Also the dead-man ping: a site that misses it for minutes knows that we are gone even without our will. */
  status(online: boolean, at: EpochMs): void {
    this.publish(SERVICE_STATUS_TOPIC, JSON.stringify({ online, at }));
  }

  private send(alert: Alert): void {
    // The service's own alarms belong to no site.
    if (alert.enterprise === '') return;
    if (alert.closedAt === undefined) this.publish(alertTopic(alert.enterprise, alert.id), JSON.stringify(alert));
    else this.withdraw(alert.enterprise, alert.id);
  }

  private withdraw(enterprise: string, id: string): void {
    if (enterprise !== '') this.publish(alertTopic(enterprise, id), '');
  }

  private publish(topic: string, payload: string): void {
    void Promise.resolve(this.port?.publish(topic, payload, { retain: true, qos: 1 })).catch(() => {
      this.failures++;
    });
  }
}

/**
 * Alerts that the history has as open and the book has not: closed just before a crash, or raised in unsaved mode and lost
 * with it. Asked before the projection goes on.
 */
export async function goneAlerts(store: StateStore, isOpen: (id: string) => boolean): Promise<readonly Alert[]> {
  const gone: Alert[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.findAlerts({ open: true, limit: PAGE, ...(cursor === undefined ? {} : { cursor }) });
    if (page === 'bad-cursor') throw new Error('the state store does not know its own cursor');
    gone.push(...page.items.filter(({ id }) => !isOpen(id)));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return gone;
}
