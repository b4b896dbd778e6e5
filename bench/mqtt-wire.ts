/**
 * Just enough of MQTT 3.1.1 to publish fast: CONNECT, PUBLISH at QoS 1 as bytes, and counting PUBACKs. A whole client on
 * the sending side would be slower than what is to be measured.
 */
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect } from 'node:net';

const CONNECT = 0x10;
const CONNACK = 0x20;
const PUBLISH_QOS1 = 0x32;
const PUBACK = 0x40;
const HIGHEST_PACKET_ID = 0xffff;

/** A PUBLISH whose packet id (two bytes) still has to be written at `idOffset`. */
export interface EncodedPublish {
  readonly bytes: Buffer;
  readonly idOffset: number;
  readonly payloadOffset: number;
}

export function encodePublish(topic: string, payload: Uint8Array): EncodedPublish {
  const name = Buffer.from(topic);
  const length = remainingLength(2 + name.length + 2 + payload.byteLength);
  const bytes = Buffer.concat([
    Buffer.from([PUBLISH_QOS1]),
    length,
    Buffer.from([name.length >> 8, name.length & 0xff]),
    name,
    Buffer.from([0, 0]),
    payload,
  ]);
  const idOffset = 1 + length.length + 2 + name.length;
  return { bytes, idOffset, payloadOffset: idOffset + 2 };
}

function remainingLength(length: number): Buffer {
  const bytes: number[] = [];
  let rest = length;
  do {
    const digit = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest > 0 ? digit | 0x80 : digit);
  } while (rest > 0);
  return Buffer.from(bytes);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
}

/** A clean session with user name and password, without keep-alive. */
function encodeConnect(user: string, password: string): Buffer {
  const body = Buffer.concat([text('MQTT'), Buffer.from([4, 0xc2, 0, 0]), text(user), text(user), text(password)]);
  return Buffer.concat([Buffer.from([CONNECT]), remainingLength(body.length), body]);
}

/** One connection that publishes and counts what was acknowledged. */
export class WireConnection {
  readonly socket: Socket;
  /** Messages written and acknowledged. */
  sent = 0;
  acknowledged = 0;
  /** Called after acknowledgements have come. */
  onAcknowledged: () => void = () => {};
  private nextId = 0;
  private pending: Buffer = Buffer.alloc(0);

  private constructor(socket: Socket) {
    this.socket = socket;
  }

  /** Rejects when the broker does not let the user in. */
  static async open(port: number, user: string, password: string): Promise<WireConnection> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    socket.write(encodeConnect(user, password));
    const [answer] = (await once(socket, 'data')) as [Buffer];
    if (answer[0] !== CONNACK || answer[3] !== 0)
      throw new Error(`${user}: the broker answers ${answer.toString('hex')}`);
    const connection = new WireConnection(socket);
    socket.on('data', (bytes: Buffer) => connection.read(bytes));
    socket.on('error', () => {});
    return connection;
  }

  get inFlight(): number {
    return this.sent - this.acknowledged;
  }

  /** The next packet id, 1 … 65535. */
  takeId(): number {
    this.nextId = (this.nextId % HIGHEST_PACKET_ID) + 1;
    return this.nextId;
  }

  /** Publishes one message at once. */
  publish(topic: string, payload: string): void {
    const { bytes, idOffset } = encodePublish(topic, Buffer.from(payload));
    bytes.writeUInt16BE(this.takeId(), idOffset);
    this.sent++;
    this.socket.write(bytes);
  }

  close(): void {
    this.socket.destroy();
  }

  private read(bytes: Buffer): void {
    const all = this.pending.length === 0 ? bytes : Buffer.concat([this.pending, bytes]);
    let offset = 0;
    // Every packet that a broker sends to a client that only publishes has a length of one byte.
    while (offset + 2 <= all.length && offset + 2 + all[offset + 1] <= all.length) {
      if ((all[offset] & 0xf0) === PUBACK) this.acknowledged++;
      offset += 2 + all[offset + 1];
    }
    this.pending = all.subarray(offset);
    this.onAcknowledged();
  }
}
