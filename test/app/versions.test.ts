/** What another version stored: an older one is brought up, a newer one refused by name, and neither is ever a crash. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { transitionSchema } from '../../src/api/schemas/alerts.ts';
import { FORMAT, readStamp, refuseNewer, stamp } from '../../src/app/open/folder-stamp.ts';
import type { Input } from '../../src/engine/input.ts';
import { StateFormatError } from '../../src/engine/snapshot.ts';
import { INSTALLATION, isForeign } from '../../src/engine/state.ts';
import { changeHeader, dropColumn, dropKind, rulesOf } from '../../src/engine/upgrade/stored-state.ts';
import { openLocalLog } from '../../src/log/local/local-log.ts';
import { openSnapshots } from '../../src/log/local/snapshots.ts';
import { RecordEncoder } from '../../src/log/record.ts';
import type { PointConfig } from '../../src/model/point.ts';
import { NewerVersionError } from '../../src/model/version.ts';
import { newKinds } from '../../src/rules/kinds.ts';
import { RuleMemory } from '../../src/rules/memory.ts';
import { viewSlot } from '../../src/rules/view.ts';
import { point } from '../support/build/point.ts';
import { pointsChange } from '../support/build/registry.ts';
import { SimulatedClock, SimulatedDisk } from '../support/simulated-disk.ts';
import { temporaryDirectory } from '../support/temporary.ts';
import { rewritten } from './rewritten.ts';
import type { Rig } from './rig.ts';
import { bytesOf, GAS, register, restoredFrom, settled, startRig } from './rig.ts';

/** A plant in trouble with two snapshots behind it, and a few records after the newest. */
async function lived(): Promise<Rig> {
  const rig = await startRig();
  await register(rig, GAS);
  for (const value of [30, 60]) {
    rig.reading('GD-1', value);
    await rig.pass(2_000);
    await rig.snapshotter.take(rig.state, () => rig.log.flush());
  }
  rig.reading('GD-2', 30);
  await rig.pass(2_000);
  await rig.log.flush();
  return rig;
}

const newer = changeHeader((header) => ({ ...header, format: 99 }));
const image = (disk: SimulatedDisk) => disk.paths().map((path) => [path, disk.bytes(path).toString('base64')]);

describe('a snapshot of a version that this one cannot use', () => {
  it('is named, and the one before it serves: the same state, bit by bit', async () => {
    const rig = await lived();
    rig.disk.powerCut();
    const disk = rig.disk.restarted();
    await rewritten(disk, newer);
    const restored = await restoredFrom(disk);
    expect(restored.unusableSnapshots).toEqual([expect.stringMatching(/record \d+: .*version 99, written by a newer/)]);
    expect(bytesOf(restored.state)).toBe(bytesOf(rig.state));
  });

  it('counts no longer: the log that the one before it needs stays', async () => {
    const rig = await lived();
    rig.disk.powerCut();
    const disk = rig.disk.restarted();
    const before = await openSnapshots({ dir: '/snapshots', disk, clock: new SimulatedClock() });
    const older = before.freeable;
    await rewritten(disk, newer);
    const next = await startRig({ disk });
    expect(next.restored.snapshotAt).toBe(older);
    await next.snapshotter.take(next.state, () => next.log.flush());
    expect(next.snapshotter.freeable).toBe(older);
  });

  it('is said at every start where none serves and the log does not reach back; nothing is charged or changed', async () => {
    const rig = await startRig({ segmentBytes: 64 * 1024 });
    await register(rig, GAS);
    for (let i = 0; i < 60; i++) {
      rig.reading('GD-1', 10 + (i % 3));
      await rig.pass(1_000);
    }
    for (let i = 0; i < 2; i++) {
      rig.reading('GD-1', 60);
      await rig.pass(1_000);
      await rig.snapshotter.take(rig.state, () => rig.log.flush());
    }
    await rig.log.free(rig.snapshotter.freeable);
    expect(rig.log.oldest).toBeGreaterThan(1);
    rig.disk.powerCut();
    const disk = rig.disk.restarted();
    await rewritten(disk, newer);
    const snapshots = await openSnapshots({ dir: '/snapshots', disk, clock: new SimulatedClock() });
    const [older] = disk.paths().filter((path) => path.startsWith('/snapshots/'));
    await disk.remove(older);
    expect(snapshots.freeable).toBeGreaterThan(0);
    const before = image(disk);
    const crashed: number[] = [];
    for (let start = 0; start < 5; start++) {
      const restored = restoredFrom(disk, { crashed: (number) => void crashed.push(number) });
      await expect(restored).rejects.toThrow(StateFormatError);
    }
    expect(crashed).toEqual([]);
    expect(image(disk)).toEqual(before);
  });
});

