/** Configuration: defaults need no file, every error is told at once by its key, nothing unknown is passed over. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/app/config.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const folder = join(import.meta.dirname, 'fixtures');
const fixture = (name: string) => join(folder, name);
const names = (ending: string) => readdirSync(folder).filter((name) => name.endsWith(ending));

function errorsOf(env: Record<string, string>, file?: string): readonly string[] {
  const loaded = loadConfig(env, file);
  return loaded.ok ? [] : loaded.errors;
}

function configOf(env: Record<string, string>, file?: string) {
  const loaded = loadConfig(env, file);
  if (!loaded.ok) throw new Error(loaded.errors.join('\n'));
  return loaded.config;
}

describe('a configuration file', () => {
  it.each(names('.good.yaml'))('%s is taken', (name) => {
    expect(errorsOf({}, fixture(name))).toEqual([]);
  });

  it.each(names('.bad.yaml'))('%s is refused', (name) => {
    expect(errorsOf({}, fixture(name))).not.toEqual([]);
  });

  it('names the packs in force, in the file or in the environment', () => {
    expect(configOf({}).packs).toBeUndefined();
    expect(configOf({ FENGHUO_PACKS: 'coal-mine, tailings-pond' }).packs).toEqual(['coal-mine', 'tailings-pond']);
    expect(errorsOf({ FENGHUO_PACKS: 'coal-mine,' })).toEqual([expect.stringMatching(/^packs.1: Too small/)]);
  });

  it('may leave everything out', () => {
    expect(configOf({}, fixture('empty.good.yaml'))).toEqual({
      // Messages name it to somebody who is in another folder.
      dataDir: resolve('data'),
      host: '127.0.0.1',
      http: { port: 8080, secure: false, trustProxy: false },
      mqtt: { port: 1883, clientId: 'fenghuo' },
      log: { segmentMiB: 64, reserveMiB: 256, archiveDays: 30 },
      history: { retainDays: 1_095, fleetingDays: 90 },
      readings: { retentionDays: 1_095 },
      snapshotSeconds: 60,
      timezone: 'Asia/Shanghai',
      logLevel: 'info',
    });
    expect(configOf({}, fixture('partly.good.yaml')).http).toMatchObject({ port: 9090, secure: false });
  });

  it('says everything that is wrong with it at once, each error by its key', () => {
    const errors = errorsOf({}, fixture('everything.bad.yaml'));
    const keys = [
      'http.port',
      'http.secure',
      'mqtt.url',
      'mqtt.tls.certFile',
      'mqtt.tls.keyFile',
      'influx.url',
      'influx.org',
      'influx.bucket',
      'log.segmentMiB',
      'history.retainDays',
      'readings.retentionDays',
      'snapshotSeconds',
      'timezone',
      'adminPassword',
      'logLevel',
    ];
    for (const key of keys) expect(errors.filter((error) => error.startsWith(`${key}: `))).toHaveLength(1);
    const unknown = errors.filter((error) => /datadir|colour/.test(error));
    expect(unknown).toHaveLength(2);
    expect(errors).toHaveLength(keys.length + 2);
  });

  it('that is not there is an error when it was asked for', () => {
    expect(errorsOf({}, fixture('missing.yaml'))[0]).toMatch('missing.yaml: ');
    expect(errorsOf({}, fixture('list.bad.yaml'))[0]).toMatch('must hold settings');
    const torn = join(temporaryDirectory(), 'torn.yaml');
    writeFileSync(torn, 'http: { port: 1\n');
    expect(errorsOf({}, torn)[0]).toMatch('torn.yaml: ');
  });

  it('is the one that FENGHUO_CONFIG names, unless another is asked for', () => {
    const env = { FENGHUO_CONFIG: fixture('partly.good.yaml') };
    expect(configOf(env).http.port).toBe(9090);
    expect(configOf(env, fixture('empty.good.yaml')).http.port).toBe(8080);
    expect(errorsOf({ FENGHUO_CONFIG: fixture('missing.yaml') })[0]).toMatch('missing.yaml: ');
  });

  it('is called by its own name, whatever that is', () => {
    expect(errorsOf({}, fixture('everything.bad.yaml')).join()).not.toMatch('fenghuo.yaml');
  });
});

describe('the environment', () => {
  it('overrides the file, text, number and yes-no', () => {
    const env = {
      FENGHUO_DATA_DIR: '/data',
      FENGHUO_HTTP_PORT: '0',
      FENGHUO_HTTP_SECURE: 'false',
      FENGHUO_MQTT_URL: 'mqtt://broker:1883',
      FENGHUO_INFLUX_API: 'v1',
      FENGHUO_LOG_RESERVE_MIB: '0',
    };
    const config = configOf(env, fixture('whole.good.yaml'));
    expect(config).toMatchObject({
      dataDir: '/data',
      http: { port: 0, secure: false, trustProxy: true },
      mqtt: { url: 'mqtt://broker:1883', clientId: 'fenghuo-2' },
      influx: { api: 'v1', org: 'safety' },
      log: { reserveMiB: 0, segmentMiB: 32 },
    });
  });

  it('is checked like the file, and together with it', () => {
    const env = {
      FENGHUO_HTTP_PORT: 'eighty',
      FENGHUO_HTTP_SECURE: 'yes',
      FENGHUO_SNAPSHOT_SECONDS: '2',
      FENGHUO_HOST: '',
    };
    const errors = errorsOf(env, fixture('empty.good.yaml'));
    expect(errors).toEqual(
      [
        'FENGHUO_HTTP_SECURE: "yes" is not true or false',
        'FENGHUO_HTTP_PORT: "eighty" is not a whole number',
        expect.stringMatching(/^snapshotSeconds: /),
      ].sort((a, b) => order(a) - order(b)),
    );
    function order(error: unknown): number {
      return ['FENGHUO_HTTP_PORT', 'FENGHUO_HTTP_SECURE'].findIndex((name) => String(error).startsWith(name)) + 1 || 9;
    }
  });

  it('may hold no FENGHUO_ name that nobody knows', () => {
    const [error] = errorsOf({ FENGHUO_HTTP_PROT: '1', PATH: '/bin' });
    expect(error).toMatch(/^FENGHUO_HTTP_PROT: no such setting; known are .*FENGHUO_HTTP_PORT/);
  });

  it('does not make half an InfluxDB out of a token', () => {
    expect(errorsOf({ FENGHUO_INFLUX_TOKEN: 'x' })[0]).toMatch(/^influx\.url: /);
  });

  it('does not start with an InfluxDB 2 that would refuse every write for want of an organisation', () => {
    const url = { FENGHUO_INFLUX_URL: 'http://influx:8086' };
    expect(errorsOf(url)).toEqual([expect.stringMatching(/^influx\.org: .*api v2.*FENGHUO_INFLUX_ORG/)]);
    expect(errorsOf({ ...url, FENGHUO_INFLUX_ORG: 'plant' })).toEqual([]);
    expect(errorsOf({ ...url, FENGHUO_INFLUX_API: 'v1' })).toEqual([]);
    expect(errorsOf({ FENGHUO_INFLUX_URL: 'ftp://x', FENGHUO_INFLUX_ORG: 'plant' })).toEqual([
      expect.stringMatching(/^influx\.url: .*http:/),
    ]);
  });
});
