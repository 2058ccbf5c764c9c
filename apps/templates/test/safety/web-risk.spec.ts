import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { Unknowns } from '../../src/safety/liquid/unknowns.js';
import { readUrl, type CheckedUrl } from '../../src/safety/urls/checked-url.js';
import { WebRiskScanner, type WebRiskOptions } from '../../src/safety/web-risk/web-risk-scanner.js';
import { FakeWebRisk, json, threat, type Answer } from './fake-web-risk.js';

const apiKey = 'AIza-a-very-secret-key';
const far = '2099-01-01T00:00:00.000000000Z';

let google: FakeWebRisk;
let scanners: WebRiskScanner[];
let log: string;
let counts: Record<string, number>;

beforeEach(async () => {
  google = new FakeWebRisk();
  await google.start();
  [scanners, log, counts] = [[], '', {}];
});
afterEach(async () => {
  await Promise.all(scanners.map((scanner) => scanner.close()));
  await google.stop();
});

function scannerOf(options: Partial<WebRiskOptions> = {}): WebRiskScanner {
  const scanner = new WebRiskScanner({
    baseUrl: google.url,
    apiKey,
    timeoutMs: 4_000,
    onFailure: 'allow',
    logger: pino({}, { write: (line: string) => void (log += line) }),
    count: (outcome) => (counts[outcome] = (counts[outcome] ?? 0) + 1),
    ...options,
  });
  scanners.push(scanner);
  return scanner;
}

const checked = (url: string): CheckedUrl => readUrl({ url, place: 'link', shows: [] }, new Unknowns(), '');
const scan = (scanner: WebRiskScanner, ...urls: string[]) => scanner.scan(urls.map(checked));

describe('Web Risk', () => {
  it('is asked as its documentation says, once for each page of the web', async () => {
    const scanner = scannerOf();
    const urls = [
      'https://a.example/x?y=z&q=ü#f',
      'https://a.example/x?y=z&q=ü',
      'mailto:a@b.example',
      'x.html',
      'http://b.example',
    ];
    expect(await scan(scanner, ...urls)).toEqual([null, null, null, null, null]);
    expect(google.uris.sort()).toEqual(['http://b.example/', 'https://a.example/x?y=z&q=%C3%BC']);
    const [asked] = google.asked;
    expect(asked?.pathname).toBe('/v1/uris:search');
    expect(asked?.searchParams.getAll('threatTypes')).toEqual([
      'MALWARE',
      'SOCIAL_ENGINEERING',
      'UNWANTED_SOFTWARE',
    ]);
    expect(asked?.searchParams.get('key')).toBe(apiKey);
  });

  it('says what is known of a URL', async () => {
    google.answer = (response, uri) =>
      (uri.includes('evil') ? threat(far, 'MALWARE', 'SOCIAL_ENGINEERING') : json(200, {}))(response, uri);
    expect(await scan(scannerOf(), 'https://good.example', 'https://evil.example')).toEqual([
      null,
      'Google Web Risk knows it for spreading malware and phishing',
    ]);
    expect(counts).toEqual({ safe: 1, threat: 1 });
  });

  it('is not asked again while its answers hold', async () => {
    google.answer = (response, uri) =>
      (uri.includes('evil') ? threat(far, 'MALWARE') : json(200, {}))(response, uri);
    const scanner = scannerOf();
    const first = await scan(scanner, 'https://good.example', 'https://evil.example');
    expect(await scan(scanner, 'https://good.example', 'https://evil.example')).toEqual(first);
    expect(google.asked).toHaveLength(2);
    expect(counts).toEqual({ safe: 1, threat: 1, cached: 2 });
  });

  it('is asked again about threats that have expired', async () => {
    google.answer = threat('2020-01-01T00:00:00Z', 'MALWARE');
    const scanner = scannerOf();
    expect(await scan(scanner, 'https://evil.example')).toEqual([expect.any(String)]);
    google.answer = json(200, {});
    expect(await scan(scanner, 'https://evil.example')).toEqual([null]);
  });

  const failures: [string, Answer][] = [
    ['is busy', json(429, { error: { code: 429, message: `quota of ${apiKey}` } })],
    ['refuses the key', json(403, { error: { code: 403, message: `key ${apiKey}` } })],
    ['is broken', json(500, {})],
    ['talks nonsense', (response) => response.end('<html>')],
    ['answers without end', (response) => response.end('x'.repeat(200_000))],
    ['hangs up', (response) => response.destroy()],
    ['does not answer', () => undefined],
  ];

  describe.each(failures)('when it %s', (_case, answer) => {
    beforeEach(() => {
      google.answer = answer;
    });

    it('URLs pass, and the log says so without the key', async () => {
      expect(await scan(scannerOf({ timeoutMs: 300 }), 'https://a.example', 'https://b.example')).toEqual([
        null,
        null,
      ]);
      expect(JSON.parse(log)).toMatchObject({ level: 40, failed: 2, of: 2, problem: expect.any(String) });
      expect(log).not.toContain(apiKey);
      expect(counts).toEqual({ failed: 2 });
    });

    it('or are refused, where that is asked for', async () => {
      const refusal = scan(scannerOf({ timeoutMs: 300, onFailure: 'refuse' }), 'https://a.example');
      await expect(refusal).rejects.toMatchObject({ code: 'unavailable', extras: { retryAfter: 30 } });
      await refusal.catch((error: Error) => expect(`${error.message}${error.stack}`).not.toContain(apiKey));
      expect(log).not.toContain(apiKey);
    });
  });

  it('answers of a failure are not kept', async () => {
    google.answer = json(500, {});
    const scanner = scannerOf();
    await scan(scanner, 'https://evil.example');
    google.answer = threat(far, 'MALWARE');
    expect(await scan(scanner, 'https://evil.example')).toEqual([expect.any(String)]);
  });

  it('tells of a threat although it could not be asked about everything', async () => {
    google.answer = (response, uri) =>
      (uri.includes('evil') ? threat(far, 'MALWARE') : json(500, {}))(response, uri);
    expect(
      await scan(scannerOf({ onFailure: 'refuse' }), 'https://a.example', 'https://evil.example'),
    ).toEqual([null, expect.stringContaining('malware')]);
  });

  it('cannot be reached', async () => {
    const scanner = scannerOf({ baseUrl: google.url });
    await google.stop();
    expect(await scan(scanner, 'https://a.example')).toEqual([null]);
    expect(JSON.parse(log)).toMatchObject({ problem: 'ECONNREFUSED' });
    await google.start();
  });
});
