// Who is there: gateways that come and go, with or without a word, and our own link to the broker.
import fc from 'fast-check';
import { FLAG } from '../../../src/model/reading.ts';
import type { Happenings } from './happening.ts';
import { happening } from './happening.ts';
import { GATEWAYS } from './site.ts';

const someGateway = fc.constantFrom(...GATEWAYS);

const leaves: Happenings = fc.tuple(someGateway, fc.boolean()).map(([id, keeps]) =>
  happening(`${id} goes away${keeps ? ' and keeps what it sees' : ''}`, (day) => {
    day.gatewayOf(id).mode = keeps ? 'holding' : 'mute';
    day.gateway(false, day.now, id);
  }),
);

const silent: Happenings = fc.tuple(someGateway, fc.boolean()).map(([id, keeps]) =>
  happening(`${id} falls silent${keeps ? ' and keeps what it sees' : ''}`, (day) => {
    day.gatewayOf(id).mode = keeps ? 'holding' : 'mute';
  }),
);

const returns: Happenings = fc.tuple(someGateway, fc.boolean(), fc.boolean()).map(([id, says, marked]) =>
  happening(`${id} is back${says ? ', and says so' : ''}${marked ? ', its backlog marked' : ''}`, (day) => {
    day.gatewayOf(id).mode = 'sending';
    if (says && !day.state.linkDown) day.gateway(true, day.now, id);
    day.sendHeld(id, marked ? FLAG.HISTORICAL : 0);
  }),
);

const link: Happenings = fc.boolean().map((up) =>
  happening(`our link is ${up ? 'up' : 'down'}`, (day) => {
    if (up) day.linkUp();
    else day.link(false, day.now);
  }),
);

export const presence: Happenings = fc.oneof(
  { withCrossShrink: true },
  { weight: 4, arbitrary: returns },
  { weight: 2, arbitrary: leaves },
  { weight: 2, arbitrary: silent },
  { weight: 3, arbitrary: link },
);
