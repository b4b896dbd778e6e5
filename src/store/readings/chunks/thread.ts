/**
 * Entry of the thread that has the chunks. The gaps stay with the thread that judges: they are in small files of their own, and
 * must be known while this one hangs.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { giveWay } from '../../thread/give-way.ts';
import type { Hearing } from '../../thread/serve.ts';
import { serve } from '../../thread/serve.ts';
import { chunkCalls } from './calls.ts';
import type { ChunkOptions } from './open-chunks.ts';
import { openChunks } from './open-chunks.ts';

giveWay();
serve(parentPort as Hearing, () => {
  const store = openChunks(workerData as Pick<ChunkOptions, 'file'>);
  return { parts: { chunks: chunkCalls(store) }, welcome: store.position(), close: () => store.close() };
});
