/**
 * The cases of packs, each played by itself through the engine and held against what its pack expects. Every difference of every
 * case, where it stands in the pack. It reads no file.
 */
import type { DurationMs } from '../../model/time.ts';
import type { Expectation, PackCase } from '../../rules/packs/cases-definition.ts';
import type { Pack } from '../../rules/packs/definition.ts';
import type { Path, Places } from '../../rules/packs/told.ts';
import { placed } from '../../rules/packs/told.ts';
import type { SentReading } from './plant.ts';
import { idOf, plantOf } from './plant.ts';
import { Play } from './play.ts';
import { differences } from './seen.ts';

/** A Thursday, 08:00 in Yancheng: any round instant does where a case names none. */
const START = Date.parse('2026-01-15T08:00:00+08:00');

/** Where the cases of a pack stand. */
export interface CaseText {
  readonly places: Places;
  pathOf(item: object): Path;
}

/** Errors and differences of one pack's cases, none where all of them hold. `packs`: all that are in force. */
export function casesFail(pack: Pack, packs: readonly Pack[], text: CaseText): string[] {
  return pack.cases.flatMap((story) => caseFails(story, packs, text));
}

function caseFails(story: PackCase, packs: readonly Pack[], { places, pathOf }: CaseText): string[] {
  const path = pathOf(story);
  const told = (at: Path, words: string): string => placed(places, [...path, ...at], `case ${story.name}: ${words}`);
  const unknown = unknownTags(story);
  if (unknown.length > 0)
    return unknown.map(({ at, tag }) => told(at, `there is no point ${tag}; there are ${listOf(story)}`));
  const built = plantOf(story, packs, places, path);
  if (!built.ok) return [...built.errors];
  const play = new Play(story.start === undefined ? START : Date.parse(story.start));
  const { errors, pending } = play.register(built.plant.change);
  if (errors.length > 0) return errors.map((error) => told([], error));
  if (pending.length > 0)
    return pending.map(({ item, field }) =>
      told([], `${item}: ${field} is looser than the pack: it would wait for a second person, and is not in force`),
    );
  return played(play, story, built.plant.sent).map(({ at, words }) => told(at, words));
}

interface Found {
  readonly at: Path;
  readonly words: string;
}

interface Happening {
  readonly at: DurationMs;
  /** What comes first of what happens at one instant. */
  readonly order: number;
  happen(): readonly Found[];
}

const GATEWAYS = 0;
const READINGS = 1;
const ACTS = 2;
const LOOKS = 3;
const NOTHING: readonly Found[] = [];

/** Everything in order of time. */
function played(play: Play, story: PackCase, sent: readonly SentReading[]): Found[] {
  const happenings = [
    ...absences(play, story),
    ...messages(play, story, sent),
    ...acts(play, story),
    ...looks(play, story.expect),
  ];
  happenings.sort((a, b) => a.at - b.at || a.order - b.order);
  return happenings.flatMap(({ happen }) => happen());
}

function absences(play: Play, { offline = {} }: PackCase): Happening[] {
  return Object.entries(offline).flatMap(([id, times]) =>
    times.map((at, i) => ({
      at,
      order: GATEWAYS,
      happen() {
        const gateway = play.state.registry.gatewayNumbers.get(idOf(id));
        if (gateway === undefined) return [{ at: ['offline', id], words: `no point is behind a gateway ${id}` }];
        play.gateway(gateway, i === 1, at);
        return NOTHING;
      },
    })),
  );
}

/** One message for each gateway and instant; nothing of a gateway that is away. */
function messages(play: Play, { offline = {} }: PackCase, sent: readonly SentReading[]): Happening[] {
  const { registry } = play.state;
  const away = (id: string, at: DurationMs): boolean => {
    const [from, to = Number.POSITIVE_INFINITY] = offline[id] ?? [Number.POSITIVE_INFINITY];
    return at >= from && at < to;
  };
  const together = new Map<string, SentReading[]>();
  for (const reading of sent) {
    const [gateway] = registry.publishers[registry.pointNumbers.get(idOf(reading.tag))!];
    if (away(registry.gateways[gateway].id, reading.at)) continue;
    const key = `${reading.at} ${gateway}`;
    const message = together.get(key);
    if (message === undefined) together.set(key, [reading]);
    else message.push(reading);
  }
  return [...together].map(([key, readings]) => {
    const [at, gateway] = key.split(' ').map(Number);
    return {
      at,
      order: READINGS,
      happen() {
        play.readings(gateway, readings, at);
        return NOTHING;
      },
    };
  });
}

function acts(play: Play, story: PackCase): Happening[] {
  return (story.acts ?? []).map(({ at, do: kind, hazard }, i) => ({
    at,
    order: ACTS,
    happen() {
      play.passTo(at);
      const alerts = [...play.state.book.open].filter(({ group }) => hazard === undefined || group.hazard === hazard);
      const codes = alerts.map(({ id }) => play.command(kind, id, at));
      return codes.includes('applied') ? NOTHING : [{ at: ['acts', i], words: `nothing to ${kind}: ${codes.join()}` }];
    },
  }));
}

function looks(play: Play, expected: readonly Expectation[]): Happening[] {
  return expected.map((one, i) => ({
    at: one.at,
    order: LOOKS,
    happen() {
      play.passTo(one.at);
      return differences(play, one).map(({ key, words }) => ({
        at: ['expect', i, key],
        words: `at ${timeInWords(one.at)}: ${key}: ${words}`,
      }));
    },
  }));
}

/** Tags that an expectation names and that no point has. */
function unknownTags({ points, expect }: PackCase): { readonly at: Path; readonly tag: string }[] {
  return expect.flatMap((one, i) => {
    const named = (['level', 'rules', 'quality', 'value'] as const).flatMap((key) =>
      Object.keys(one[key] ?? {}).map((tag) => ({ at: ['expect', i, key, tag], tag })),
    );
    const listed = (one.points ?? []).map((tag, k) => ({ at: ['expect', i, 'points', k], tag }));
    return [...named, ...listed].filter(({ tag }) => !(tag in points));
  });
}

const listOf = ({ points }: PackCase): string => Object.keys(points).join(', ');

/** `1d2h`, `5m10s`. */
function timeInWords(ms: DurationMs): string {
  const units = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1_000],
  ] as const;
  let rest = ms;
  const words = units.map(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count === 0 ? '' : `${count}${unit}`;
  });
  return words.join('') || '0s';
}
