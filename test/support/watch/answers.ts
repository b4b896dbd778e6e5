// An answer holds until something new is said, and nothing sounds without being new: each sound has a fact of its own, an
// alert that began, a grade that rose, a point that joined, sight that was lost.
import type { Input } from '../../../src/engine/input.ts';
import type { Alert, AlertPoint, Transition } from '../../../src/model/alert.ts';
import { gradeOf } from '../../../src/model/grade.ts';
import type { PlantDay, Watch } from '../day/plant-day.ts';
import { wrong } from './facts.ts';

/** After these an alert may be unanswered that was answered. */
const NEWS = new Set([
  'raised',
  're-raised',
  'worse-grade',
  'new-point',
  'went-blind',
  'missed-excursion',
  'limit-changed',
]);

export class Answers implements Watch {
  private readonly newest = new Map<string, Alert>();
  looked = 0;

  after(day: PlantDay, input: Input): void {
    for (const transition of day.out.transitions) {
      const { alert, annunciate, change, to } = transition;
      const before = this.newest.get(alert.id);
      this.newest.set(alert.id, alert);
      const say = (said: string) => wrong(day, input, `${change} of ${alert.key}: ${said}`);
      if (alert.acked && before?.acked !== true && change !== 'acknowledged') say('nobody answered it');
      if (before?.acked === true && !alert.acked && !NEWS.has(change)) say('the answer is gone, and nothing is new');
      if (change === 'acknowledged' && input.kind !== 'command') say('answered without a person');
      if (!annunciate) continue;
      this.looked++;
      if (to !== 'unacknowledged') say(`sounds in state ${to}`);
      if (!hasNews(transition, before)) say('sounds, and nothing is new');
    }
  }
}

const nameOf = ({ id, rule }: AlertPoint): string => `${id} ${rule}`;

function hasNews({ change, alert }: Transition, before: Alert | undefined): boolean {
  const was = new Map(before?.points.map((point) => [nameOf(point), point]));
  switch (change) {
    case 'raised':
      return before === undefined;
    case 're-raised':
      return before !== undefined && !before.active && alert.activations === before.activations + 1;
    case 'worse-grade':
      return gradeOf(alert.grade) > gradeOf(before?.grade ?? 'none');
    case 'new-point':
      return alert.points.some((point) => point.active && was.get(nameOf(point))?.active !== true);
    case 'went-blind':
      return alert.points.some((point) => point.held && was.get(nameOf(point))?.held !== true);
    default:
      return false;
  }
}
