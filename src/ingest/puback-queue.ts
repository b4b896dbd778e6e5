/**
 * Which PUBLISH packets of one connection still wait for their PUBACK, and the bytes of those that may leave: in the
 * order of arrival [MQTT-4.6.0-2], all that became ready together in one write.
 */

interface Pending {
  readonly messageId: number;
  ready: boolean;
}

export class PubackQueue {
  private readonly pending: Pending[] = [];
  private head = 0;
  private scheduled = false;
  private readonly write: (bytes: Buffer) => void;

  constructor(write: (bytes: Buffer) => void) {
    this.write = write;
  }

  get size(): number {
    return this.pending.length - this.head;
  }

  /** Notes a packet that has arrived; the function returned says that it may be acknowledged. */
  add(messageId: number): () => void {
    const entry = { messageId, ready: false };
    this.pending.push(entry);
    return () => {
      entry.ready = true;
      if (this.scheduled) return;
      // A commit group becomes ready in one go; when it has, its acknowledgements leave together.
      this.scheduled = true;
      queueMicrotask(() => this.flush());
    };
  }

  private flush(): void {
    this.scheduled = false;
    let end = this.head;
    while (end < this.pending.length && this.pending[end].ready) end++;
    if (end === this.head) return;
    const bytes = Buffer.allocUnsafe(4 * (end - this.head));
    for (let offset = 0; this.head < end; this.head++, offset += 4) {
      bytes[offset] = 0x40;
      bytes[offset + 1] = 2;
      bytes.writeUInt16BE(this.pending[this.head].messageId, offset + 2);
    }
    if (this.head === this.pending.length || this.head > 4096) {
      this.pending.splice(0, this.head);
      this.head = 0;
    }
    this.write(bytes);
  }
}
