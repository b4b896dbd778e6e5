/**
 * Alerts to the sites over MQTT: the retained alert object on `…/alerts/{id}`, emptied at closing, and the service's own
 * retained status. What a site should see is one set, topic → newest wanted payload; an entry leaves it when the broker has
 * acknowledged that payload. So neither a burst nor a broker that is away loses one, and a closing meanwhile empties its
 * topic. It publishes what was released and never asks the engine for more.
 */
import { alertTopic, SERVICE_STATUS_TOPIC } from '../../ingest/topic.ts';
import type { Alert } from '../../model/alert.ts';
import type { EpochMs } from '../../model/time.ts';
import type { HistoryStore } from '../../store/state/port.ts';
import type { Follower, Released } from '../sequencer/released.ts';
import type { SiteLedger } from './site-ledger.ts';

/** Alerts or transitions read at once from the history. */
const PAGE = 1_000;
/** Publications that wait for their acknowledgement: enough to fill a line, far below what a client may have in flight. */
const IN_FLIGHT_MAX = 200;

/** What an MQTT door can do for us; both doors can. Rejects while the broker is away. */
export interface SitePort {
  publish(
    topic: string,
    payload: string,
    options: { readonly retain: boolean; readonly qos: 0 | 1 },
  ): Promise<void> | void;
}

/** What is to be emptied: it has no words any more. */
export type Over = Pick<Alert, 'id' | 'enterprise' | 'changedAt' | 'closedAt'>;

export class SitePublisher implements Follower {
  readonly name = 'sites';
  private readonly ledger: SiteLedger;
  private port: SitePort | undefined;
  /** The newest state of every alert that the broker has not acknowledged yet; a closed one empties its topic. */
  private readonly wanted = new Map<string, Over>();
  /** Topics of `wanted` that are not on their way, in order. */
  private queue: string[] = [];
  private inFlight = 0;
  /** The broker did not take the last one: everything waits until it is there again, or a second has passed. */
  private stalled = false;
  /** Newest transition seen. */
  private seq = 0;

  constructor(ledger: SiteLedger) {
    this.ledger = ledger;
  }

  /** The door is open: from here on there is somebody to publish to. */
  attach(port: SitePort): void {
    this.port = port;
    this.proceed();
  }

  /** Up to this transition the broker had everything when it was last kept. */
  get told(): number {
    return this.ledger.seq;
  }

  /** Topics whose newest state the broker has not acknowledged. */
  get waiting(): number {
    return this.wanted.size;
  }

  /**
   * At start, and whenever the broker is there again, a site learns what is open now, whatever the broker has forgotten;
   * `gone`: what it may still show as open and is not.
   */
  republish(open: Iterable<Alert>, gone: Iterable<Over>): void {
    for (const alert of gone) this.want({ ...alert, closedAt: alert.closedAt ?? alert.changedAt });
    for (const alert of open) this.want(alert);
    this.proceed();
  }

  follow({ transitions }: Released): void {
    if (transitions.length === 0) return;
    for (const { alert } of transitions) this.want(alert);
    this.seq = transitions[transitions.length - 1].seq;
    this.publishWaiting();
  }

  /** Also the dead-man ping: a site that misses it for minutes knows that we are gone even without our will. */
  status(online: boolean, at: EpochMs): void {
    const said = this.port?.publish(SERVICE_STATUS_TOPIC, JSON.stringify({ online, at }), { retain: true, qos: 1 });
    // Lost while the broker is away, it is said again in a minute; the broker has published our will.
    void Promise.resolve(said).catch(() => undefined);
  }

  /** To be called when the broker is there, and about once a second. */
  proceed(): void {
    this.stalled = false;
    this.publishWaiting();
  }

  /** Keeps, durably, up to which transition the broker has everything: what closed later is emptied again after a restart. */
  async keep(): Promise<void> {
    if (this.wanted.size === 0 && this.seq > this.ledger.seq) await this.ledger.advance(this.seq);
  }

  stop(): Promise<void> {
    return this.keep();
  }

  private want(alert: Over): void {
    // The service's own alarms belong to no site.
    if (alert.enterprise === '') return;
    const topic = alertTopic(alert.enterprise, alert.id);
    if (!this.wanted.has(topic)) this.queue.push(topic);
    this.wanted.set(topic, alert);
  }

  private publishWaiting(): void {
    const { port, queue } = this;
    if (port === undefined) return;
    let next = 0;
    while (!this.stalled && next < queue.length && this.inFlight < IN_FLIGHT_MAX) this.publish(port, queue[next++]);
    if (next > 0) this.queue = queue.slice(next);
  }

  private publish(port: SitePort, topic: string): void {
    const alert = this.wanted.get(topic);
    if (alert === undefined) return;
    const payload = alert.closedAt === undefined ? JSON.stringify(alert) : '';
    this.inFlight++;
    Promise.resolve(port.publish(topic, payload, { retain: true, qos: 1 })).then(
      () => {
        this.inFlight--;
        if (this.wanted.get(topic) === alert) this.wanted.delete(topic);
        else this.queue.push(topic);
        this.publishWaiting();
      },
      () => {
        this.inFlight--;
        this.queue.push(topic);
        this.stalled = true;
      },
    );
  }
}

/** Numbers of transitions. */
interface Stretch {
  /** Behind this one. */
  readonly after: number;
  readonly upTo: number;
}

/**
 * What closed in inputs that are derived again from the log: the sites may not have heard of it, and where the history had not
 * got it either, nothing else tells. Until somebody listens it is kept without its words, however long the replay.
 */
export class OverAgain {
  private readonly kept = new Map<string, { readonly seq: number; readonly over: Over }>();
  private listener: ((seq: number, over: Over) => void) | undefined;

  note({ transitions }: Pick<Released, 'transitions'>): void {
    for (const { seq, alert } of transitions) {
      const { id, enterprise, changedAt, closedAt } = alert;
      if (closedAt === undefined) continue;
      const over = { id, enterprise, changedAt, closedAt };
      if (this.listener === undefined) this.kept.set(id, { seq, over });
      else this.listener(seq, over);
    }
  }

  /** From here on: first what was kept, then what comes, of these transitions; the later ones the sites follow themselves. */
  tell({ after, upTo }: Stretch, hear: (over: readonly Over[]) => void): void {
    const isMissed = (seq: number) => seq > after && seq <= upTo;
    hear([...this.kept.values()].flatMap(({ seq, over }) => (isMissed(seq) ? [over] : [])));
    this.kept.clear();
    this.listener = (seq, over) => {
      if (isMissed(seq)) hear([over]);
    };
  }
}

/**
 * What a broker may still show as open and is not: alerts that the history has as open and the book has not (closed just
 * before a crash, or raised in unsaved mode and lost with it), and those closed after the broker last had everything. What the
 * history has not got is told by `OverAgain`.
 */
export async function goneAlerts(
  store: HistoryStore,
  since: number,
  isOpen: (id: string) => boolean,
): Promise<Alert[]> {
  const gone = new Map<string, Alert>();
  let cursor: string | undefined;
  do {
    const page = await store.findAlerts({ open: true, limit: PAGE, cursor });
    if (page === 'bad-cursor') throw new Error('the state store does not know its own cursor');
    for (const alert of page.items) if (!isOpen(alert.id)) gone.set(alert.id, alert);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  for (let from = since; ; ) {
    const { items, to } = await store.transitionsAfter(from, PAGE);
    for (const { alert } of items) if (alert.closedAt !== undefined) gone.set(alert.id, alert);
    if (to <= from) break;
    from = to;
  }
  return [...gone.values()];
}
