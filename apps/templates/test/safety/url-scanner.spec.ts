import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { quietLogger } from '@qflow/testing';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Blocklist } from '../../src/safety/blocklist/blocklist.js';
import { Unknowns } from '../../src/safety/liquid/unknowns.js';
import { RuleScanner } from '../../src/safety/rules/rule-scanner.js';
import type { UrlScanner } from '../../src/safety/url-scanner.js';
import { readUrl } from '../../src/safety/urls/checked-url.js';
import { WebRiskScanner } from '../../src/safety/web-risk/web-risk-scanner.js';
import { FakeWebRisk, json, threat } from './fake-web-risk.js';

const google = new FakeWebRisk();
const logger = quietLogger('templates');
let folder: string;
let webRisk: WebRiskScanner;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scanners-'));
  await google.start();
  google.answer = (response, uri) =>
    (uri.includes('bad.example') ? threat('2099-01-01T00:00:00Z', 'MALWARE') : json(200, {}))(response, uri);
});
afterAll(async () => {
  await webRisk.close();
  await google.stop();
  await rm(folder, { recursive: true });
});

/** Each scanner, and a URL that it has to find unsafe. */
const adapters: [string, string, () => Promise<UrlScanner>][] = [
  ['rules', 'https://203.0.113.7/', async () => new RuleScanner()],
  [
    'blocklist',
    'https://bad.example/',
    async () => {
      const path = join(folder, 'hosts');
      await writeFile(path, 'bad.example\n');
      const list = new Blocklist({ files: [path], checkMs: 60_000, logger });
      await list.refresh();
      return list;
    },
  ],
  [
    'Web Risk',
    'https://bad.example/',
    async () =>
      (webRisk = new WebRiskScanner({
        baseUrl: google.url,
        apiKey: 'key',
        timeoutMs: 4_000,
        onFailure: 'refuse',
        logger,
        count: () => undefined,
      })),
  ],
];

describe.each(adapters)('the scanner of %s', (_name, unsafe, start) => {
  let scanner: UrlScanner;
  beforeAll(async () => (scanner = await start()));

  const scan = (...urls: string[]) => {
    const unknowns = new Unknowns();
    const found = urls.map((url) =>
      url === 'PLATFORM' ? unknowns.mark('platform', '{{rsvplink_yes}}') : url,
    );
    return scanner.scan(
      found.map((url) => readUrl({ url, place: 'link', shows: [] }, unknowns, '')),
      { ownDomains: [] },
    );
  };

  it('has nothing to say about nothing', async () => {
    expect(await scan()).toEqual([]);
  });

  it('passes what is safe, whatever it is', async () => {
    const safe = [
      'https://example.com/x?y#z',
      'mailto:a@example.com',
      'tel:+44',
      '#top',
      '',
      'page.html',
      'PLATFORM',
    ];
    expect(await scan(...safe)).toEqual(safe.map(() => null));
  });

  it('says why a URL is unsafe, in its place in the list', async () => {
    const [first, second, third] = await scan('https://example.com/', unsafe, 'https://example.org/');
    expect([first, third]).toEqual([null, null]);
    expect(second).toMatch(/^[^\n]{10,200}$/);
  });

  it('answers the same for the same URL twice', async () => {
    const [one, two] = await scan(unsafe, unsafe);
    expect(one).toBe(two);
    expect(await scan(unsafe)).toEqual([one]);
  });
});
