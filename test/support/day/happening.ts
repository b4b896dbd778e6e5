// One thing that happens on a day, in words and as what it does to the plant. Shapes only.
import type fc from 'fast-check';
import type { PlantDay } from './plant-day.ts';

export interface Happening {
  readonly said: string;
  readonly happens: (day: PlantDay) => void;
}
export type Happenings = fc.Arbitrary<Happening>;

export function happening(said: string, happens: (day: PlantDay) => void): Happening {
  return { said, happens };
}