describe('a record of a newer program', () => {
  it('is refused at every start: acknowledged records are neither charged as crashes nor set aside', async () => {
    const rig = await lived();
    await rig.log.close();
    const disk = rig.disk.restarted();
    const log = await openLocalLog({
      dir: '/log',
      disk,
      clock: new SimulatedClock(),
      reserveBytes: 0,
      preallocate: false,
    });
    const first = log.next;
    for (let i = 0; i < 3; i++) log.append(Buffer.from([0x80 | 9, 1, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8]));
    await log.flush();
    await log.close();
    const before = image(disk);
    const crashed: number[] = [];
    for (let start = 0; start < 7; start++) {
      const restored = restoredFrom(disk, { crashed: (number) => void crashed.push(number) });
      await expect(restored).rejects.toThrow(NewerVersionError);
    }
    expect(crashed).toEqual([]);
    expect(image(disk)).toEqual(before);
    const again = await openLocalLog({
      dir: '/log',
      disk,
      clock: new SimulatedClock(),
      reserveBytes: 0,
      preallocate: false,
    });
    expect(again.next).toBe(first + 3);
  });
});

describe('a snapshot of an earlier build', () => {
  it.each([
    ['points', 'doubtful'],
    ['gateways', 'skewedPoints'],
    ['rule-slots', 'excursions'],
  ])('opens where a column (%s.%s) was added since, and judges on', async (table, column) => {
    const rig = await lived();
    rig.disk.powerCut();
    const disk = rig.disk.restarted();
    await rewritten(disk, dropColumn(table, column));
    const next = await startRig({ disk, clock: rig.clock });
    expect(next.restored.unusableSnapshots).toEqual([]);
    expect(next.state.book.counts().open).toBe(rig.state.book.counts().open);
    next.reading('GD-2', 60);
    await next.pass(2_000);
    expect(next.released.flatMap(({ transitions }) => transitions).map(({ change }) => change)).toContain(
      'worse-grade',
    );
  });

  it('opens where fields of an alert and of its contributors were added since, and judges on', async () => {
    const rig = await lived();
    const disk = rig.disk.processKilled();
    const added = new Set(['activatedAt', 'blinds', 'lostUntil']);
    const without = (json: unknown) => JSON.parse(JSON.stringify(json, (key, of) => (added.has(key) ? undefined : of)));
    await rewritten(disk, changeHeader(without));
    const next = await startRig({ disk, clock: rig.clock });
    expect(next.restored.unusableSnapshots).toEqual([]);
    next.reading('GD-2', 60);
    await next.pass(2_000);
    const told = next.released.flatMap(({ transitions }) => transitions).find(({ change }) => change === 'worse-grade');
    expect(transitionSchema.parse(told).alert.points).toHaveLength(2);
  });

  it('is refused by name where a column is gone that no step names', async () => {
    const rig = await lived();
    rig.disk.powerCut();
    const disk = rig.disk.restarted();
    await rewritten(disk, ({ header, tables }) => {
      const points = tables.get('points')!;
      const aura = { name: 'aura', type: 'u8', width: 1, bytes: new Uint8Array(points.rows) } as const;
      const added = { ...points, columns: [aura, ...points.columns] };
      return { header, tables: new Map([...tables, ['points', added]]) };
    });
    const { unusableSnapshots } = await restoredFrom(disk);
    expect(unusableSnapshots).toEqual([expect.stringContaining('column points.aura: this version does not know it')]);
  });
});

