/**
 * Prometheus figures: the API's own, the process's, and those of every other part, asked for at each scrape. The one
 * file that knows prom-client.
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { MetricFamily } from './ports.ts';

/** What the live gateway counts about itself. */
export interface LiveFigures {
  readonly clients: number;
  readonly rooms: number;
  readonly framesSent: number;
  readonly bytesSent: number;
  readonly valuesFolded: number;
  readonly clientsCut: number;
}

export class Metrics {
  private readonly own = new Registry();
  private readonly requests: Histogram<'route' | 'method' | 'status'>;
  private readonly live: () => LiveFigures;

  constructor(live: () => LiveFigures) {
    this.live = live;
    collectDefaultMetrics({ register: this.own });
    this.requests = new Histogram({
      name: 'fenghuo_http_request_seconds',
      help: 'Time to answer a request, by route',
      labelNames: ['route', 'method', 'status'],
      buckets: [0.005, 0.02, 0.1, 0.5, 2, 5],
      registers: [this.own],
    });
  }

  /** One answered request; `route` is the pattern, never the address, so that the label stays small. */
  answered(route: string, method: string, status: number, seconds: number): void {
    this.requests.observe({ route, method, status: String(status) }, seconds);
  }

  async render(families: Iterable<MetricFamily>): Promise<{ type: string; text: string }> {
    // Families of other parts are figures as of now, so they live only as long as this scrape.
    const scrape = new Registry();
    for (const family of [...families, ...liveFamilies(this.live())]) addFamily(scrape, family);
    const text = `${await this.own.metrics()}\n${await scrape.metrics()}`;
    return { type: this.own.contentType, text };
  }
}

function addFamily(registry: Registry, { name, help, type, samples }: MetricFamily): void {
  const labelNames = [...new Set(samples.flatMap(({ labels = {} }) => Object.keys(labels)))];
  const options = { name, help, labelNames, registers: [registry] };
  const metric = type === 'counter' ? new Counter(options) : new Gauge(options);
  for (const { labels = {}, value } of samples) metric.inc({ ...labels }, value);
}

/** Figures about the screens. Exported for who documents them. */
export function liveFamilies(live: LiveFigures): MetricFamily[] {
  const family = (type: MetricFamily['type'], name: string, help: string, value: number): MetricFamily => ({
    name: `fenghuo_live_${name}`,
    help,
    type,
    samples: [{ value }],
  });
  return [
    family('gauge', 'clients', 'Connected screens', live.clients),
    family('gauge', 'rooms', 'Different views that screens look at', live.rooms),
    family('counter', 'frames_sent_total', 'Messages sent to screens', live.framesSent),
    family('counter', 'bytes_sent_total', 'Bytes of these messages', live.bytesSent),
    family('counter', 'values_folded_total', 'Values replaced by a newer one for slow screens', live.valuesFolded),
    family('counter', 'clients_cut_total', 'Screens cut because they were hopelessly slow', live.clientsCut),
  ];
}
