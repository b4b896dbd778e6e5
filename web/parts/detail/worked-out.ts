/**
 * What a rule that looks at more than one reading has worked out, in words: the rate of a change, how fast a slope creeps and
 * until when, what is unlike the reference. It computes nothing; a number that the service did not record is not said.
 */
import type { AlertPoint } from '../../live/alert-list.ts';
import { pointById } from '../../live/registry.ts';
import { rateText } from '../alert/alert-text.ts';
import { duration, numberText, valueWithUnit } from '../format.ts';
import { workedOutWords } from './worked-out-words.ts';

const DAY_MS = 86_400_000;

type Numbers = Readonly<Record<string, number>>;

export function workedOutText(point: AlertPoint): string {
  const numbers = point.numbers ?? {};
  switch (point.rule.replace(/-red$/, '')) {
    case 'rate-of-change':
      return rateText(point);
    case 'run-away':
    case 'inverse-velocity':
      return [creepText(point, numbers, numbers.backgroundPerDay), failureText(numbers)].filter(Boolean).join(' · ');
    case 'tangent-angle':
      return [angleText(numbers), creepText(point, numbers, numbers.constantPerDay)].filter(Boolean).join(' · ');
    case 'band':
      return bandText(point, numbers);
    case 'novelty':
      return noveltyText(point, numbers);
    default:
      return '';
  }
}

const unitOf = ({ id }: AlertPoint): string => pointById(id)?.unit ?? '';

function creepText(point: AlertPoint, { velocityPerDay }: Numbers, usual: number | undefined): string {
  if (velocityPerDay === undefined) return '';
  const { perDay, usually } = workedOutWords.value;
  const speed = (value: number): string => perDay(valueWithUnit(value, unitOf(point)));
  return usual === undefined ? speed(velocityPerDay) : usually(speed(velocityPerDay), speed(usual));
}

function failureText({ timeToFailureMs, daysToFailure }: Numbers): string {
  const ms = timeToFailureMs ?? (daysToFailure === undefined ? undefined : daysToFailure * DAY_MS);
  return ms === undefined ? '' : workedOutWords.value.failure(duration(ms));
}

function angleText({ angleDeg }: Numbers): string {
  return angleDeg === undefined ? '' : workedOutWords.value.angle(numberText(angleDeg));
}

/** Of level, drift and spread those that lie above their limit: by how much of it. */
function bandText(point: AlertPoint, numbers: Numbers): string {
  const words = workedOutWords.value;
  const above = (['level', 'drift', 'spread'] as const).flatMap((name) => {
    const [value, limit] = [numbers[name], numbers[`${name}Limit`]];
    return value !== undefined && limit !== undefined && value > limit
      ? [`${words.band[name]} ${words.atMost(numberText(value), numberText(limit))}`]
      : [];
  });
  if (above.length === 0) return '';
  const { referenceMean: mean, referenceSd: sd } = numbers;
  const reference =
    mean === undefined || sd === undefined
      ? ''
      : words.reference(valueWithUnit(mean, unitOf(point)), valueWithUnit(sd, unitOf(point)));
  return [above.join(words.comma), reference].filter(Boolean).join(' · ');
}

function noveltyText(point: AlertPoint, { location, scale }: Numbers): string {
  if (location === undefined || scale === undefined) return '';
  return workedOutWords.value.novelty(valueWithUnit(location, unitOf(point)), valueWithUnit(scale, unitOf(point)));
}
