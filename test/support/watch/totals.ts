// What the book keeps counted, counts, breadth, floors, ranks, foremost points, is what counting anew gives: a book that was
// written out and read back, which counts everybody again, shows the same alerts and totals. So is how many points each
// gateway, and our own link, has taken the sight of.
import { Book } from '../../../src/alerts/book.ts';
import type { Input } from '../../../src/engine/input.ts';
import { BY_LINK, FIRST_GATEWAY } from '../../../src/engine/observers.ts';
import { GRADE_NAMES } from '../../../src/model/grade.ts';
import type { PlantDay, Watch } from '../day/plant-day.ts';
import { wrong } from './facts.ts';

export class Totals implements Watch {
  after(day: PlantDay, input: Input): void {
    this.blinded(day, input);
    if (day.out.transitions.length === 0 && input.kind !== 'resumed') return;
    const { book } = day.state;
    const again = Book.load(JSON.parse(JSON.stringify(book.encode())));
    if (JSON.stringify(again.encode()) !== JSON.stringify(book.encode())) wrong(day, input, 'the book is another one');
    const counts = book.counts();
    if (JSON.stringify(again.counts()) !== JSON.stringify(counts)) wrong(day, input, 'its counts are others');
    const open = [...book.open];
    const byGrade = open.filter(({ grade }) => GRADE_NAMES[grade] === 'red').length;
    if (counts.open !== open.length || counts.byGrade.red !== byGrade) wrong(day, input, 'it does not count its list');
    for (const { id } of open) {
      const shown = JSON.stringify(book.view(id, () => ({}), 0));
      const counted = JSON.stringify(again.view(id, () => ({}), 0));
      if (shown !== counted) wrong(day, input, `${id} is shown as ${shown}, counted anew ${counted}`);
    }
  }

  private blinded(day: PlantDay, input: Input): void {
    const { state } = day;
    const { points, gateways } = state.registry;
    for (const cause of [BY_LINK, ...gateways.map((_, gateway) => FIRST_GATEWAY + gateway)]) {
      for (const exercise of [false, true]) {
        const kept = state.coverage.blindedBy(state, cause, exercise);
        const lost = points.filter(
          (point, number) => state.points.col.lostBy[number] === cause && (point.exercise === true) === exercise,
        );
        if (kept !== lost.length) wrong(day, input, `${cause} blinds ${kept}, counted anew ${lost.length}`);
      }
    }
  }
}
