import { describe, expect, it } from 'vitest';
import { Desk, expected, GAS, GATEWAY_OFFLINE, play } from './scenario.ts';

type Options = Parameters<typeof play>[1];

function day(title: string, table: string, options?: Options): void {
  it(title, () => expect(play(table, options)).toBe(expected(table)));
}

describe('an alarm from its raise to its end', () => {
  day(
    'is raised, acknowledged, returns, and is closed with its cause',
    `
    08:00 | GD-101 H                  | raised unacknowledged yellow ♪
    08:01 | enterprise ack            | acknowledged acknowledged yellow
    08:05 | GD-101 clear              | cleared normal yellow
    08:06 | enterprise close          | refused cause-required
    08:07 | enterprise close leak     | closed normal yellow
    08:08 | enterprise comment        | refused already-closed
    `,
  );
  day(
    'may return before anybody answered, and goes on asking',
    `
    08:00 | GD-101 H                  | raised unacknowledged yellow ♪
    08:05 | GD-101 clear              | cleared returned-unacknowledged yellow
    08:06 | enterprise close leak     | refused not-acknowledged
    08:07 | enterprise ack            | acknowledged normal yellow
    `,
  );
  day(
    'is raised again under the same id while it is not closed, and sounds again',
    `
    08:00 | GD-101 H                  | raised unacknowledged yellow ♪
    08:01 | enterprise ack            | acknowledged acknowledged yellow
    08:02 | GD-101 clear              | cleared normal yellow
    08:03 | GD-101 H                  | re-raised unacknowledged yellow ♪
    08:04 | GD-101 clear              | cleared returned-unacknowledged yellow
    08:05 | GD-101 H                  | re-raised unacknowledged yellow ♪
    `,
  );
  day(
    'of blue grade ends by itself once returned and acknowledged, in either order',
    `
    08:00 | GD-101 PRE                | raised unacknowledged blue ♪
    08:01 | enterprise ack            | acknowledged acknowledged blue
    08:05 | GD-101 clear              | cleared normal blue, closed normal blue
    09:00 | GD-101 PRE                | raised unacknowledged blue ♪
    09:05 | GD-101 clear              | cleared returned-unacknowledged blue
    09:06 | enterprise ack            | acknowledged normal blue, closed normal blue
    `,
  );
  day(
    'that once was yellow does not end by itself when it has become blue',
    `
    08:00 | GD-101 H                  | raised unacknowledged yellow ♪
    08:01 | enterprise ack            | acknowledged acknowledged yellow
    08:02 | enterprise verify         | verified acknowledged yellow
    08:03 | GD-101 PRE                | -
    08:14 | GD-101 good               | eased acknowledged blue
    08:20 | GD-101 clear              | cleared normal blue
    08:21 | enterprise close leak     | closed normal blue
    `,
    { points: { persistenceMs: 86_400_000 } },
  );
});

describe('what an acknowledgement covers', () => {
  day(
    'not a worse grade: it sounds again, and a stale answer is refused',
    `
    08:00 | GD-101 H                  | raised unacknowledged yellow ♪
    08:01 | enterprise ack            | acknowledged acknowledged yellow
    08:02 | GD-101 HH                 | worse-grade unacknowledged orange ♪
    08:03 | enterprise ack unseen     | refused alert-changed
    08:04 | enterprise ack            | acknowledged acknowledged orange
    08:05 | enterprise ack            | refused already-acknowledged by enterprise-duty
    `,
  );
  day(
    'not a second detector: it sounds, though the grade is the same',
    `
    08:00 | GD-101 H                  | raised unacknowledged yellow ♪
    08:01 | enterprise ack            | acknowledged acknowledged yellow
    08:02 | GD-102 H                  | new-point unacknowledged yellow ♪
    08:03 | enterprise ack            | acknowledged acknowledged yellow
    08:04 | GD-101 clear              | point-cleared acknowledged yellow
    08:05 | GD-102 clear              | cleared normal yellow
    `,
  );
  day(
    'a point that flutters within its off-delay is on record each time and sounds once',
    `
    08:00:00 | GD-101 H               | raised unacknowledged yellow ♪
    08:00:10 | GD-102 H               | new-point unacknowledged yellow ♪
    08:00:20 | enterprise ack         | acknowledged acknowledged yellow
    08:00:30 | GD-102 clear           | point-cleared acknowledged yellow
    08:00:40 | GD-102 H               | new-point acknowledged yellow
    08:00:50 | GD-102 clear           | point-cleared acknowledged yellow
    08:01:10 | GD-102 H               | new-point unacknowledged yellow ♪
    `,
  );
  day(
    'time in state makes it worse, and the timer sounds',
    `
    08:00 | GD-101 H                  | raised unacknowledged yellow ♪
    08:01 | enterprise ack            | acknowledged acknowledged yellow
    08:09:59 | wait                   | -
    08:10 | wait                      | worse-grade unacknowledged orange ♪
    09:00 | wait                      | -
    `,
  );
  day(
    'a single HH at class A is orange for a minute, then red',
    `
    08:00:00 | GD-101 HH              | raised unacknowledged orange ♪
    08:00:30 | wait                   | -
    08:01:00 | wait                   | worse-grade unacknowledged red ♪
    `,
    { group: { ...GAS, sourceClass: 'A' } },
  );
  day(
    'its level and those below: the county answers for the enterprise, not the other way round',
    `
    08:00 | GD-101 HH                 | raised unacknowledged orange ♪
    08:01 | enterprise ack            | acknowledged acknowledged orange
    08:02 | county ack                | acknowledged acknowledged orange
    08:03 | park ack                  | refused already-acknowledged by county-duty
    08:04 | city ack                  | acknowledged acknowledged orange
    `,
    { points: { persistenceMs: 86_400_000 } },
  );
});

