// The epoch of the transition numbers: kept with the data, new when numbers of two lives could be taken for one.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openEpoch } from '../../src/app/sequencer/epoch.ts';

const unexpected = (error: unknown): never => {
  throw error;
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fenghuo-epoch-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('is the same at every start, and another one when the numbers broke', () => {
  const first = openEpoch(folder, false, unexpected);
  expect(openEpoch(folder, false, unexpected)).toBe(first);
  const second = openEpoch(folder, true, unexpected);
  expect(second).not.toBe(first);
  expect(openEpoch(folder, false, unexpected)).toBe(second);
});

it.each(['', '\n'])('left empty by a crash (%j) it is made anew and kept', (left) => {
  writeFileSync(join(folder, 'epoch'), left);
  const made = openEpoch(folder, false, unexpected);
  expect(made).toMatch(/^[\w-]{36}$/);
  expect(readFileSync(join(folder, 'epoch'), 'utf8').trim()).toBe(made);
});

it('that cannot be read or written is told, and the start has one of its own', () => {
  mkdirSync(join(folder, 'epoch'));
  const told: unknown[] = [];
  expect(openEpoch(folder, false, (error) => told.push(error))).toMatch(/^[\w-]{36}$/);
  expect(told.map(String)).toEqual([expect.stringContaining(join(folder, 'epoch')), expect.stringContaining('epoch')]);
});
