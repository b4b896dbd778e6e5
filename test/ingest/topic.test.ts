// Topics and ids of the outside contract.
import { describe, expect, it } from 'vitest';
import {
  alertTopic,
  dataTopic,
  gatewayUserName,
  isTag,
  parseTopic,
  parseUserName,
  readsOnlyAlertsOf,
  SERVICE_STATUS_TOPIC,
  statusTopic,
} from '../../src/ingest/topic.ts';

describe('topics', () => {
  it('are parsed as they are built', () => {
    expect(parseTopic(dataTopic('yt-chem', 'gw1'))).toEqual({ kind: 'data', enterprise: 'yt-chem', gateway: 'gw1' });
    expect(parseTopic(statusTopic('yt-chem', '网关1'))).toEqual({
      kind: 'status',
      enterprise: 'yt-chem',
      gateway: '网关1',
    });
    expect(parseTopic(alertTopic('yt-chem', 'a1-0'))).toEqual({ kind: 'alert', enterprise: 'yt-chem', alert: 'a1-0' });
    expect(parseTopic(SERVICE_STATUS_TOPIC)).toEqual({ kind: 'service-status' });
  });

  it.each([
    '',
    'fenghuo',
    'fenghuo/v1',
    'fenghuo/v1/yt-chem/gw1',
    'fenghuo/v1/yt-chem/gw1/data/more',
    'fenghuo/v1/yt-chem/gw1/other',
    'fenghuo/v1/yt-chem//data',
    'fenghuo/v1//gw1/data',
    'fenghuo/v1/Yt-Chem/gw1/data',
    'fenghuo/v1/yt-chem/service/data',
    'fenghuo/v1/yt-chem/~site/data',
    'fenghuo/v1/yt-chem/a b/data',
    'fenghuo/v2/yt-chem/gw1/data',
    '/fenghuo/v1/yt-chem/gw1/data',
    'spBv1.0/yt-chem/NDATA/gw1',
  ])('%j is none of ours', (topic) => {
    expect(parseTopic(topic)).toBeUndefined();
  });

  it('of alerts win over a gateway of that name, which is reserved', () => {
    expect(parseTopic('fenghuo/v1/yt-chem/alerts/data')).toEqual({
      kind: 'alert',
      enterprise: 'yt-chem',
      alert: 'data',
    });
  });
});

describe('a tag', () => {
  it.each(
    ['GD-101', '1#泵区', 'a', '__proto__', 'x'.repeat(64), '\u{1f525}'.repeat(64)].map((tag) => [
      tag,
      !tag.includes('#'),
    ]),
  )('%j: %s', (tag, expected) => expect(isTag(tag as string)).toBe(expected));
  it.each(['', ' ', 'a b', 'a/b', 'a+', 'a#', 'a\t', 'x'.repeat(65), '\ud800'])('%j is none', (tag) => {
    expect(isTag(tag)).toBe(false);
  });
});

describe('user names', () => {
  it('name a gateway or the reader of a site', () => {
    expect(parseUserName(gatewayUserName('yt-chem', 'gw1'))).toEqual({ enterprise: 'yt-chem', gateway: 'gw1' });
    expect(parseUserName('yt-chem/~site')).toEqual({ enterprise: 'yt-chem', site: true });
  });
  it.each(['', 'admin', '/', 'yt-chem/', '/gw1', 'yt-chem/gw1/x', 'yt-chem/alerts', 'yt-chem/~other', 'yt-chem/gw 1'])(
    '%j names nobody',
    (name) => expect(parseUserName(name)).toBeUndefined(),
  );
});

it.each([
  ['fenghuo/v1/yt-chem/alerts/#', true],
  ['fenghuo/v1/yt-chem/alerts/+', true],
  ['fenghuo/v1/yt-chem/alerts/a1-0', true],
  ['fenghuo/v1/yt-chem/alerts/', false],
  ['fenghuo/v1/yt-chem/alerts', false],
  ['fenghuo/v1/yt-chem/alerts/+/x', false],
  ['fenghuo/v1/yt-chem/#', false],
  ['fenghuo/v1/yt-chem/+/data', false],
  ['fenghuo/v1/other/alerts/#', false],
  ['fenghuo/v1/+/alerts/#', false],
  ['#', false],
])('a site may read %s: %s', (filter, expected) => {
  expect(readsOnlyAlertsOf('yt-chem', filter)).toBe(expected);
});
