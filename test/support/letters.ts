// Looks for the letters that the ladder has for the class of a source in anything that leaves the service: they run the
// other way round where enterprises are rated A to D, so nobody outside may ever read one.

const LETTER = /^[A-D]$/;
/** `class A`, `class: "B"`, `sourceClass=C`, in a text for people. */
const IN_WORDS = /class["']?\s*(?:is|=|:)?\s*["']?[A-D]\b/i;
/** The rating of an enterprise by its authority is a letter by itself, under its own name. */
const RATING = 'enterpriseRiskLevel';

/** Where in the value a letter of the ladder stands, by path; empty where none does. */
export function lettersIn(value: unknown, path = ''): string[] {
  if (typeof value === 'string') return IN_WORDS.test(value) ? [`${path}: ${value}`] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const here = `${path}.${key}`;
    const isOfClass = /class/i.test(here.replaceAll(RATING, ''));
    if (isOfClass && typeof item === 'string' && LETTER.test(item)) return [`${here}: ${item}`];
    return lettersIn(item, here);
  });
}
