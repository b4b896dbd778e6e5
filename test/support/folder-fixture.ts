// The data folders that earlier releases left: finds them, unpacks a copy, and asks a running service for what can be
// compared with what the earlier release said of the same folder.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Alert } from '../../src/api/schemas/alerts.ts';
import type { PointState } from '../../src/api/schemas/readings.ts';
import type { Caller } from './service.ts';
import { temporaryDirectory } from './temporary.ts';

const folders = join(process.cwd(), 'test', 'fixtures', 'folders');

/** What a service says of itself and its plant at one moment, as its administrator sees it. */
export interface Seen {
  /** Number of the newest input. */
  readonly n: number;
  /** Number of the newest transition. */
  readonly seq: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly alerts: readonly Alert[];
  readonly points: readonly PointState[];
  readonly health: string;
}

export interface FolderFixture {
  readonly name: string;
  readonly expected: {
    readonly version: string;
    /** An event-driven point that was in its on-delay when the program was killed. */
    readonly pendingOnDelay: string;
    readonly pendingLoosenings: readonly string[];
    readonly beforeKill: Seen;
    readonly afterRestart: Seen;
  };
}

export function folderFixtures(): FolderFixture[] {
  const names = readdirSync(folders).filter((name) => existsSync(join(folders, name, 'expected.json')));
  return names.map((name) => ({
    name,
    expected: JSON.parse(readFileSync(join(folders, name, 'expected.json'), 'utf8')) as FolderFixture['expected'],
  }));
}

/** A copy of the folder to start a service on. */
export function unpacked({ name }: FolderFixture): string {
  const into = temporaryDirectory('folder');
  execFileSync('tar', ['-xzf', join(folders, name, 'folder.tar.gz'), '-C', into]);
  return join(into, 'data');
}

export async function lookAt(url: string, admin: Caller): Promise<Seen> {
  const counts: Record<string, number> = {};
  const ids: string[] = [];
  for (const kind of ['divisions', 'enterprises', 'sources', 'points']) {
    const { body } = await admin.get<{ items: { id: string }[] }>(`/${kind}?limit=2000`);
    counts[kind] = body.items.length;
    if (kind === 'points') ids.push(...body.items.map(({ id }) => id));
  }
  const points: PointState[] = [];
  for (const id of ids) points.push((await admin.get<PointState>(`/points/${encodeURIComponent(id)}/state`)).body);
  const { items } = (await admin.get<{ items: Alert[] }>('/alerts?limit=2000')).body;
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const n = Number(/^fenghuo_input_number(?:\{\})? (\d+)/m.exec(metrics)?.[1]);
  const { state } = (await (await fetch(`${url}/readyz`)).json()) as { state: string };
  const seq = Math.max(0, ...(await admin.events()).map((transition) => transition.seq));
  return { n, seq, counts, alerts: items, points, health: state };
}
