/**
 * Writes the engine's effects into the history tables: transitions, newest state of each alert, evidence capsules, command
 * outcomes. It decides nothing; where the tables say otherwise, it reports and leaves them as they are.
 */
import { isDeepStrictEqual } from 'node:util';
import type { EvidenceCapsule } from '../../../engine/effect.ts';
import type { Alert, Transition } from '../../../model/alert.ts';
import type { Outcome } from '../../../model/command.ts';
import { divisionPath } from '../../../model/registry.ts';
import { stamped, stampedTransition, upcastTransition } from '../../../model/upcast.ts';
import type { Pace } from '../../pace.ts';
import type { Divergence, Effects, ProjectionCursor } from '../port.ts';
import type { Sqlite } from './sqlite.ts';

const CURSOR = 'projection';
/** A slice is committed after this long; with its sync it stays below the 20 ms the loop can spare. */
const SLICE_MS = 6;

const SQL = {
  cursor: 'SELECT position, seq FROM cursors WHERE name = ?',
  setCursor: `INSERT INTO cursors (name, position, seq) VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET
    position = max(position, excluded.position), seq = max(seq, excluded.seq)`,
  recorded: 'SELECT json FROM transitions WHERE seq = ?',
  transition: 'INSERT INTO transitions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  alert: `INSERT INTO alerts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET
    key = excluded.key, state = excluded.state, grade = excluded.grade, scope = excluded.scope,
    source = excluded.source, hazard = excluded.hazard, raised_at = excluded.raised_at,
    changed_at = excluded.changed_at, closed_at = excluded.closed_at, seq = excluded.seq, json = excluded.json
    WHERE excluded.seq > alerts.seq`,
  capsule: 'INSERT INTO capsules VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  outcome: 'INSERT INTO outcomes VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
} as const;

export interface Projection {
  project(position: number, effects: Effects): Promise<Divergence[]>;
  cursor(): ProjectionCursor;
  /** Resolves when no projection is in progress. */
  idle(): Promise<void>;
}

export function createProjection(sqlite: Sqlite, pace: Pace): Projection {
  let cursor = readCursor(sqlite);
  let queue: Promise<unknown> = Promise.resolve();

  function project(position: number, effects: Effects): Promise<Divergence[]> {
    const turn = queue.then(() => writeAll(position, effects));
    queue = turn.catch(() => undefined);
    return turn;
  }

  async function writeAll(position: number, effects: Effects): Promise<Divergence[]> {
    const divergences: Divergence[] = [];
    const newest = effects.transitions.at(-1)?.seq ?? 0;
    const work = tasks(sqlite, position, effects, divergences);
    for (let done = false; !done; ) {
      const start = pace.now();
      sqlite.transaction(() => {
        do done = work.next().done === true;
        while (!done && pace.now() - start < SLICE_MS);
        if (done) sqlite.run(SQL.setCursor, [CURSOR, position, newest]);
      });
      if (!done) await pace.pause();
    }
    cursor = { position: Math.max(cursor.position, position), seq: Math.max(cursor.seq, newest) };
    return divergences;
  }

  return { project, cursor: () => cursor, idle: async () => void (await queue) };
}

function readCursor(sqlite: Sqlite): ProjectionCursor {
  const row = sqlite.get(SQL.cursor, [CURSOR]);
  return row === undefined ? { position: 0, seq: 0 } : { position: row.position as number, seq: row.seq as number };
}

/** One row a step, so that the caller may stop between any two. */
function* tasks(sqlite: Sqlite, position: number, effects: Effects, divergences: Divergence[]): Generator<undefined> {
  for (const transition of effects.transitions) {
    const divergence = writeTransition(sqlite, position, transition);
    if (divergence !== undefined) divergences.push(divergence);
    yield;
  }
  for (const capsule of effects.capsules) {
    writeCapsule(sqlite, capsule);
    yield;
  }
  for (const outcome of effects.outcomes) {
    writeOutcome(sqlite, position, outcome);
    yield;
  }
}

/** When it left is no part of what the engine derives: a restart derives the rest again. */
function derivable(transition: Transition): Transition {
  const { publishedAt: _left, ...alert } = transition.alert;
  return { ...transition, alert };
}

function writeTransition(sqlite: Sqlite, position: number, transition: Transition): Divergence | undefined {
  const { seq, at, change, alert } = transition;
  const json = JSON.stringify(stampedTransition(transition));
  const recorded = sqlite.get(SQL.recorded, [seq])?.json as string | undefined;
  if (recorded !== undefined) {
    if (recorded === json) return undefined;
    // The order of keys is no difference: an alert that went through a snapshot may have been rebuilt in another order.
    const before = upcastTransition(JSON.parse(recorded));
    const same = isDeepStrictEqual(derivable(before), derivable(upcastTransition(JSON.parse(json))));
    return same ? undefined : { seq, recorded: before, derived: transition };
  }
  const scope = divisionPath(alert.division);
  const { kind, grade, enterprise, source } = alert;
  sqlite.run(SQL.transition, [
    seq,
    Math.floor(at),
    position,
    alert.id,
    change,
    kind,
    grade,
    scope,
    enterprise,
    source,
    json,
  ]);
  writeAlert(sqlite, alert, seq, scope);
  return undefined;
}

function writeAlert(sqlite: Sqlite, alert: Alert, seq: number, scope: string): void {
  sqlite.run(SQL.alert, [
    alert.id,
    alert.key,
    alert.kind,
    alert.state,
    alert.grade,
    scope,
    alert.enterprise,
    alert.source,
    alert.hazard,
    Math.floor(alert.raisedAt),
    Math.floor(alert.changedAt),
    alert.closedAt === undefined ? null : Math.floor(alert.closedAt),
    seq,
    JSON.stringify(stamped('alert', alert)),
  ]);
}

function writeCapsule(sqlite: Sqlite, capsule: EvidenceCapsule): void {
  sqlite.run(SQL.capsule, [capsule.alert, capsule.seq, JSON.stringify(capsule)]);
}

function writeOutcome(sqlite: Sqlite, position: number, outcome: Outcome): void {
  sqlite.run(SQL.outcome, [outcome.commandId, Math.floor(outcome.at), outcome.code, outcome.by, outcome.seq, position]);
}
