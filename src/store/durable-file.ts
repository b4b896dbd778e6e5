/**
 * A small file that is replaced whole and durably: written beside itself, synced, renamed. After a crash it holds the old
 * text or the new one, never half of one. It knows no format.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, writeFileSync } from 'node:fs';
import { mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Resolves when the text is on the disk under this name. Calls for one file must follow one another. */
export async function replaceFile(file: string, text: string): Promise<void> {
  const folder = dirname(file);
  await mkdir(folder, { recursive: true });
  const beside = `${file}.new`;
  const handle = await open(beside, 'w');
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(beside, file);
  // Windows has no directory sync; its file system journals names by itself.
  if (process.platform === 'win32') return;
  const names = await open(folder, 'r');
  try {
    await names.sync();
  } finally {
    await names.close();
  }
}

/** The same for a process that is about to end: on the disk when it returns. */
export function replaceFileNow(file: string, text: string): void {
  const folder = dirname(file);
  mkdirSync(folder, { recursive: true });
  const beside = `${file}.new`;
  writeFileSync(beside, text, { flush: true });
  renameSync(beside, file);
  if (process.platform === 'win32') return;
  const names = openSync(folder, 'r');
  try {
    fsyncSync(names);
  } finally {
    closeSync(names);
  }
}
