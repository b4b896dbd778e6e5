/**
 * The language of the screen, and how a part of it keeps its words: both languages together, beside the part. What only one
 * part says stands in that part's `words.ts`; what many say stands in this folder.
 */
import type { ReadonlySignal } from '@preact/signals';
import { computed, signal } from '@preact/signals';

export type Language = 'zh' | 'en';

export const language = signal<Language>('zh');

/** What somebody has chosen here before; of who has chosen nothing, the browser's: Chinese of any kind, else English. */
export function firstLanguage(chosen: string | null, ofBrowser: string): Language {
  if (chosen === 'zh' || chosen === 'en') return chosen;
  return /^zh\b/i.test(ofBrowser) ? 'zh' : 'en';
}

/** The words of one part in the language of the screen. Chinese gives the shape: a word that English lacks does not compile. */
export function bilingual<Words extends object>(both: {
  readonly zh: Words;
  readonly en: NoInfer<Words>;
}): ReadonlySignal<Words> {
  return computed(() => both[language.value]);
}
