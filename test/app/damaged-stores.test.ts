/** A store whose file is damaged is history that is away, never a service that does not start: alarms go on. */
import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Libsql from 'libsql';
import { describe, expect, it } from 'vitest';
import { connectGateway, publish } from '../support/gateway.ts';
import { eventually, register, signIn, startService } from '../support/service.ts';

const GATEWAY = 'yt-chem/gw1';

interface Health {
  readonly parts: Record<string, { readonly state: string; readonly detail?: string }>;
}

describe('a damaged store', () => {
  it('keeps the service from nothing, is named with what to do, and goes on when it is put back', async () => {
    const before = await startService();
    const { directory } = before;
    const admin = await signIn(before.url);
    await register(admin, [{ id: 'yt-chem/GD-1' }]);
    const first = await connectGateway(before.mqttUrl, GATEWAY);
    await publish(first, GATEWAY, { point: 'GD-1', at: Date.now(), value: 1 });
    await first.endAsync();
    await before.stop();

    for (const store of ['state', 'readings']) {
      const file = join(directory, `${store}.db`);
      cpSync(file, `${file}.kept`);
      for (const end of ['-wal', '-shm']) rmSync(`${file}${end}`, { force: true });
      writeFileSync(file, 'x'.repeat(readFileSync(file).length));
    }
    const damaged = await startService({ directory, ports: before.ports });
    const health = async () => (await (await fetch(`${damaged.url}/readyz`)).json()) as Health;
    const { parts } = await eventually('both are told', async () => {
      const told = await health();
      return told.parts.readings.state === 'degraded' && told;
    });
    for (const store of ['state', 'readings']) {
      expect(parts[store].state).toBe('degraded');
      expect(parts[store].detail).toContain(`${join(directory, `${store}.db`)} cannot be used: file is not a database`);
      expect(parts[store].detail).toContain('put it back from a backup');
    }
    const gateway = await connectGateway(damaged.mqttUrl, GATEWAY);
    await publish(gateway, GATEWAY, { point: 'GD-1', at: Date.now(), value: 90 });

    for (const store of ['state', 'readings']) {
      const file = join(directory, `${store}.db`);
      writeFileSync(file, readFileSync(`${file}.kept`));
    }
    await eventually('both are well again', async () => {
      const told = await health();
      return told.parts.state.state === 'ok' && told.parts.readings.state === 'ok';
    });
    const again = await signIn(damaged.url);
    const shown = (await again.get<{ items: { key: string }[] }>('/alerts')).body.items;
    expect(shown.map(({ key }) => key)).not.toEqual([]);
    await eventually('the alarm is in the history', async () => (await again.events()).length > 0);
    await gateway.endAsync();
    await damaged.stop();
  });

  it('may be a folder in its place too', async () => {
    const before = await startService();
    await before.stop();
    for (const store of ['state', 'readings']) {
      for (const end of ['', '-wal', '-shm']) rmSync(join(before.directory, `${store}.db${end}`), { force: true });
      mkdirSync(join(before.directory, `${store}.db`));
    }
    const service = await startService({ directory: before.directory });
    await service.stop();
  });

  it('may be the database of another program, in which no table is made', async () => {
    const before = await startService();
    await before.stop();
    const foreign = () => new Libsql(join(before.directory, 'state.db'));
    for (const end of ['', '-wal', '-shm']) rmSync(join(before.directory, `state.db${end}`), { force: true });
    const made = foreign();
    made.exec('CREATE TABLE invoices (number INTEGER)');
    made.close();
    const service = await startService({ directory: before.directory });
    const { parts } = (await (await fetch(`${service.url}/readyz`)).json()) as Health;
    expect(parts.state.state).toBe('degraded');
    expect(parts.state.detail).toContain('state.db cannot be used: it is a database of another program');
    await service.stop();
    const after = foreign();
    const tables = after.prepare('SELECT name FROM sqlite_master').all() as { name: string }[];
    after.close();
    expect(tables.map(({ name }) => name)).toEqual(['invoices']);
  });

  it('may be the other store, put back under the wrong name', async () => {
    const before = await startService();
    const { directory } = before;
    await before.stop();
    const [state, readings, kept] = ['state.db', 'readings.db', 'kept.db'].map((name) => join(directory, name));
    renameSync(state, kept);
    renameSync(readings, state);
    renameSync(kept, readings);
    const service = await startService({ directory });
    const { parts } = (await (await fetch(`${service.url}/readyz`)).json()) as Health;
    for (const [part, file] of [
      ['state', state],
      ['readings', readings],
    ])
      expect(parts[part].detail).toContain(`${file} cannot be used: it is another store`);
    await service.stop();
  });
});
