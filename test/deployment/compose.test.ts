// What an operator starts first: nothing of it may be reachable from outside, change by itself or have a known password.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

type Service = {
  image: string;
  ports: string[];
  volumes: string[];
  environment: Record<string, string>;
  healthcheck?: unknown;
};
const compose = parse(readFileSync('docker-compose.yml', 'utf8')) as { services: Record<string, Service> };
const services = Object.entries(compose.services);

describe('docker-compose.yml', () => {
  it('starts broker, readings store and service', () => {
    expect(Object.keys(compose.services).sort()).toEqual(['fenghuo', 'influxdb', 'mosquitto']);
  });

  it.each(services)('%s binds to loopback, is pinned and keeps its data', (_, service) => {
    expect(service.ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
    expect(service.image).toMatch(/:\d+\.\d+\.\d+$/);
    expect(service.volumes.join()).toContain('-data:');
  });

  it.each(services)('%s has no password of its own', (_, { environment }) => {
    const secrets = Object.entries(environment).filter(([name]) => /PASSWORD|TOKEN/.test(name));
    expect(secrets.length).toBeGreaterThan(0);
    expect(secrets.filter(([, value]) => !/^\$\{FENGHUO_\w+(:\?.+)?\}$/.test(value))).toEqual([]);
  });

  it('sets only what the service knows', () => {
    const known = new Set(readFileSync('src/app/config.ts', 'utf8').match(/FENGHUO_\w+/g));
    const image = readFileSync('Dockerfile', 'utf8').match(/FENGHUO_\w+(?==)/g) ?? [];
    const names = [...image, ...Object.keys(compose.services.fenghuo.environment)];
    expect(image.length).toBeGreaterThan(0);
    expect(names.filter((name) => !known.has(name))).toEqual([]);
  });

  it('watches the health of every part', () => {
    const dockerfile = readFileSync('Dockerfile', 'utf8');
    expect(dockerfile).toMatch(/HEALTHCHECK[\s\S]+\/healthz/);
    expect(dockerfile).toMatch(/^USER node$/m);
    expect(services.filter(([name, service]) => !service.healthcheck && name !== 'fenghuo')).toEqual([]);
  });
});
