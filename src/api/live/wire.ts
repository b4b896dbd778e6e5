/**
 * Messages as they go over the wire: JSON made once per alert and transition, one frame shared by every screen that gets
 * the same message. It knows the socket.io packet (protocol 5) and the websocket frame, and sends nothing.
 */
import * as ws from 'ws';
import { LIVE_NAMESPACE } from '../shapes/live.ts';

interface FrameOptions {
  readonly fin: boolean;
  readonly rsv1: boolean;
  readonly opcode: number;
  readonly mask: boolean;
  readonly readOnly: boolean;
}

/** The library's own frame writer, as socket.io's adapter uses it for broadcasts; its types leave it out. */
const { Sender } = ws as unknown as { Sender: { frame(data: Buffer, options: FrameOptions): [Buffer, Buffer] } };
/** One whole text message, not masked and not compressed, as a server sends it. */
const TEXT_FRAME: FrameOptions = { fin: true, rsv1: false, opcode: 1, mask: false, readOnly: true };

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
  const [header, data] = Sender.frame(payload, TEXT_FRAME);
  return { text, parts: [header, data], bytes: header.length + data.length };
}

const made = new WeakMap<object, string>();

/** JSON of an object that is never changed (alerts and transitions are only replaced); made once and kept with it. */
function jsonOf(value: object): string {
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
