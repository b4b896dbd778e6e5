// Moving from one subscription to another on a screen that is slow: nothing of the old one may arrive in the new one.
import { describe, expect, it } from 'vitest';
import { Outbox } from '../../src/api/live/outbox.ts';
import { Subscriber, Subscriptions } from '../../src/api/live/subscriptions.ts';
import { encodeFrame } from '../../src/api/live/wire.ts';
import type { Principal } from '../../src/api/policy/policy.ts';
import type { SubscribeAnswer, SubscribeBody } from '../../src/api/schemas/live.ts';
import { makeAlert } from '../support/build/alert.ts';
import { FakeService } from './support/service.ts';

const user: Principal = {
  name: 'wei',
  displayName: '魏',
  role: 'province-duty',
  level: 'province',
  scope: { division: '32' },
  readOnly: false,
};
const inMine = { enterprise: 'bh-mine', source: 'bh-mine/face-1', division: '320922', hazard: 'mine-gas' } as const;

/** A screen whose network takes one frame at a time, when the test says so. */
function screen(service: FakeService, subscriptions: Subscriptions) {
  const sent: [string, { from?: string; to?: string; part?: number; values?: number[][] }][] = [];
  const waiting: (() => void)[] = [];
  const answers: SubscribeAnswer[] = [];
  const outbox = new Outbox(
    {
      send: (frame, done) => {
        sent.push(JSON.parse(frame.text.slice(frame.text.indexOf('['))));
        waiting.push(done);
      },
      cut: () => undefined,
    },
    (values, folded) => encodeFrame('values', JSON.stringify({ values, folded })),
    { slowBytes: 1, hopelessBytes: 1_000_000 },
  );
  const subscriber = new Subscriber(outbox);
  service.live.onTransitions((transitions) => subscriptions.transitions(transitions));
  return {
    sent,
    answers,
    outbox,
    subscriber,
    subscribe: (body: SubscribeBody) => subscriptions.subscribe(subscriber, user, body, (one) => answers.push(one)),
    drain: () => {
      while (waiting.length > 0) waiting.shift()?.();
    },
    numbers: () => sent.map(([event, { from, to, part }]) => [event, from ?? part, to]),
  };
}

describe('another subscription', () => {
  it('begins its own chain although alerts of the one before still waited', () => {
    const service = new FakeService();
    const subscriptions = new Subscriptions(service);
    const slow = screen(service, subscriptions);
    slow.subscribe({ enterprise: 'yt-chem' });
    service.change(makeAlert({ id: 'y1' }));
    service.change(makeAlert({ id: 'y2' }));
    slow.subscribe({ source: 'bh-mine/face-1' });
    service.change(makeAlert({ id: 'y3' }));
    service.change(makeAlert({ ...inMine, id: 'b1' }));
    slow.drain();
    expect(slow.numbers()).toEqual([
      ['snapshot', 0, 'epoch-1~0:0'],
      ['snapshot', 0, 'epoch-1~0:2'],
      ['alerts', 'epoch-1~0:2', 'epoch-1~0:4'],
    ]);
    expect(subscriptions.roomCount).toBe(1);
  });

  it('no longer gets the values of points it no longer asks for', () => {
    const service = new FakeService();
    const subscriptions = new Subscriptions(service);
    const quick = screen(service, subscriptions);
    quick.subscribe({ points: ['yt-chem/GD-101', 'yt-chem/GD-102'] });
    quick.subscribe({ points: ['yt-chem/GD-102'] });
    quick.drain();
    subscriptions.values([
      [0, 3, 1, 1, 'good'],
      [0, 4, 1, 2, 'good'],
    ]);
    quick.outbox.flushValues();
    expect(quick.sent.at(-1)).toEqual(['values', { values: [[0, 4, 1, 2, 'good']], folded: 0 }]);
  });

  it('that is refused leaves the one before as it was', () => {
    const service = new FakeService();
    const subscriptions = new Subscriptions(service);
    const quick = screen(service, subscriptions);
    quick.subscribe({ enterprise: 'yt-chem' });
    quick.drain();
    quick.subscribe({ enterprise: 'nobody' });
    expect(quick.answers.at(-1)).toHaveProperty('error');
    service.change(makeAlert({ id: 'y1' }));
    expect(quick.numbers().at(-1)).toEqual(['alerts', 'epoch-1~0:0', 'epoch-1~0:1']);
  });

  it('the last one to leave closes the room', () => {
    const service = new FakeService();
    const subscriptions = new Subscriptions(service);
    const [one, two] = [screen(service, subscriptions), screen(service, subscriptions)];
    one.subscribe({});
    two.subscribe({ division: '32' });
    expect(subscriptions.roomCount).toBe(1);
    subscriptions.leave(one.subscriber);
    subscriptions.leave(one.subscriber);
    expect(subscriptions.roomCount).toBe(1);
    subscriptions.leave(two.subscriber);
    expect(subscriptions.roomCount).toBe(0);
  });
});
