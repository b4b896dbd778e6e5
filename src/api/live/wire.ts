/**
 * Messages as they go over the wire: JSON made once per alert and transition, one frame shared by every screen that gets
 * the same message. It knows the socket.io packet (protocol 5) and the websocket frame, and sends nothing.
 */
import { LIVE_NAMESPACE } from '../schemas/live.ts';

export interface Frame {
  /** The packet as engine.io takes it. */
  readonly text: string;
  /** Header and payload of the finished websocket frame; the buffers are shared and must not be changed. */
  readonly parts: readonly [Buffer, Buffer];
  readonly bytes: number;
}

/** engine.io `message` (4), socket.io `event` (2), namespace, event name and body. */
export function encodeFrame(event: string, json: string): Frame {
  const text = `2${LIVE_NAMESPACE},["${event}",${json}]`;
  const payload = Buffer.from(`4${text}`);
  const header = frameHeader(payload.length);
  return { text, parts: [header, payload], bytes: header.length + payload.length };
}

/** RFC 6455 §5.2: final text frame, not masked, as a server sends it. */
function frameHeader(length: number): Buffer {
  const [finalText, extended16, extended64] = [0x81, 126, 127];
  if (length < extended16) return Buffer.from([finalText, length]);
  if (length < 0x1_0000) {
    const header = Buffer.from([finalText, extended16, 0, 0]);
    header.writeUInt16BE(length, 2);
    return header;
  }
  const header = Buffer.alloc(10);
  header[0] = finalText;
  header[1] = extended64;
  header.writeBigUInt64BE(BigInt(length), 2);
  return header;
}

const made = new WeakMap<object, string>();

/** JSON of an object that is never changed (alerts and transitions are only replaced); made once and kept with it. */
export function jsonOf(value: object): string {
  let json = made.get(value);
  if (json === undefined) {
    json = JSON.stringify(value);
    made.set(value, json);
  }
  return json;
}

/** JSON of a list of such objects. */
export function jsonOfList(values: readonly object[]): string {
  return `[${values.map(jsonOf).join(',')}]`;
}
