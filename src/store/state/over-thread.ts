/**
 * The state store as its users see it while it lives in a thread of its own. What must not be lost waits for a disk that hangs;
 * what somebody waits for is refused then.
 */
import type { Manners, StoreThread } from '../thread/store-thread.ts';
import type { AuditStore, HistoryStore, PeopleStore, StateStore } from './port.ts';

const HISTORY: Manners<HistoryStore> = {
  project: 'patient',
  cursor: 'prompt',
  refusedRows: 'prompt',
  transitionsAfter: 'prompt',
  alert: 'prompt',
  alertTimeline: 'prompt',
  findAlerts: 'prompt',
  capsule: 'prompt',
  outcome: 'prompt',
  configurations: 'prompt',
  itemHistory: 'prompt',
  forget: 'prompt',
};

const PEOPLE: Manners<PeopleStore> = {
  putUser: 'prompt',
  user: 'prompt',
  users: 'prompt',
  openSession: 'prompt',
  session: 'prompt',
  endSession: 'prompt',
  sweepSessions: 'prompt',
};

const AUDIT: Manners<AuditStore> = { write: 'patient', entries: 'prompt' };

export function stateStoreOver(thread: StoreThread): StateStore {
  return {
    history: thread.part('history', HISTORY),
    people: thread.part('people', PEOPLE),
    audit: thread.part('audit', AUDIT),
    close: () => thread.close(),
  };
}