describe('a build with another list of rule kinds', () => {
  /** A life of a build that has no kind `boolean` yet: the codes of all kinds behind it are one less. */
  async function earlierLife(): Promise<Rig> {
    const rig = await startRig();
    const kinds = newKinds().filter(({ name }) => name !== 'boolean');
    rig.state.rules = new RuleMemory(kinds);
    rig.state.installed = { ...rig.state.installed, kinds: kinds.map(({ name }) => name) };
    const rising = { rateOfChange: { windowMs: 30_000, perMinute: 5, direction: 'up' } } as const;
    await register(rig, { points: [point('GD-1', rising), point('GD-2')] });
    for (const value of [10, 10.2, 10.4, 10.6, 10.8]) {
      rig.reading('GD-1', value);
      await rig.pass(8_000);
    }
    rig.reading('GD-2', 60);
    await rig.pass(1_000);
    await rig.snapshotter.take(rig.state, () => rig.log.flush());
    rig.disk.powerCut();
    return rig;
  }

  it('opens the folder of one that had fewer, installs every point anew as an input, and judges on', async () => {
    const earlier = await earlierLife();
    const rig = await startRig({ disk: earlier.disk.restarted(), clock: earlier.clock });
    expect(rig.restored.unusableSnapshots).toEqual([]);
    expect(rig.state.installed).toEqual(INSTALLATION);
    expect(rig.state.rules.slotsOf(0).map((slot) => rig.state.rules.ruleOf(slot))).toEqual(
      earlier.state.rules.slotsOf(0).map((slot) => earlier.state.rules.ruleOf(slot)),
    );
    // Nothing that stood was touched by it.
    expect(rig.released.flatMap(({ transitions }) => transitions)).toEqual([]);
    for (const value of [14, 17, 20, 23]) {
      rig.reading('GD-1', value);
      await rig.pass(8_000);
    }
    rig.pipeline.configuration('door', 'test', pointsChange(door()));
    await rig.pass(1_000);
    rig.reading('AD-1', 1);
    await rig.pass(5_000);
    const said = [0, 1, 2].map((number) =>
      rig.state.rules.slotsOf(number).map((slot) => viewSlot(rig.state.rules, slot)),
    );
    expect(said.map((slots) => slots.map(({ rule, level }) => `${rule} ${level}`))).toEqual([
      ['limits-high 0', 'rate-of-change 2'],
      ['limits-high 3'],
      ['boolean 3'],
    ]);

    // It is in the log: the next start has nothing to install, and finds the same state.
    await rig.log.flush();
    rig.disk.powerCut();
    const again = await restoredFrom(rig.disk.restarted());
    expect(bytesOf(again.state)).toBe(bytesOf(rig.state));
    expect(isForeign(again.state)).toBe(false);
  });

  it('lets go, by a named cause, what a kind had confirmed that is gone', async () => {
    const earlier = await earlierLife();
    const disk = earlier.disk.restarted();
    // Its slots go by another name from here on, which no program has; the kind of the old name begins anew.
    await rewritten(disk, (stored) => {
      const { header, tables } = dropKind('psychic', ['limits-high'])(stored);
      const rules = rulesOf(header);
      const kinds = rules.kinds.map((kind) => (kind === 'limits-high' ? 'psychic' : kind));
      return { header: { ...header, rules: { ...rules, kinds } }, tables };
    });
    const rig = await startRig({ disk, clock: earlier.clock });
    await rig.log.flush();
    await settled();
    const told = rig.released.flatMap(({ transitions }) => transitions);
    // The rule that takes its place judges the last good value again at once: the alarm does not go silent with it.
    expect(told.map(({ change }) => change)).toEqual(['limit-changed', 're-raised']);
    // Beside the device alarm of its silence before, which ends when it has been heard for a while.
    expect([...rig.state.book.open].filter(({ group }) => group.kind === 'hazard')).toHaveLength(1);
  });
});

const door = (): PointConfig =>
  point('AD-1', { valueKind: 'boolean', unit: '', limits: {}, criticalWhen: true, intervalMs: null });

