/**
 * The JSON half of a snapshot in pieces that are kept from one snapshot to the next: what has not changed is not written
 * again, so that a hundred thousand points and ten thousand open alerts do not hold the loop. It only knows how to tell
 * what has changed; the pieces together are exactly the JSON of the header.
 */
import type { AlertRecord } from '../../alerts/record.ts';
import type { StateHeader } from '../../engine/snapshot.ts';
import { encodeState } from '../../engine/snapshot.ts';
import type { EngineState } from '../../engine/state.ts';

/** Items of one piece of a list: small enough to be written anew between two commits. */
const BLOCK = 500;
const COMMA = 0x2c;

/**
 * Long lists whose items are replaced, never changed: what was written of them is kept. A list that is not named here is
 * written whole each time, so that forgetting one costs time and loses nothing.
 */
const KEPT: readonly string[] = [
  'registry.divisions',
  'registry.enterprises',
  'registry.sources',
  'registry.gateways',
  'registry.points',
  'registry.links',
  'engineSlots',
  'alertHandles',
  'book.past',
  'staging.parts',
];
/** Each a few hundred items: a piece of its own. */
const PARTS_OF_A_CHANGE = 'staging.parts';
/** The open alerts: changed in place, so each is kept by itself until the book touches it. */
const ALERTS = 'book.alerts';
/** Parts of the header that hold such lists. */
const PARTS: readonly string[] = ['registry', 'book', 'staging'];

interface Block {
  readonly items: readonly unknown[];
  readonly bytes: Buffer;
}

export class SnapshotText {
  private readonly blocks = new Map<string, Block[]>();
  /** An alert record is changed in place: what is kept of it is dropped when the book has touched it. */
  private readonly records = new WeakMap<AlertRecord, Buffer>();
  /** Version of the registry that its blocks were last compared with: nothing in it changes without a new one. */
  private registryVersion = -1;
  /** Room for the open alerts, which are too many to be pieces of their own. */
  private room = Buffer.alloc(0);

  /** Writes what has changed, a piece a turn; between two turns the caller may rest and the state may go on. */
  *refresh(state: EngineState): Generator<void> {
    const { header } = encodeState(state);
    for (const path of KEPT) {
      if (this.isUntouched(path, header)) continue;
      const list = listAt(header, path);
      for (let i = 0; i * blockOf(path) < list.length; i++) if (this.renew(path, i, list)) yield;
    }
    this.registryVersion = header.registry.version;
    this.forgetTouched(state);
    let length = 0;
    for (const record of header.book.alerts) {
      const isNew = !this.records.has(record);
      length += this.bytesOf(record).length + 1;
      if (isNew) yield;
    }
    this.makeRoom(length);
  }

  /**
   * The whole header as it is now. The piece with the open alerts is valid until the next call; the others are never changed
   * again.
   */
  pieces(state: EngineState, header: StateHeader): Uint8Array[] {
    this.forgetTouched(state);
    const pieces: Uint8Array[] = [];
    this.put(pieces, header, '', header);
    this.registryVersion = header.registry.version;
    return pieces;
  }

  /** One object of the header, key by key: every key there is, in the order of JSON.stringify. */
  private put(pieces: Uint8Array[], object: object, prefix: string, header: StateHeader): void {
    let text = '{';
    const flush = (): void => {
      if (text !== '') pieces.push(Buffer.from(text, 'utf8'));
      text = '';
    };
    let separator = '';
    for (const [key, value] of Object.entries(object)) {
      const path = prefix + key;
      if (value === undefined) continue;
      const isOwn = KEPT.includes(path) || path === ALERTS || PARTS.includes(path);
      const json = isOwn ? '' : JSON.stringify(value);
      if (json === undefined) continue;
      text += `${separator}${JSON.stringify(key)}:${json}`;
      separator = ',';
      if (!isOwn) continue;
      if (!PARTS.includes(path)) text += '[';
      flush();
      if (PARTS.includes(path)) this.put(pieces, value, `${path}.`, header);
      else if (path === ALERTS) pieces.push(this.joined(value));
      else this.putList(pieces, path, value, this.isUntouched(path, header));
      if (!PARTS.includes(path)) text = ']';
    }
    text += '}';
    flush();
  }

  private putList(pieces: Uint8Array[], path: string, list: readonly unknown[], isUntouched: boolean): void {
    for (let i = 0; i * blockOf(path) < list.length; i++) {
      if (!isUntouched) this.renew(path, i, list);
      if (i > 0) pieces.push(Buffer.from(','));
      pieces.push(this.blocksOf(path)[i].bytes);
    }
  }

  private isUntouched(path: string, header: StateHeader): boolean {
    return path.startsWith('registry.') && header.registry.version === this.registryVersion;
  }

  /** True when the piece had to be written. */
  private renew(name: string, i: number, list: readonly unknown[]): boolean {
    const blocks = this.blocksOf(name);
    const start = i * blockOf(name);
    const end = Math.min(start + blockOf(name), list.length);
    const kept = blocks[i];
    if (kept !== undefined && kept.items.length === end - start && isSame(kept.items, list, start)) return false;
    const items = list.slice(start, end);
    blocks[i] = { items, bytes: Buffer.from(items.map((item) => JSON.stringify(item)).join(','), 'utf8') };
    return true;
  }

  private blocksOf(name: string): Block[] {
    let blocks = this.blocks.get(name);
    if (blocks === undefined) {
      blocks = [];
      this.blocks.set(name, blocks);
    }
    return blocks;
  }

  private forgetTouched({ book }: EngineState): void {
    for (const record of book.touched) this.records.delete(record);
    book.touched.clear();
  }

  private bytesOf(record: AlertRecord): Buffer {
    let bytes = this.records.get(record);
    if (bytes === undefined) {
      bytes = Buffer.from(JSON.stringify(record), 'utf8');
      this.records.set(record, bytes);
    }
    return bytes;
  }

  private makeRoom(length: number): void {
    // Written over at once, so that the memory is there when the copy needs it.
    if (this.room.length < length) this.room = Buffer.alloc(length + (length >> 1), 1);
  }

  /** The open alerts one behind the other. */
  private joined(alerts: readonly AlertRecord[]): Uint8Array {
    const parts = alerts.map((record) => this.bytesOf(record));
    this.makeRoom(parts.reduce((sum, bytes) => sum + bytes.length + 1, 0));
    const { room } = this;
    let at = 0;
    for (const bytes of parts) {
      if (at > 0) room[at++] = COMMA;
      room.set(bytes, at);
      at += bytes.length;
    }
    return room.subarray(0, at);
  }
}

const blockOf = (path: string): number => (path === PARTS_OF_A_CHANGE ? 1 : BLOCK);

function listAt(header: StateHeader, path: string): readonly unknown[] {
  const at = (part: unknown, key: string) => (part as Record<string, unknown> | undefined)?.[key];
  return (path.split('.').reduce(at, header as unknown) ?? []) as unknown[];
}

/** Items compared by identity; pairs of a map by their halves. */
function isSame(kept: readonly unknown[], list: readonly unknown[], start: number): boolean {
  for (let i = 0; i < kept.length; i++) {
    const [a, b] = [kept[i], list[start + i]];
    if (a === b) continue;
    if (!(Array.isArray(a) && Array.isArray(b) && a[0] === b[0] && a[1] === b[1])) return false;
  }
  return true;
}
