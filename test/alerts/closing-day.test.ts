// Who may close an alert, and what a closing must say: by grade, role and second person.
import { describe, expect, it } from 'vitest';
import { Desk, expected, GAS, play } from './scenario.ts';

type Options = Parameters<typeof play>[1];

function day(title: string, table: string, options?: Options): void {
  it(title, () => expect(play(table, options)).toBe(expected(table)));
}

describe('who may close', () => {
  const closing = (grade: string, refused: readonly string[]) => `
    08:01 | enterprise ack            | acknowledged acknowledged ${grade}
    08:02 | GD-101 clear              | cleared normal ${grade}
    ${refused.map((level, i) => `08:${10 + i} | ${level} close leak | refused level-too-low`).join('\n')}
  `;
  const one = (grade: string, by: string) => `
    08:20 | ${by} close               | refused cause-required
    08:21 | ${by} close leak          | closed normal ${grade}
  `;
  const verified = (grade: string, by: string) => `
    08:18 | ${by} close leak          | refused not-verified
    08:19 | ${by} verify              | verified normal ${grade}
  `;
  const points = { persistenceMs: 86_400_000 };
  day(
    'yellow: the enterprise',
    `08:00 | GD-101 H | raised unacknowledged yellow ♪${closing('yellow', [])}${one('yellow', 'enterprise')}`,
  );
  day(
    'orange: the county',
    `08:00 | GD-101 HH | raised unacknowledged orange ♪
     ${closing('orange', ['enterprise', 'park'])}${verified('orange', 'county')}${one('orange', 'county')}`,
    { points },
  );
  day(
    'red: the city, verified, with a note, and a second person',
    `07:58 | GD-101 HH | raised unacknowledged orange ♪
     07:59 | wait      | worse-grade unacknowledged red ♪
     ${closing('red', ['enterprise', 'park'])}${verified('red', 'county')}
     08:20 | county close               | refused cause-required
     08:21 | county close leak          | refused note-required
     08:22 | county close leak sealed   | closing-proposed normal red
     08:23 | county close leak sealed   | refused same-person by county-duty
     08:24 | park close leak sealed     | refused level-too-low
     08:25 | city close                 | closed normal red`,
    { points, group: { ...GAS, sourceClass: 'A' } },
  );
  day(
    'red: it does not matter which of the two asks first, and what gets worse meanwhile takes it back',
    `07:58 | GD-101 HH | raised unacknowledged orange ♪
     07:59 | wait      | worse-grade unacknowledged red ♪
     ${closing('red', [])}${verified('red', 'county')}
     08:20 | city close leak sealed     | closing-proposed normal red
     08:21 | GD-102 missed H            | missed-excursion returned-unacknowledged red
     08:22 | county ack                 | acknowledged normal red
     08:23 | county close               | refused cause-required
     08:24 | city close leak looked     | closing-proposed normal red
     08:25 | county close               | closed normal red`,
    { points, group: { ...GAS, sourceClass: 'A' } },
  );
  it('red: two of the county are not enough; both names stand in the closing', () => {
    const desk = new Desk();
    const group = { ...GAS, sourceClass: 'A' as const };
    play(
      `07:58 | GD-101 HH
       07:59 | wait
       08:00 | county ack
       08:01 | county verify
       08:02 | GD-101 clear
       08:03 | county close leak sealed`,
      { points, group, desk },
    );
    expect(desk.told.at(-1)?.alert.closing).toMatchObject({ by: 'county-duty', cause: 'leak', note: 'sealed' });
    const other = desk.command('close', 'county', { actor: 'neighbour' });
    expect(other).toMatchObject({ code: 'second-person-required', by: 'county-duty' });
    expect(desk.command('close', 'city', { note: 'agreed' }).code).toBe('applied');
    expect(desk.told.at(-1)).toMatchObject({ by: 'county-duty, city-duty', note: 'leak: sealed; agreed' });
    expect(desk.told.at(-1)?.alert.closing).toBeUndefined();
  });
});
