// What the registry keeps of what was registered before, when a change states less.
import { describe, expect, it } from 'vitest';
import { Registry } from '../../src/engine/registry.ts';
import type { Enterprise } from '../../src/model/registry.ts';

const enterprise: Enterprise = { id: 'yt-chem', name: '盐通化工', division: '320921', contacts: [] };

describe('an enterprise', () => {
  it('keeps its site credential when a change states none, and takes a new one', () => {
    const registry = new Registry();
    const put = (changes: object) => {
      registry.apply({
        divisions: [],
        enterprises: [{ ...enterprise, ...changes }],
        sources: [],
        gateways: [],
        points: [],
      });
      return registry.enterprises.get('yt-chem');
    };
    expect(put({})).toEqual(enterprise);
    expect(put({ siteSecretHash: 'old' })).toEqual({ ...enterprise, siteSecretHash: 'old' });
    expect(put({ name: '盐通' })).toEqual({ ...enterprise, name: '盐通', siteSecretHash: 'old' });
    expect(put({ siteSecretHash: 'new' })).toEqual({ ...enterprise, siteSecretHash: 'new' });
  });
});
