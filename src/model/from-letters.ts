/**
 * Steps from JSON in which the letters of the ladder stood for the class of a source to JSON that says it in words, for each
 * shape that carries grading steps. They know old data only; which shape has which steps stands in upcast.ts.
 */
import type { Fields, ShapeStep } from './from-0.1.0.ts';
import type { SourceClass } from './source.ts';
import { alarmClassOf } from './source.ts';

/** What stood in a registry item, or behind a grading step. */
function worded(fields: Fields): Fields {
  const { class: letter, ...rest } = fields;
  return letter === undefined ? fields : { ...rest, alarmClass: alarmClassOf(letter as SourceClass) };
}

const detailWorded = (item: Fields): Fields =>
  item.detail === undefined ? item : { ...item, detail: worded(item.detail as Fields) };

const eachWorded = (items: unknown) => (items as readonly Fields[] | undefined)?.map(detailWorded);

export const wordClasses: ShapeStep = (old) => ({ ...old, reasons: eachWorded(old.reasons) });

/** The record of an open alert keeps the details of what the engine contributed beside the reasons made of them. */
export const wordClassesOfRecord: ShapeStep = (old) => ({
  ...old,
  reasons: eachWorded(old.reasons),
  points: eachWorded(old.points),
});

export const wordClassesOfEvidence: ShapeStep = (old) => {
  const { grading, result } = old as { grading: Fields; result: Fields };
  return {
    ...old,
    grading: { ...grading, contributors: eachWorded(grading.contributors) },
    result: { ...result, reasons: eachWorded(result.reasons) },
  };
};

export const wordClassOfLoosening: ShapeStep = (old) => {
  if (old.field !== 'class') return old;
  const word = (letter: unknown) => alarmClassOf(letter as SourceClass);
  return { ...old, field: 'alarmClass', from: word(old.from), to: word(old.to) };
};

/** Changes of one item, field by field, before and after. */
export function wordClassOfFields(fields: Fields): Fields {
  const { class: change, ...rest } = fields as Record<string, Readonly<Record<string, SourceClass>>>;
  if (change === undefined) return fields;
  const words = Object.entries(change).map(([side, letter]) => [side, alarmClassOf(letter)]);
  return { ...rest, alarmClass: Object.fromEntries(words) as Fields };
}
