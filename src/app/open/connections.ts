/**
 * How many connections the doors take: what is configured, and never so many that the log and its snapshots find no descriptor left.
 * Whoever comes to a full door is counted, and told once a minute. It opens no door.
 */
import { readFileSync } from 'node:fs';
import { MINUTE_MS } from '../../model/time.ts';
import { wallNow } from '../clock.ts';
import type { Config } from '../config.ts';
import type { Logger } from '../logger.ts';

type Door = 'mqtt' | 'http';

/**
 * Of the descriptors that the process may have, at most this for each listener: two of MQTT, one of HTTP; the rest is for files.
 * The 65 536 that the unit gives suffice for the defaults.
 */
const SHARE: Readonly<Record<Door, number>> = { mqtt: 0.31, http: 0.13 };

/** Where nothing is configured. */
const USUAL: Readonly<Record<Door, number>> = { mqtt: 20_000, http: 4_000 };

export class Connections {
  /** At once, for each listener of a door. */
  readonly max: Readonly<Record<Door, number>>;
  private readonly refusals: Record<Door, number> = { mqtt: 0, http: 0 };
  private readonly toldAt: Record<Door, number> = { mqtt: Number.NEGATIVE_INFINITY, http: Number.NEGATIVE_INFINITY };
  private readonly logger: Logger;

  /** `descriptors`: as many as the process may have open. */
  constructor({ http, mqtt }: Config, logger: Logger, descriptors = descriptorsMax()) {
    this.logger = logger;
    const bounded = (door: Door, stated: number | undefined): number => {
      const max = Math.max(1, Math.min(stated ?? USUAL[door], Math.floor(descriptors * SHARE[door])));
      // Who states nothing has not been promised more.
      if (stated !== undefined && max < stated)
        logger.warn({ door, stated, max, descriptors }, 'fewer connections than configured: LimitNOFILE');
      return max;
    };
    this.max = { http: bounded('http', http.maxConnections), mqtt: bounded('mqtt', mqtt.maxConnections) };
  }

  /** A door was full, and this address was refused. */
  refused(door: Door, address: string): void {
    const count = ++this.refusals[door];
    const now = wallNow();
    if (now - this.toldAt[door] < MINUTE_MS) return;
    this.toldAt[door] = now;
    const facts = { door, address, max: this.max[door], refused: count };
    this.logger.error(facts, `too many connections: ${door} refuses more than its maxConnections`);
  }

  /** Since the start. */
  refusedCounts(): Readonly<Record<Door, number>> {
    return this.refusals;
  }
}

/** Unlimited where the system does not say. */
function descriptorsMax(): number {
  try {
    const [, soft] = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return soft === undefined ? Number.POSITIVE_INFINITY : Number(soft);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
