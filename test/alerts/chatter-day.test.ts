// What comes and goes many times in a short time, as the alert list has it: one row, heard once.
import { describe, expect, it } from 'vitest';
import { CHATTER_MS } from '../../src/alerts/condition/chatter.ts';
import { expected, GAS, GATEWAY_OFFLINE, play } from './scenario.ts';

type Options = Parameters<typeof play>[1];

function day(title: string, table: string, options?: Options): void {
  it(title, () => expect(play(table, options)).toBe(expected(table)));
}

const GATEWAY = { group: GATEWAY_OFFLINE, points: { chatterMs: CHATTER_MS } };

describe('a device alarm that chatters', () => {
  day(
    'is the same alert each time; its answer covers what comes within ten minutes of the end, and it is over after them',
    `
    08:00 | gw1 H                     | raised unacknowledged blue ♪
    08:01 | enterprise ack            | acknowledged acknowledged blue
    08:02 | gw1 clear                 | cleared normal blue
    08:11 | gw1 H                     | re-raised acknowledged blue
    08:12 | gw1 clear                 | cleared normal blue
    08:21 | gw1 H                     | re-raised acknowledged blue
    08:22 | gw1 clear                 | cleared normal blue
    08:31:59 | wait                   | -
    08:32 | wait                      | closed normal blue
    08:33 | gw1 H                     | raised unacknowledged blue ♪
    `,
    GATEWAY,
  );
  day(
    'goes on asking while nobody has answered, and is heard once; a blue one is over unanswered',
    `
    08:00 | gw1 H                     | raised unacknowledged blue ♪
    08:02 | gw1 clear                 | cleared returned-unacknowledged blue
    08:03 | gw1 H                     | re-raised unacknowledged blue
    08:04 | gw1 clear                 | cleared returned-unacknowledged blue
    08:14 | wait                      | closed returned-unacknowledged blue
    `,
    GATEWAY,
  );
  day(
    'may be answered while it is away',
    `
    08:00 | gw1 H                     | raised unacknowledged blue ♪
    08:02 | gw1 clear                 | cleared returned-unacknowledged blue
    08:03 | enterprise ack            | acknowledged normal blue
    08:04 | gw1 H                     | re-raised acknowledged blue
    08:05 | gw1 clear                 | cleared normal blue
    08:15 | wait                      | closed normal blue
    `,
    GATEWAY,
  );
});

describe('lost observers of a hazard', () => {
  const OF_SIGHT = { rule: 'coverage', chatterMs: CHATTER_MS };
  day(
    'of yellow grade are covered by their answer when they are lost again at once, and not after ten minutes',
    `
    08:00 | farm H                    | raised unacknowledged yellow ♪
    08:01 | enterprise ack            | acknowledged acknowledged yellow
    08:02 | farm clear                | cleared normal yellow
    08:03 | farm H                    | re-raised acknowledged yellow
    08:04 | farm clear                | cleared normal yellow
    08:14 | farm H                    | re-raised unacknowledged yellow ♪
    `,
    { group: GAS, points: { ...OF_SIGHT, fixedGrade: 2 } },
  );
  day(
    'the last one at a class-A source is covered for ten minutes from its answer, and heard again after them',
    `
    08:00 | farm H                    | raised unacknowledged orange ♪
    08:01 | enterprise ack            | acknowledged acknowledged orange
    08:02 | farm clear                | cleared normal orange
    08:03 | farm H                    | re-raised acknowledged orange
    08:05 | farm clear                | cleared normal orange
    08:10:59 | farm H                 | re-raised acknowledged orange
    08:11 | farm clear                | cleared normal orange
    08:12 | farm H                    | re-raised unacknowledged orange ♪
    08:13 | farm clear                | cleared returned-unacknowledged orange
    08:14 | farm H                    | re-raised unacknowledged orange
    08:18 | enterprise ack            | acknowledged acknowledged orange
    08:19 | farm clear                | cleared normal orange
    08:27 | farm H                    | re-raised acknowledged orange
    08:27:30 | farm clear             | cleared normal orange
    08:28 | farm H                    | re-raised unacknowledged orange ♪
    `,
    { group: { ...GAS, sourceClass: 'A' }, points: { ...OF_SIGHT, fixedGrade: 3 } },
  );
});

describe('a detector in alarm that loses its sight again and again', () => {
  day(
    'is heard the first time, and again once it was seen for ten minutes; that it is blind is told each time',
    `
    08:00 | GD-101 H                  | raised unacknowledged yellow ♪
    08:01 | GD-101 blind              | went-blind unacknowledged yellow ♪
    08:02 | enterprise ack            | acknowledged acknowledged yellow
    08:03 | GD-101 sees               | sight-restored acknowledged yellow
    08:04 | GD-101 blind              | went-blind acknowledged yellow
    08:05 | GD-101 sees               | sight-restored acknowledged yellow
    08:14:59 | GD-101 blind           | went-blind acknowledged yellow
    08:15 | GD-101 sees               | sight-restored acknowledged yellow
    08:25 | GD-101 blind              | went-blind unacknowledged yellow ♪
    `,
    { points: { persistenceMs: 86_400_000 } },
  );
  day(
    'covers nothing else: another detector, its own level and a worse grade are heard at once',
    `
    08:00 | GD-101 H                  | raised unacknowledged yellow ♪
    08:01 | GD-102 H                  | new-point unacknowledged yellow ♪
    08:02 | GD-101 blind              | went-blind unacknowledged yellow ♪
    08:03 | enterprise ack            | acknowledged acknowledged yellow
    08:04 | GD-101 sees               | sight-restored acknowledged yellow
    08:05 | GD-101 blind              | went-blind acknowledged yellow
    08:06 | GD-102 blind              | went-blind unacknowledged yellow ♪
    08:07 | enterprise ack            | acknowledged acknowledged yellow
    08:08 | GD-103 HH                 | worse-grade unacknowledged orange ♪
    08:09 | enterprise ack            | acknowledged acknowledged orange
    08:10 | GD-101 clear              | point-cleared acknowledged orange
    08:12 | GD-101 H                  | new-point unacknowledged orange ♪
    `,
    { points: { persistenceMs: 86_400_000 } },
  );
});
