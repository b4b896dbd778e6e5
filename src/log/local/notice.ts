/** What the log tells its owner beside its health: facts for the service log and the health page. It is data only. */
import type { RecordNumber } from '../port.ts';

export type LogNotice =
  /** An unfinished commit of the last run was cut; none of its records had been acknowledged. */
  | { readonly kind: 'torn-tail'; readonly segment: string; readonly offset: number }
  /** A bad record with good ones after it; reading will stop there. */
  | { readonly kind: 'damage'; readonly segment: string; readonly offset: number; readonly number: RecordNumber }
  /** A write failed: the segment is not written or synced again, its open records go to a new one. */
  | { readonly kind: 'segment-closed'; readonly segment: string; readonly error: string }
  /** The disk is full; the reserve file was given up so that the log goes on. */
  | { readonly kind: 'reserve-freed'; readonly bytes: number }
  | { readonly kind: 'reserve-restored'; readonly bytes: number }
  /** Preparing a spare segment or the reserve failed; commits go on without it. */
  | { readonly kind: 'preparing-failed'; readonly error: string }
  /** Segments that nobody needs any more could not be freed; they stay until the next attempt. */
  | { readonly kind: 'freeing-failed'; readonly error: string }
  /** A segment could not be archived and stays in the log until the next attempt. */
  | { readonly kind: 'archive-failed'; readonly segment: string; readonly error: string }
  /** The disk is full: these records were freed without an archive, since the log is the last thing to stop. */
  | { readonly kind: 'archive-left-out'; readonly from: RecordNumber; readonly to: RecordNumber };

export type NoticeListener = (notice: LogNotice) => void;
