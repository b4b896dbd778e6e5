// What the engine itself makes of the simulators: an ordinary hour raises nothing, the tour shows every colour within a
// minute and returns to normal, each scenario raises the alert it is named for. No broker, no clock: reports go straight
// into `step`.

import { describe, expect, it } from 'vitest';
import type { Alert } from '../../src/model/alert.ts';
import { demoRegistry, loaded } from '../seeds/seed-files.ts';
import { judgeSite, lastOf } from '../support/judged-site.ts';

const registry = demoRegistry();
const judge = (scenario: string, seconds: number) => judgeSite({ registry, packs: loaded.packs, scenario, seconds });

const brief = (alerts: readonly Alert[]) => alerts.map(({ key, peakGrade }) => `${key} ${peakGrade}`).sort();

describe('simulators judged by the engine', () => {
  it('normal: an hour raises nothing at all', () => {
    expect(brief(lastOf(judge('normal', 3_600)))).toEqual([]);
  });

  it('demo: every colour and a device alarm within a minute, all of it back to normal within its round', () => {
    const seen = judge('demo', 1_790);
    const first = seen.filter(({ second }) => second <= 60);
    const hazards = lastOf(first).filter(({ kind }) => kind === 'hazard');
    expect(new Set(hazards.map(({ peakGrade }) => peakGrade))).toEqual(new Set(['red', 'orange', 'yellow', 'blue']));
    expect(lastOf(first).some(({ kind }) => kind === 'device')).toBe(true);
    expect(new Set(hazards.map(({ enterprise }) => enterprise)).size).toBeGreaterThanOrEqual(5);
    const dams = lastOf(seen).filter(({ hazard }) => hazard === 'dam-stability');
    expect(dams.length).toBeGreaterThan(0);
    // Just before the dam's next round everything is over: cleared, waiting only for somebody's acknowledgement.
    expect(
      lastOf(seen)
        .filter(({ active }) => active)
        .map(({ key }) => key),
    ).toEqual([]);
  });

  it.each([
    ['leak', 120, 'yt-chem/tank-farm-1||flammable-gas|hazard', 'red'],
    ['overfill', 240, 'yt-chem/tank-farm-1||overfill|hazard', 'red'],
    ['rising-phreatic', 10_800, 'bl-mining/pond-1||dam-stability|hazard', 'red'],
    ['methane', 420, 'wl-coal/face-7301||mine-gas|hazard', 'red'],
  ])('%s: raises what it is named for within %i s', (name, seconds, key, grade) => {
    const alerts = lastOf(judge(name, seconds));
    expect(brief(alerts)).toContain(`${key} ${grade}`);
    // The trouble stays where it is: nobody else is alarmed.
    expect(new Set(alerts.map(({ source }) => source)).size).toBe(1);
  });

  it('sensor-dropout: device alarms, and the over-range head is a hazard', () => {
    const alerts = lastOf(judge('sensor-dropout', 300));
    expect(new Set(alerts.filter(({ kind }) => kind === 'device').map(({ hazard }) => hazard))).toEqual(
      new Set(['silent', 'bad-quality']),
    );
    const [hazard] = alerts.filter(({ kind }) => kind === 'hazard');
    expect(hazard.points.some(({ latched }) => latched)).toBe(true);
  });
});
