/** Entry of the thread that reads the packs once and ends. */
import { parentPort, workerData } from 'node:worker_threads';
import { giveWay } from '../../store/thread/give-way.ts';
import type { AskedPacks } from './read-packs.ts';
import { readPacksHere } from './read-packs.ts';

giveWay();
parentPort?.postMessage(readPacksHere(workerData as AskedPacks));
