/**
 * What the links of simulated gateways tell, in words on standard error: each trouble of a gateway once, however often it tries
 * again, and that nobody at all is let in, which no trying again changes. It sends nothing.
 */
import type { LinkNote } from '../../../simulators/publish.ts';
import { complain } from './command.ts';

export class LinkWords {
  private readonly connected = new Set<string>();
  private readonly refused = new Set<string>();
  private readonly strangers = new Set<string>();
  private readonly told = new Set<string>();
  private readonly shut = new AbortController();
  private readonly url: string;
  private gateways = 0;

  constructor(url: string) {
    this.url = url;
  }

  /** How many will try; to be told before any of them does. */
  expect(gateways: number): void {
    this.gateways = gateways;
  }

  /** Ends a run in which the broker has answered every gateway that it does not know it, or was no broker at all. */
  get nobodyLetIn(): AbortSignal {
    return this.shut.signal;
  }

  /** Why, in one line for who reads either language: what has not been imported, and by which command it is. */
  why([chinese, english]: readonly [chinese: string, english: string], command: string): string {
    const { url } = this;
    if (this.strangers.size > 0) return `${url} 不是 MQTT 服务 · what answers at ${url} is no MQTT broker`;
    return (
      `${url} 未接受任何网关：该服务尚未导入${chinese}，或口令不同；请先运行 ${command}` +
      ` · ${url} lets no gateway in: the service has not imported ${english}, or has it with other secrets; first run ${command}`
    );
  }

  note(note: LinkNote): void {
    const { gateway } = note;
    if (note.kind === 'trouble') {
      if (note.cause === 'no-mqtt' && this.connected.size === 0) this.answeredOtherwise(gateway);
      else if (note.cause !== 'refused') this.once(`${gateway}: ${note.reason}`);
      else if (this.hasAllBefore()) this.once(notLetIn(gateway));
      else this.answered(this.refused, gateway);
    } else if (note.kind === 'connected') {
      if (this.hasAllBefore()) complain(`${gateway} connected`);
      else this.answered(this.connected, gateway);
    } else if (this.connected.has(gateway)) complain(`${gateway} disconnected`);
  }

  private hasAllBefore(): boolean {
    return this.connected.size + this.refused.size >= this.gateways;
  }

  private answered(those: Set<string>, gateway: string): void {
    if (this.connected.has(gateway) || this.refused.has(gateway)) return;
    those.add(gateway);
    if (!this.hasAllBefore()) return;
    if (this.connected.size === 0) {
      this.shut.abort();
      return;
    }
    complain(`${this.connected.size} of ${this.gateways} gateways connected to ${this.url}`);
    for (const name of this.refused) this.once(notLetIn(name));
  }

  private answeredOtherwise(gateway: string): void {
    this.strangers.add(gateway);
    if (this.strangers.size === this.gateways) this.shut.abort();
  }

  private once(words: string): void {
    if (!this.told.has(words)) complain(words);
    this.told.add(words);
  }
}

const notLetIn = (gateway: string): string =>
  `${gateway}: the broker does not let it in: not imported there, or with another secret`;