describe('blindness', () => {
  day(
    'of a contributor re-annunciates, calms nothing, and its persistence runs on',
    `
    08:00 | GD-101 H                  | raised unacknowledged yellow ♪
    08:01 | enterprise ack            | acknowledged acknowledged yellow
    08:02 | GD-101 blind              | went-blind unacknowledged yellow ♪
    08:03 | GD-101 blind              | -
    08:04 | enterprise ack            | acknowledged acknowledged yellow
    08:10 | wait                      | worse-grade unacknowledged orange ♪
    08:11 | GD-101 sees               | sight-restored unacknowledged orange
    08:12 | GD-102 blind              | -
    `,
  );
  day(
    'stops the way down: minutes that nobody saw whole are no evidence',
    `
    08:00 | GD-101 HH                 | raised unacknowledged orange ♪
    08:01 | GD-102 H                  | new-point unacknowledged orange ♪
    08:02 | GD-101 clear              | point-cleared unacknowledged orange
    08:06 | GD-101 good               | -
    08:07 | GD-102 blind              | went-blind unacknowledged orange ♪
    08:13 | GD-101 good               | -
    08:14 | GD-102 sees               | sight-restored unacknowledged orange
    08:23 | GD-102 good               | -
    08:24 | GD-102 good               | eased unacknowledged yellow
    `,
    { points: { persistenceMs: 86_400_000 } },
  );
});

describe('the way down', () => {
  day(
    'one step each ten minutes of good readings, and no further than yellow while nobody has verified',
    `
    08:00 | GD-101 HH                 | raised unacknowledged orange ♪
    08:01 | GD-102 HH                 | worse-grade unacknowledged red ♪
    08:02 | GD-102 clear              | point-cleared unacknowledged red
    08:03 | GD-101 PRE                | -
    08:11:59 | GD-101 good            | -
    08:12 | GD-101 good               | eased unacknowledged orange
    08:13 | GD-101 good               | -
    08:22 | GD-101 good               | eased unacknowledged yellow
    08:40 | GD-101 good               | -
    08:41 | enterprise ack            | acknowledged acknowledged yellow
    08:42 | enterprise verify         | verified acknowledged yellow
    08:43 | GD-101 good               | eased acknowledged blue
    `,
    { points: { persistenceMs: 86_400_000 } },
  );
  day(
    'silence brings nothing down',
    `
    08:00 | GD-101 HH                 | raised unacknowledged orange ♪
    08:01 | GD-101 H                  | -
    23:59 | wait                      | -
    `,
    { points: { persistenceMs: 86_400_000 } },
  );
  day(
    'a worse reading on the way starts the hold anew',
    `
    08:00 | GD-101 HH                 | raised unacknowledged orange ♪
    08:01 | GD-101 H                  | -
    08:10 | GD-101 HH                 | new-point unacknowledged orange
    08:11 | GD-101 H                  | -
    08:20 | GD-101 good               | -
    08:21 | GD-101 good               | eased unacknowledged yellow
    `,
    { points: { persistenceMs: 86_400_000 } },
  );
  day(
    'a day for a slope',
    `
    08:00 | GNSS-1 HH                 | raised unacknowledged orange ♪
    08:01 | GNSS-1 H                  | -
    23:59 | GNSS-1 good               | -
    32:01 | GNSS-1 good               | eased unacknowledged yellow
    `,
    { group: { ...GAS, hazard: 'slope', response: 'geotechnical' }, points: { persistenceMs: 864_000_000 } },
  );
  day(
    'a relapse within minutes is as bad as it was; one after quiet readings is graded by itself',
    `
    08:00 | GD-101 HH                 | raised unacknowledged orange ♪
    08:01 | enterprise ack            | acknowledged acknowledged orange
    08:02 | GD-101 clear              | cleared normal orange
    08:05 | GD-101 good               | -
    08:06 | GD-101 H                  | re-raised unacknowledged orange ♪
    08:07 | GD-101 clear              | cleared returned-unacknowledged orange
    09:00 | GD-101 good               | eased returned-unacknowledged yellow
    09:01 | GD-101 H                  | re-raised unacknowledged yellow ♪
    09:02 | GD-101 clear              | cleared returned-unacknowledged yellow
    `,
    { points: { persistenceMs: 86_400_000 } },
  );
});

