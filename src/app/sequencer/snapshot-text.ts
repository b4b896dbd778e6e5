/**
 * The JSON half of a snapshot in pieces that are kept from one snapshot to the next: what has not changed is not written
 * again, so that a hundred thousand points and ten thousand open alerts do not hold the loop. It only knows how to tell
 * what has changed; the pieces together are exactly the JSON of the header.
 */
import type { AlertRecord } from '../../alerts/record.ts';
import type { RegistryImage } from '../../engine/registry.ts';
import type { StateHeader } from '../../engine/snapshot.ts';
import { encodeState } from '../../engine/snapshot.ts';
import type { EngineState } from '../../engine/state.ts';

/** Items of one piece of a list: small enough to be written anew between two commits. */
const BLOCK = 500;
const COMMA = 0x2c;
const END = ']}}';

interface Block {
  readonly items: readonly unknown[];
  readonly bytes: Buffer;
}

type Lists = Readonly<Record<string, readonly unknown[]>>;

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
    const { registry } = header;
    for (const [name, list] of Object.entries({ ...this.changedRegistry(registry), ...ownLists(header) })) {
      for (let i = 0; i * BLOCK < list.length; i++) if (this.renew(name, i, list)) yield;
    }
    this.registryVersion = registry.version;
    this.forgetTouched(state);
    let length = 0;
    for (const record of header.book.alerts) {
      const isNew = !this.records.has(record);
      length += this.bytesOf(record).length + 1;
      if (isNew) yield;
    }
    this.makeRoom(length);
  }

  /** The whole header as it is now. All but the last piece are never changed again; that one is valid until the next call. */
  pieces(state: EngineState, header: StateHeader): Uint8Array[] {
    const { registry, book, engineSlots, alertHandles, ...rest } = header;
    const pieces: Uint8Array[] = [];
    const put = (text: string): void => void pieces.push(Buffer.from(text, 'utf8'));
    const putList = (name: string, list: readonly unknown[], isKept: boolean): void => {
      for (let i = 0; i * BLOCK < list.length; i++) {
        if (!isKept) this.renew(name, i, list);
        if (i > 0) put(',');
        pieces.push(this.blocksOf(name)[i].bytes);
      }
    };
    put(`${JSON.stringify(rest).slice(0, -1)},"registry":{"version":${registry.version}`);
    const isKept = registry.version === this.registryVersion;
    for (const [name, list] of Object.entries(registryLists(registry))) {
      put(`,"${name}":[`);
      putList(name, list, isKept);
      put(']');
    }
    this.registryVersion = registry.version;
    put('},"engineSlots":[');
    putList('engineSlots', engineSlots, false);
    put('],"alertHandles":[');
    putList('alertHandles', alertHandles, false);
    put(`],"book":{"closed":${JSON.stringify(book.closed)},"past":[`);
    putList('past', book.past, false);
    put('],"alerts":[');
    this.forgetTouched(state);
    pieces.push(this.joined(book.alerts));
    return pieces;
  }

  private changedRegistry(registry: RegistryImage): Lists {
    return registry.version === this.registryVersion ? {} : registryLists(registry);
  }

  /** True when the piece had to be written. */
  private renew(name: string, i: number, list: readonly unknown[]): boolean {
    const blocks = this.blocksOf(name);
    const start = i * BLOCK;
    const end = Math.min(start + BLOCK, list.length);
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

  /** The open alerts one behind the other, and the end of the header. */
  private joined(alerts: readonly AlertRecord[]): Uint8Array {
    const parts = alerts.map((record) => this.bytesOf(record));
    this.makeRoom(parts.reduce((sum, bytes) => sum + bytes.length + 1, END.length));
    const { room } = this;
    let at = 0;
    for (const bytes of parts) {
      if (at > 0) room[at++] = COMMA;
      room.set(bytes, at);
      at += bytes.length;
    }
    at += room.write(END, at);
    return room.subarray(0, at);
  }
}

function registryLists({ divisions, enterprises, sources, gateways, points }: RegistryImage): Lists {
  return { divisions, enterprises, sources, gateways, points };
}

/** Lists of items that are replaced, never changed; pairs of a map are compared by their halves. */
function ownLists({ book, engineSlots, alertHandles }: StateHeader): Lists {
  return { engineSlots, alertHandles, past: book.past };
}

function isSame(kept: readonly unknown[], list: readonly unknown[], start: number): boolean {
  for (let i = 0; i < kept.length; i++) {
    const [a, b] = [kept[i], list[start + i]];
    if (a === b) continue;
    if (!(Array.isArray(a) && Array.isArray(b) && a[0] === b[0] && a[1] === b[1])) return false;
  }
  return true;
}
