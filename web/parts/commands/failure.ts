/** That a command was not carried out, and why, in one sentence. */
import { personName } from '../../live/registry.ts';
import type { Failure } from '../../live/state.ts';
import { errorWords } from '../../words/errors.ts';
import { commandWords } from './words.ts';

export function failureText({ kind, code, by }: Failure): string {
  const { failed, because } = commandWords.value;
  return because(failed[kind], errorWords.value[code], by === undefined ? '' : personName(by));
}