describe('the stamp of a data folder', () => {
  const listing = (dir: string) =>
    readdirSync(dir, { recursive: true, encoding: 'utf8' })
      .sort()
      .map((name) => {
        const path = join(dir, name);
        const { mtimeMs, size } = statSync(path);
        return [name, mtimeMs, size, statSync(path).isFile() ? readFileSync(path, 'base64') : ''];
      });

  it('of an empty folder, or none, is nothing; of a folder that 0.1.0 left it is what 0.1.0 wrote', async () => {
    const dir = temporaryDirectory();
    expect(await readStamp(join(dir, 'not-there'))).toBeUndefined();
    expect(await readStamp(dir)).toBeUndefined();
    writeFileSync(join(dir, 'state.db'), '');
    expect(await readStamp(dir)).toEqual({
      record: 1,
      frame: 1,
      snapshot: 1,
      capsule: 1,
      alert: 1,
      program: '0.1.0',
    });
    await expect(refuseNewer(dir)).resolves.toBeUndefined();
  });

  it('is written once and says what this program writes', async () => {
    const dir = temporaryDirectory();
    await stamp(dir);
    expect(await readStamp(dir)).toEqual(FORMAT);
    const before = listing(dir);
    await stamp(dir);
    expect(listing(dir)).toEqual(before);
    await expect(refuseNewer(dir)).resolves.toBeUndefined();
  });

  it.each([
    ['record', { record: FORMAT.record + 1 }],
    ['frame', { frame: FORMAT.frame + 1 }],
    ['snapshot', { snapshot: FORMAT.snapshot + 1 }],
    ['capsule', { capsule: FORMAT.capsule + 1 }],
    ['alert', { alert: FORMAT.alert + 1 }],
    ['data folder', { program: '99.0.0' }],
  ])('with a newer %s is refused by name, and nothing is touched', async (name, part) => {
    const dir = temporaryDirectory();
    writeFileSync(join(dir, 'format.json'), JSON.stringify({ ...FORMAT, ...part }));
    const before = listing(dir);
    await expect(refuseNewer(dir)).rejects.toThrow(NewerVersionError);
    await expect(refuseNewer(dir)).rejects.toThrow(name);
    expect(listing(dir)).toEqual(before);
  });

  it('that cannot be read is an error by name, not an old folder', async () => {
    const dir = temporaryDirectory();
    writeFileSync(join(dir, 'format.json'), '{"record":2');
    await expect(refuseNewer(dir)).rejects.toThrow('does not say which formats stand in the folder');
  });

  it('of a later patch version is one of ours', async () => {
    const dir = temporaryDirectory();
    const [major, minor] = FORMAT.program.split('.');
    writeFileSync(join(dir, 'format.json'), JSON.stringify({ ...FORMAT, program: `${major}.${minor}.999` }));
    await expect(refuseNewer(dir)).resolves.toBeUndefined();
  });
});

describe('a log without a snapshot', () => {
  /** As 0.1.0 would have written the record: with its header, and JSON of its shapes. */
  const old = (input: Input): Buffer => {
    const kinds = ['', 'readings', 'device', 'tick', 'clock', 'resumed', 'command', 'configuration'];
    const { kind, at, ...rest } = input;
    const header = Buffer.alloc(10);
    header.writeUInt8(kinds.indexOf(kind), 0);
    header.writeUInt8(1, 1);
    header.writeDoubleLE(at, 2);
    return Buffer.concat([header, Buffer.from(JSON.stringify(rest))]);
  };

  it('is known by its first record: that of 0.1.0 is judged as recorded, and its points are installed anew', async () => {
    const disk = new SimulatedDisk();
    const clock = new SimulatedClock();
    const log = await openLocalLog({ dir: '/log', disk, clock, reserveBytes: 0, preallocate: false });
    for (let i = 1; i <= 3; i++) log.append(old({ kind: 'tick', at: i * 1_000 }));
    await log.flush();
    await log.close();
    const { state } = await restoredFrom(disk);
    expect([state.n, state.installed.engineVersion, isForeign(state)]).toEqual([3, '1', true]);
  });

  it('of another partition is refused by name', async () => {
    const disk = new SimulatedDisk();
    const clock = new SimulatedClock();
    const log = await openLocalLog({ dir: '/log', disk, clock, reserveBytes: 0, preallocate: false });
    log.append(new RecordEncoder(7).encode({ kind: 'tick', at: 1_000 }));
    await log.flush();
    await log.close();
    await expect(restoredFrom(disk)).rejects.toThrow('record 1 is of partition 7, this log of partition 0');
  });
});
