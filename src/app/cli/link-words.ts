/**
 * What the links of simulated gateways tell, in words on standard error: each trouble of a gateway once, however often it tries
 * again, and that nobody at all is let in, which no trying again changes. It sends nothing.
 */
import type { LinkNote } from '../../../simulators/publish.ts';
import { complain } from './command.ts';

export class LinkWords {
  private readonly connected = new Set<string>();
  private readonly refused = new Set<string>();
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

  /** Ends a run in which the broker has answered every gateway that it does not know it. */
  get nobodyLetIn(): AbortSignal {
    return this.shut.signal;
  }

  note(note: LinkNote): void {
    const { gateway } = note;
    if (note.kind === 'trouble') {
      if (!note.refused) this.once(`${gateway}: ${note.reason}`);
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

  private once(words: string): void {
    if (!this.told.has(words)) complain(words);
    this.told.add(words);
  }
}

const notLetIn = (gateway: string): string =>
  `${gateway}: the broker does not let it in: not imported there, or with another secret`;

/** Why nothing can be played, and by which command it can: one line for who reads either language. */
export function whyNobodyLetIn(
  url: string,
  what: readonly [chinese: string, english: string],
  command: string,
): string {
  const [chinese, english] = what;
  return (
    `${url} 未接受任何网关：该服务尚未导入${chinese}，或口令不同；请先运行 ${command}` +
    ` · ${url} lets no gateway in: the service has not imported ${english}, or has it with other secrets; first run ${command}`
  );
}