describe('latches and limits', () => {
  day(
    'an over-range head latches until a named person resets it',
    `
    08:00 | GD-101 HH?                | raised unacknowledged yellow ♪
    08:01 | GD-101 HH!                | worse-grade unacknowledged orange ♪
    08:02 | enterprise ack            | acknowledged acknowledged orange
    08:03 | GD-101 clear              | latched latched orange
    08:04 | enterprise close leak     | refused still-active
    08:05 | enterprise reset          | reset normal orange
    08:06 | enterprise reset          | refused not-latched
    `,
    { points: { persistenceMs: 86_400_000 } },
  );
  day(
    'a latched alarm whose condition returns sounds again; unanswered and reset it still asks',
    `
    08:00 | GD-101 H!                 | raised unacknowledged yellow ♪
    08:01 | GD-101 clear              | latched latched yellow
    08:02 | GD-101 H!                 | re-raised unacknowledged yellow ♪
    08:03 | GD-101 clear              | latched latched yellow
    08:04 | enterprise reset          | reset returned-unacknowledged yellow
    `,
  );
  day(
    'a changed limit clears nothing quietly: what was acknowledged asks again, without sound',
    `
    08:00 | GD-101 H                  | raised unacknowledged yellow ♪
    08:01 | enterprise ack            | acknowledged acknowledged yellow
    08:02 | GD-101 limit-changed      | limit-changed returned-unacknowledged yellow
    `,
  );
});

describe('a latched contributor', () => {
  day(
    'goes on counting while others keep the alert active: its end by itself is not believed',
    `
    08:00 | GD-101 HH!                | raised unacknowledged orange ♪
    08:01 | GD-102 H                  | new-point unacknowledged orange ♪
    08:02 | GD-101 HH                 | -
    08:03 | GD-101 clear              | point-cleared unacknowledged orange
    08:30 | GD-102 good               | -
    08:31 | enterprise reset          | reset unacknowledged orange
    08:40 | GD-102 good               | -
    08:41 | GD-102 good               | eased unacknowledged yellow
    08:43 | GD-102 clear              | cleared returned-unacknowledged yellow
    `,
    { points: { persistenceMs: 86_400_000 } },
  );
});

describe('what came to light too late', () => {
  day(
    'opens an alert that is already over, without sound, and asks for an answer',
    `
    08:00 | GD-101 missed HH          | raised returned-unacknowledged orange
    08:01 | GD-101 missed HH          | -
    08:02 | enterprise ack            | acknowledged normal orange
    08:30 | GD-101 missed H           | missed-excursion returned-unacknowledged orange
    `,
  );
  day(
    'joins the alert that is open; what that alert already tells is not told again',
    `
    08:00 | GD-101 H                  | raised unacknowledged yellow ♪
    08:01 | enterprise ack            | acknowledged acknowledged yellow
    08:02 | GD-101 missed H           | -
    08:03 | GD-102 missed H           | missed-excursion unacknowledged yellow
    08:04 | GD-102 H                  | new-point unacknowledged yellow ♪
    `,
  );
});

describe('a worst grade', () => {
  day(
    'is what closing asks for, also when the alert has come down since',
    `
    08:00 | GD-101 HH                 | raised unacknowledged orange ♪
    08:01 | GD-101 H                  | -
    08:11 | GD-101 good               | eased unacknowledged yellow
    08:12 | enterprise ack            | acknowledged acknowledged yellow
    08:13 | GD-101 clear              | cleared normal yellow
    08:14 | enterprise close leak     | refused level-too-low
    08:15 | county close leak         | refused not-verified
    08:16 | county verify             | verified normal yellow
    08:17 | county close leak         | closed normal yellow
    `,
    { points: { persistenceMs: 86_400_000 } },
  );
});

describe('device alarms', () => {
  day(
    'blue: gone when the fault is gone, answered or not',
    `
    08:00 | gw1 H                     | raised unacknowledged blue ♪
    08:01 | gw1 clear                 | cleared returned-unacknowledged blue, closed returned-unacknowledged blue
    `,
    { group: GATEWAY_OFFLINE },
  );
  day(
    'yellow: stays until somebody has seen it; a fault is never shown as more than that',
    `
    08:00 | gw1 HH                    | raised unacknowledged yellow ♪
    12:00 | gw1 clear                 | cleared returned-unacknowledged yellow
    12:01 | enterprise ack            | acknowledged normal yellow, closed normal yellow
    `,
    { group: { ...GATEWAY_OFFLINE, sourceClass: 'A', deviceGrade: 4 } },
  );
});

describe('in unsaved mode', () => {
  it('only acknowledging is taken', () => {
    const desk = new Desk();
    play('08:00 | GD-101 H! | raised', { desk });
    desk.unsaved = true;
    for (const kind of ['comment', 'verify', 'reset', 'close'] as const) {
      expect(desk.command(kind, 'province').code).toBe('unsaved-mode');
    }
    expect(desk.command('acknowledge', 'enterprise').code).toBe('applied');
    expect(desk.told.map((t) => t.alert.unsaved)).toEqual([false, true]);
  });
});
