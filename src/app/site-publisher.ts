/**
 * Alerts to the sites over MQTT: the retained alert object on `…/alerts/{id}`, emptied at closing, all open ones again at
 * start, and the service's own retained status. It publishes what was released and never asks the engine for more.
 */
import { alertTopic, SERVICE_STATUS_TOPIC } from '../ingest/topic.ts';
import type { Alert } from '../model/alert.ts';
import type { EpochMs } from '../model/time.ts';
import type { Released } from './pipeline.ts';

/** What an MQTT door can do for us; both doors can. */
export interface SitePort {
  publish(
    topic: string,
    payload: string,
    options: { readonly retain: boolean; readonly qos: 0 | 1 },
  ): Promise<void> | void;
}

export class SitePublisher {
  private readonly port: SitePort;
  private failures = 0;

  constructor(port: SitePort) {
    this.port = port;
  }

  /** Publications that a broker did not take; each alert's next change publishes it whole again. */
  get failed(): number {
    return this.failures;
  }

  /** At start a site learns what is open now, whatever it heard before we went. */
  republish(open: Iterable<Alert>): void {
    for (const alert of open) this.send(alert);
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
    this.publish(alertTopic(alert.enterprise, alert.id), alert.closedAt === undefined ? JSON.stringify(alert) : '');
  }

  private publish(topic: string, payload: string): void {
    void Promise.resolve(this.port.publish(topic, payload, { retain: true, qos: 1 })).catch(() => {
      this.failures++;
    });
  }
}
