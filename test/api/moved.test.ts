// An enterprise is given to another county while its alarms stand: nobody's list keeps what is no longer theirs, and nobody's
// list lacks what now is. Each desk keeps its list as the shipped screen does.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventsPage } from '../../src/api/schemas/alerts.ts';
import { alertsMessage } from '../../src/api/schemas/live.ts';
import type { ScreenState } from '../../web/live/state.ts';
import { INITIAL, reduce, subscribeRequest } from '../../web/live/state.ts';
import { makeAlert } from '../support/build/alert.ts';
import type { Screen } from './support/client.ts';
import { TestApi } from './support/client.ts';

let api: TestApi;
beforeEach(async () => {
  api = await TestApi.start();
});
afterEach(() => api.stop());

/** Somebody's desk: connected, away, and connected again with what it had. */
class Desk {
  state: ScreenState = INITIAL;
  private screen: Screen | undefined;
  private readonly user: string;

  constructor(user: string) {
    this.user = user;
  }

  async open(): Promise<this> {
    this.state = reduce(this.state, { type: 'connected' });
    this.screen = await api.screen(await api.token(this.user));
    this.state = reduce(this.state, { type: 'asked' });
    const answer = await this.screen.subscribe(subscribeRequest(this.state, []));
    this.state = reduce(this.state, { type: 'answered', answer });
    return this;
  }

  leave(): void {
    this.screen?.socket.disconnect();
    this.state = reduce(this.state, { type: 'disconnected' });
  }

  /** The open alerts it shows once it has heard all there is. */
  async list(): Promise<string[]> {
    const to = `epoch-1~0:${api.service.newest}`;
    await this.screen?.until((screen) => {
      for (const message of screen.messages.splice(0)) {
        if (message.event === 'snapshot') this.state = reduce(this.state, { type: 'snapshot', message: message.body });
        if (message.event !== 'alerts') continue;
        expect(() => alertsMessage.parse(message.body)).not.toThrow();
        this.state = reduce(this.state, { type: 'alerts', message: message.body });
      }
      return this.state.to === to;
    });
    return [...this.state.alerts.keys()].sort();
  }
}

const everyone = (...users: string[]) => Promise.all(users.map((user) => new Desk(user).open()));
const listsOf = (desks: readonly Desk[]) => Promise.all(desks.map((desk) => desk.list()));
/** The same day goes on for all, so that every desk has a number to wait for. */
const heartOfService = () =>
  api.service.change(makeAlert({ id: 'z', kind: 'device', enterprise: 'service', source: 'service', division: '' }));

const gas = makeAlert({ id: 'gas', division: '320921-p01', grade: 'red' });
const level = makeAlert({ id: 'level', division: '320921-p01', hazard: 'overfill' });
const mine = makeAlert({ id: 'mine', enterprise: 'bh-mine', source: 'bh-mine/face-1', division: '320922' });

function move(division: string): void {
  api.service.changeAs('moved', ...[gas, level].map((alert) => ({ ...alert, division })));
}

describe('open alerts of an enterprise that is given to another county', () => {
  it('go from the list of the one to the list of the other, and stay on those of everybody above and of its own', async () => {
    api.service.change(gas, level, mine);
    const desks = await everyone('county', 'other-county', 'province', 'operator');
    expect(await listsOf(desks)).toEqual([['gas', 'level'], ['mine'], ['gas', 'level', 'mine'], ['gas', 'level']]);
    move('320922');
    heartOfService();
    expect(await listsOf(desks)).toEqual([
      ['z'],
      ['gas', 'level', 'mine', 'z'],
      ['gas', 'level', 'mine', 'z'],
      ['gas', 'level', 'z'],
    ]);
    // What follows is told to the one alone that it concerns now.
    api.service.changeAs('worse-grade', { ...level, division: '320922', grade: 'red' });
    api.service.change(makeAlert({ id: 'zz', division: '' }));
    const [former, present] = desks;
    expect(await former.list()).toEqual(['z', 'zz']);
    await present.list();
    expect(present.state.alerts.get('level')?.grade).toBe('red');
  });

  it('are caught up with by who was away meanwhile', async () => {
    api.service.change(gas, level, mine);
    const desks = await everyone('county', 'other-county', 'province');
    await listsOf(desks);
    for (const desk of desks) desk.leave();
    move('320922');
    heartOfService();
    for (const desk of desks) await desk.open();
    expect(await listsOf(desks)).toEqual([['z'], ['gas', 'level', 'mine', 'z'], ['gas', 'level', 'mine', 'z']]);
    // Nothing had to be sent whole.
    expect(desks.map(({ state }) => state.gaps)).toEqual([0, 0, 0]);
  });

  it('are found in the lists and in what happened by who answers for them now', async () => {
    api.service.change(gas, level, mine);
    move('320922');
    const [former, present] = [await api.as('county'), await api.as('other-county')];
    const ids = async (caller: typeof former) =>
      (await caller.get<{ items: { id: string }[] }>('/alerts')).body.items.map(({ id }) => id).sort();
    expect([await ids(former), await ids(present)]).toEqual([[], ['gas', 'level', 'mine']]);
    expect([(await former.get('/alerts/gas')).status, (await present.get('/alerts/gas')).status]).toEqual([404, 200]);
    const told = async (caller: typeof former) =>
      (await caller.get<EventsPage>('/events')).body.items.map(({ change, leaves, divisionBefore, alert }) => [
        change,
        alert.id,
        divisionBefore,
        leaves,
      ]);
    expect(await told(former)).toEqual([
      ['raised', 'gas', undefined, undefined],
      ['raised', 'level', undefined, undefined],
      ['moved', 'gas', '320921-p01', true],
      ['moved', 'level', '320921-p01', true],
    ]);
    expect(await told(present)).toEqual([
      ['raised', 'mine', undefined, undefined],
      ['moved', 'gas', '320921-p01', undefined],
      ['moved', 'level', '320921-p01', undefined],
    ]);
  });

  it('that only goes to another park of the same county leaves no list of the county', async () => {
    api.service.change(gas, level);
    const [county] = await everyone('county');
    await county.list();
    move('320921');
    expect(await county.list()).toEqual(['gas', 'level']);
  });
});
