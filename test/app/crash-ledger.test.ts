/** After a crash the service pays for it once: what is marked is exactly what ended it, and is forgotten when it is past. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openCrashFile } from '../../src/app/sequencer/crash-file.ts';
import { CrashLedger } from '../../src/app/sequencer/crash-ledger.ts';
import { openAlerts } from '../../src/engine/describe.ts';
import type { Input } from '../../src/engine/input.ts';
import { NewerVersionError } from '../../src/model/version.ts';
import { migrate } from '../../src/store/state/sqlite/migrate.ts';
import { STATE_MIGRATIONS } from '../../src/store/state/sqlite/open-state.ts';
import { openSqlite } from '../../src/store/state/sqlite/sqlite.ts';
import { temporaryDirectory } from '../support/temporary.ts';
import { batchOf, register, SILENT, startRig } from './rig.ts';

function ended(): never {
  throw new Error('process ended');
}

function crash(dataDir: string, input: Input, times: number): void {
  for (let i = 0; i < times; i++) {
    const ledger = new CrashLedger(openCrashFile(dataDir), SILENT, ended);
    expect(() => ledger.die(new Error('bug'), 9, input)).toThrow('process ended');
  }
}

function full(): never {
  throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
}

const bytes = (): Uint8Array => new Uint8Array([1]);

describe('the crash ledger', () => {
  it('never sets a tick aside: an hour later it would be every tick', () => {
    const dataDir = temporaryDirectory();
    for (const kind of ['tick', 'clock', 'resumed'] as const) crash(dataDir, { kind, at: 5 } as Input, 3);
    const ledger = new CrashLedger(openCrashFile(dataDir), SILENT, ended);
    expect(ledger.marked).toBe(false);
    expect(ledger.isSetAside({ kind: 'tick', at: 6 }, bytes)).toBe(false);
    expect(ledger.isRecordSetAside(9, bytes())).toBe(false);
  });

  it('forgets a mark when the input comes again and ends nothing, so that nobody pays for it any more', async () => {
    const dataDir = temporaryDirectory();
    const rig = await startRig();
    await register(rig);
    const sent = (): Input => ({
      kind: 'readings',
      at: 1,
      batch: batchOf(rig.state, rig.clock.now(), 'GD-1', 7),
    });
    crash(dataDir, sent(), 1);
    const ledger = new CrashLedger(openCrashFile(dataDir), SILENT, ended);
    expect(ledger.marked).toBe(true);
    const again = await startRig({ disk: rig.disk.restarted(), clock: rig.clock, crashes: ledger });
    again.reading('GD-2', 7);
    expect(ledger.marked).toBe(true);
    again.reading('GD-1', 7);
    expect(ledger.marked).toBe(false);
    expect(openCrashFile(dataDir).marks()).toEqual([]);
  });

  it('looks closer at nothing that is another input at a glance, however long a mark stands', async () => {
    const dataDir = temporaryDirectory();
    const rig = await startRig();
    await register(rig);
    const poison: Input = { kind: 'readings', at: 1, batch: batchOf(rig.state, rig.clock.now(), 'GD-1', 7) };
    crash(dataDir, poison, 1);
    const ledger = new CrashLedger(openCrashFile(dataDir), SILENT, ended);
    const batch = batchOf(rig.state, rig.clock.now(), 'GD-1', 8);
    Object.defineProperty(batch, 'sampledAt', {
      get() {
        throw new Error('the whole message was looked at');
      },
    });
    const other: Input = { kind: 'readings', at: 2, batch };
    expect(ledger.isSetAside(other, bytes)).toBe(false);
    ledger.passed(other);
    expect(ledger.marked).toBe(true);
  });

  it('charges a record of a newer program to nobody, however often it is met', () => {
    const dataDir = temporaryDirectory();
    const ledger = new CrashLedger(openCrashFile(dataDir), SILENT, ended);
    for (let start = 0; start < 5; start++) ledger.crashedAt(3, new NewerVersionError('record 3', 9, 2));
    expect(ledger.isRecordSetAside(3, bytes())).toBe(false);
  });

  it('forgets a record that was replayed well, and what a snapshot is past, and no other', () => {
    const dataDir = temporaryDirectory();
    const first = new CrashLedger(openCrashFile(dataDir), SILENT, ended);
    for (const number of [3, 5, 8]) first.crashedAt(number, new Error('bug'));
    first.passedRecord(5);
    first.passedTo(4);
    const next = new CrashLedger(openCrashFile(dataDir), SILENT, ended);
    next.crashedAt(8, new Error('bug'));
    for (const number of [3, 5]) next.crashedAt(number, new Error('bug'));
    expect([3, 5, 8].map((number) => next.isRecordSetAside(number, bytes()))).toEqual([false, false, true]);
  });

  it('raises an alarm of its own for what is set aside', async () => {
    const dataDir = temporaryDirectory();
    const rig = await startRig();
    await register(rig);
    const poison: Input = { kind: 'readings', at: 1, batch: batchOf(rig.state, rig.clock.now(), 'GD-1', 7) };
    crash(dataDir, poison, 2);
    const crashes = new CrashLedger(openCrashFile(dataDir), SILENT, ended);
    const again = await startRig({ disk: rig.disk.restarted(), clock: rig.clock, crashes });
    again.reading('GD-1', 7);
    await again.log.flush();
    // The device hears that it was taken, or it would send it for ever.
    expect(again.acknowledged).toHaveLength(1);
    expect(openAlerts(again.state)).toMatchObject([{ kind: 'device', hazard: 'set-aside' }]);
    expect(crashes.setAsideCount).toBe(1);
  });

  it('ends the process although its mark cannot be written: a half-folded state judges nothing more', async () => {
    const rig = await startRig();
    await register(rig);
    const codes: number[] = [];
    const end = (code: number): never => {
      codes.push(code);
      throw new Error('process ended');
    };
    const file = { ...openCrashFile(temporaryDirectory()), keepMarks: full };
    const input: Input = { kind: 'readings', at: 1, batch: batchOf(rig.state, rig.clock.now(), 'GD-1', 7) };
    expect(() => new CrashLedger(file, SILENT, end).die(new Error('bug'), 9, input)).toThrow('process ended');
    expect(codes).toEqual([70]);
  });

  it('calls nothing set aside whose bytes stand nowhere', async () => {
    const dataDir = temporaryDirectory();
    const rig = await startRig();
    await register(rig);
    const poison: Input = { kind: 'readings', at: 1, batch: batchOf(rig.state, rig.clock.now(), 'GD-1', 7) };
    crash(dataDir, poison, 2);
    const ledger = new CrashLedger({ ...openCrashFile(dataDir), setAside: full }, SILENT, ended);
    for (let sent = 0; sent < 2; sent++) expect(() => ledger.isSetAside(poison, bytes)).toThrow('ENOSPC');
    expect(ledger.setAsideCount).toBe(0);
  });

  it.each(['nope', '[]', '{"v":1}'])('puts damaged marks beside (%s) and says so by name', (text) => {
    const dataDir = temporaryDirectory();
    writeFileSync(join(dataDir, 'crashes.json'), text);
    const told: string[] = [];
    expect(openCrashFile(dataDir, (reason) => told.push(reason)).marks()).toEqual([]);
    expect(told).toEqual([expect.stringContaining(`${join(dataDir, 'crashes.json')} cannot be read`)]);
    expect(readdirSync(dataDir)).toEqual([expect.stringMatching(/^crashes\.json\.damaged-/)]);
  });

  it('knows what 0.1 set aside in its state file', () => {
    const dataDir = temporaryDirectory();
    const old = openSqlite({ file: join(dataDir, 'state.db') });
    migrate(old, STATE_MIGRATIONS.slice(0, 1));
    old.run("INSERT INTO set_aside VALUES (77, ?, 'ended the process twice', 5)", [new Uint8Array([255, 7])]);
    old.close();
    const file = openCrashFile(dataDir);
    const crashes = new CrashLedger(file, SILENT, ended);
    crashes.readUp();
    expect(crashes.setAsideCount).toBe(1);
    expect(file.aside('record-77')).toMatchObject({ number: 77, bytes: new Uint8Array([255, 7]), at: 5 });
    expect(new CrashLedger(openCrashFile(dataDir), SILENT, ended).setAsideCount).toBe(1);
  });
});
