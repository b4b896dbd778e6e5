// The service's log at night: the first refusal of a gateway at once, then one line a minute, and nothing for ever.
import { describe, expect, it } from 'vitest';
import type { RefusalNote } from '../../src/ingest/refusal-notes.ts';
import { RefusalNotes } from '../../src/ingest/refusal-notes.ts';
import { MINUTE_MS } from '../../src/model/time.ts';
import { NOW } from './fixtures.ts';

const refusal = (at: number, gateway = 'gw1', reason: 'malformed' | 'not-authorised' = 'malformed') => ({
  at,
  enterprise: 'yt-chem',
  gateway,
  topic: `fenghuo/v1/yt-chem/${gateway}/data`,
  reason,
  tag: 'GD-101',
  detail: `at ${at - NOW}`,
  payloadPrefix: '',
});

describe('refusal notes', () => {
  it('tell the first at once, what follows once a minute, and the last of a burst too', () => {
    const told: RefusalNote[] = [];
    const notes = new RefusalNotes((note) => told.push(note));
    for (let at = NOW; at < NOW + 90_000; at += 1_000) notes.note(refusal(at), at === NOW ? 4 : 0);
    expect(told.map(({ refused }) => refused)).toEqual([{ malformed: 5 }, { malformed: 60 }]);
    expect(told[1]).toMatchObject({ gateway: 'yt-chem/gw1', point: 'GD-101', detail: 'at 60000' });
    notes.flush(NOW + 119_000);
    expect(told).toHaveLength(2);
    notes.flush(NOW + 121_000);
    expect(told[2].refused).toEqual({ malformed: 29 });
    notes.flush(NOW + 60 * MINUTE_MS);
    expect(told).toHaveLength(3);
  });

  it('tell every gateway by itself, and what nobody registered together', () => {
    const told: RefusalNote[] = [];
    const notes = new RefusalNotes((note) => told.push(note));
    notes.note(refusal(NOW), 0);
    notes.note(refusal(NOW, 'gw2', 'not-authorised'), 0);
    expect(told.map(({ gateway }) => gateway)).toEqual(['yt-chem/gw1', 'yt-chem/gw2']);
    for (let i = 0; i < 5_000; i++) notes.note(refusal(NOW, `made-up-${i}`), 0);
    // A thousand accounts, and one for all others.
    expect(told).toHaveLength(1_001);
  });
});
