/**
 * Twenty screens in one process, all of one view: real socket.io clients over real sockets. One of them reads every
 * message in full; of the others only the numbers are read, because twenty desks do not share one processor either.
 */
import { io } from 'socket.io-client';
import type { Packet } from 'socket.io-parser';
import { Decoder, Encoder, PacketType } from 'socket.io-parser';
import { monotonicMs } from './publishing.ts';

export interface ScreensOrder {
  readonly url: string;
  readonly token: string;
  /** One division a screen, in turn. */
  readonly divisions: readonly string[];
  readonly screens: number;
}

export interface ScreenReport {
  readonly division: string;
  /** Alerts raised that this screen has got, and when it got the last, on the machine's monotonic clock. */
  readonly raised: number;
  readonly lastMs: number;
  /** Messages that did not follow the one before. */
  readonly gaps: number;
}

const ALERTS = '2/live,["alerts",';
const RAISED = '"change":"raised"';

/** Reads `from` and `to` of an `alerts` message and counts what it raises; everything else is read as usual. */
class CountingDecoder extends Decoder {
  override add(text: unknown): void {
    if (typeof text !== 'string' || !text.startsWith(ALERTS)) {
      super.add(text);
      return;
    }
    const cursors = /"from":"([^"]+)","to":"([^"]+)"/.exec(text.slice(0, 200));
    let raised = 0;
    for (let at = text.indexOf(RAISED); at >= 0; at = text.indexOf(RAISED, at + RAISED.length)) raised++;
    const counted = { from: cursors?.[1], to: cursors?.[2], raised };
    const packet: Packet = { type: PacketType.EVENT, nsp: '/live', data: ['counted', counted] };
    this.emitReserved('decoded', packet);
  }
}

interface Counted {
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly raised: number;
}

class Screen {
  readonly division: string;
  raised = 0;
  lastMs = 0;
  gaps = 0;
  private to: string | undefined;

  constructor(division: string) {
    this.division = division;
  }

  open({ url, token }: ScreensOrder, inFull: boolean): Promise<void> {
    const socket = io(`${url}/live`, {
      transports: ['websocket'],
      auth: { token },
      forceNew: true,
      reconnection: false,
      parser: inFull ? undefined : { Encoder, Decoder: CountingDecoder },
    });
    socket.on('counted', (message: Counted) => this.got(message));
    socket.on(
      'alerts',
      ({ from, to, transitions }: { from: string; to: string; transitions: { change: string }[] }) => {
        this.got({ from, to, raised: transitions.filter(({ change }) => change === 'raised').length });
      },
    );
    return new Promise((resolve, reject) => {
      socket.on('connect_error', reject);
      socket.on('snapshot', (message: { to: string; last: boolean }) => {
        this.to = message.to;
        if (message.last) resolve();
      });
      socket.emit('subscribe', { division: this.division }, () => {});
    });
  }

  private got({ from, to, raised }: Counted): void {
    if (from !== this.to) this.gaps++;
    this.to = to;
    this.raised += raised;
    if (raised > 0) this.lastMs = monotonicMs();
  }
}

let screens: Screen[] = [];

process.on('message', (order: ScreensOrder | 'report') => {
  if (order === 'report') {
    const reports: ScreenReport[] = screens.map(({ division, raised, lastMs, gaps }) => ({
      division,
      raised,
      lastMs,
      gaps,
    }));
    process.send?.({ reports });
    return;
  }
  const { divisions } = order;
  screens = Array.from({ length: order.screens }, (_, n) => new Screen(divisions[n % divisions.length]));
  Promise.all(screens.map((screen, n) => screen.open(order, n === 0))).then(
    () => process.send?.({ opened: true }),
    (error: unknown) => process.send?.({ failed: String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));
