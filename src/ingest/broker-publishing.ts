/**
 * What a PUBLISH on the embedded broker leads to: readings are taken, a status is checked, a will is believed or not, and
 * whatever is not the client's to say is refused by name. It acknowledges nothing and knows no socket but to close one.
 */
import { FLAG } from '../model/reading.ts';
import type { Session } from './broker-session.ts';
import { PACKET_BYTES_MAX } from './broker-session.ts';
import { MESSAGE_BYTES_MAX } from './codecs/codec.ts';
import type { Arrival, Edge } from './intake.ts';
import { parseStatus, refuseWhole, takeReadings } from './intake.ts';
import { parseTopic } from './topic.ts';

/** So many publishes on foreign topics in a row, and the connection is closed. */
export const FOREIGN_IN_ROW_MAX = 20;

/** The fields of a PUBLISH that are looked at. */
export interface Published {
  readonly topic: string;
  readonly payload: string | Buffer;
  readonly qos: number;
  readonly retain: boolean;
  readonly dup: boolean;
}

export class Publishing {
  private readonly edge: Edge;
  private readonly close: (session: Session, reason: string) => void;

  constructor(edge: Edge, close: (session: Session, reason: string) => void) {
    this.edge = edge;
    this.close = close;
  }

  /** On a topic of the client's own. `done` is called when it may be acknowledged. */
  take(session: Session, packet: Published, done: () => void): void {
    const { edge } = this;
    const arrival = arrivalOf(session, packet);
    if (session.identity?.kind !== 'gateway' || packet.topic === session.identity.statusTopic) {
      // Presence here is the connection itself; the message is only checked, so that a broken device shows.
      if (parseStatus(arrival.payload) !== undefined) done();
      else refuseWhole(edge, arrival, { reason: 'malformed', detail: 'status is not {"online":true|false}' }, done);
    } else if (packet.retain) {
      // Kept retained, a reading would be given again to whoever subscribes, as if it were new.
      refuseWhole(edge, arrival, { reason: 'retained', detail: 'readings must not be published retained' }, done);
    } else {
      takeReadings(edge, arrival, done);
    }
  }

  /** The will of a connection that is gone, and was the gateway's last one. */
  will(session: Session, packet: Published): void {
    if (session.mayPublish(packet.topic)) this.take(session, packet, () => {});
    else this.refuseForeign(session, packet, 'the will');
  }

  /** On somebody else's topic: refused and answered, and where it goes on and on, closed. */
  foreign(session: Session, packet: Published, done: () => void): void {
    session.foreignInRow++;
    this.refuseForeign(session, packet, `${session.foreignInRow} in a row`);
    done();
    if (session.foreignInRow < FOREIGN_IN_ROW_MAX || session.closing) return;
    session.closing = true;
    this.close(session, `${session.foreignInRow} publishes in a row on topics of others`);
  }

  /** A packet too large to be taken in only to refuse it cannot be acknowledged either. */
  oversize(session: Session, bytes: number): void {
    if (session.closing) return;
    session.closing = true;
    const { identity } = session;
    if (identity?.kind === 'gateway') {
      const { enterprise, gateway, dataTopic: topic } = identity;
      const detail = `a packet of ${bytes} bytes, at most ${MESSAGE_BYTES_MAX}; beyond ${PACKET_BYTES_MAX} it is not read`;
      const { quarantine, now } = this.edge;
      quarantine.refuse({ at: now(), enterprise, gateway, topic, reason: 'too-large', detail });
    }
    this.close(session, `announced a packet of ${bytes} bytes`);
  }

  private refuseForeign(session: Session, packet: Published, which: string): void {
    const detail = parseTopic(packet.topic) === undefined ? 'no topic of this service' : 'the topic of somebody else';
    const refused = { reason: 'not-authorised', detail: `${detail} (${which})` } as const;
    refuseWhole(this.edge, arrivalOf(session, packet), refused, () => {});
  }
}

function arrivalOf(session: Session, packet: Published): Arrival {
  const { identity } = session;
  return {
    enterprise: identity?.enterprise ?? '',
    gateway: identity?.kind === 'gateway' ? identity.gateway : '~site',
    topic: packet.topic,
    payload: typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload,
    flags: (packet.qos === 0 ? FLAG.QOS0 : 0) | (packet.dup ? FLAG.REDELIVERED : 0),
  };
}
