// A draft as a person keeps it in a file: what it may be, and where in it an error stands.
import { describe, expect, it } from 'vitest';
import { readDraftFile } from '../../src/app/backtest/draft-file.ts';

const errorsOf = (text: string): readonly string[] => {
  const read = readDraftFile(text);
  return read.ok ? [] : read.errors;
};

describe('the file of a draft', () => {
  it('holds points and packs, or is a pack as it is', () => {
    const both = readDraftFile('points: [{ id: yt/GD-1 }]\npacks: []');
    expect(both).toMatchObject({ ok: true, draft: { stated: { points: [{ id: 'yt/GD-1' }], packs: [] } } });
    const pack = readDraftFile('id: mine\nversion: 1.0.0\npointTypes: [{ type: gas_lel }]');
    expect(pack).toMatchObject({ ok: true, draft: { stated: { packs: [{ id: 'mine' }] } } });
  });

  it('that holds something else is told what a draft is', () => {
    expect(errorsOf('pionts: []\nsources: []')).toEqual([
      expect.stringMatching(/^pionts: is not known; near it: points; a draft is `points:`/),
      expect.stringMatching(/^sources: is not known; a draft is/),
    ]);
    expect(errorsOf('- { id: yt/GD-1 }')).toEqual([expect.stringMatching(/^is a list: a draft is/)]);
    expect(errorsOf('points: { id: yt/GD-1 }')).toEqual(['points: must be a list']);
    expect(errorsOf('points:\n\t- {}')).toEqual([expect.stringMatching(/^line 2, column 1: a tab/)]);
  });

  it('has its errors where their points stand, from the top of it', () => {
    const read = readDraftFile('points:\n  - { id: yt/GD-1, limts: {} }\n  - { id: yt/GD-2 }\npacks:\n  - { id: x }\n');
    if (!read.ok) throw new Error(read.errors.join());
    const errors = [
      'from: is yet to come',
      'packs[0]: pointTypes: is missing',
      'point yt/GD-2: is not registered',
      'points[0] yt/GD-1: limts',
    ];
    expect(read.draft.placed(errors)).toEqual([
      'line 2, column 5: points[0] yt/GD-1: limts',
      'line 3, column 5: point yt/GD-2: is not registered',
      'line 5, column 5: packs[0]: pointTypes: is missing',
      'from: is yet to come',
    ]);
  });
});
