import { describe, expect, it } from '@jest/globals';
import type { EndpointReport } from '@qflow/contracts';
import { endpointName } from './endpoint-name.js';
import { wordingOf } from './endpoint-notice.js';

const report: EndpointReport = {
  id: '0197a3c2-7f10-7c3e-9d59-3f1c5a2b7e41',
  url: 'https://hooks.example.com/in',
  failures: 15,
  disableAfter: 20,
  disabledReason: null,
  lastError: 'no answer within 15 s',
};

describe('wordingOf', () => {
  it('tells how far a failing endpoint is from being disabled', () => {
    expect(wordingOf('endpoint.failing', report)).toEqual({
      title: 'Webhook failing: hooks.example.com/in',
      text: 'Your webhook to hooks.example.com/in is failing. 15 deliveries in a row failed for good. The last one ended with: no answer within 15 s. After 20 in a row it is disabled.',
    });
    expect(wordingOf('endpoint.failing', { ...report, disableAfter: null }).text).toMatch(
      /It is not disabled for that: new events are still sent to it\.$/,
    );
  });

  it('speaks of one failure as one', () => {
    const { text } = wordingOf('endpoint.disabled', {
      ...report,
      failures: 1,
      disableAfter: 1,
      disabledReason: 'failures',
      lastError: 'The certificate has expired.',
    });
    expect(text).toMatch(
      /is disabled\. A delivery failed for good\. It ended with: The certificate has expired\. Nothing/,
    );
  });

  it('has good news too', () => {
    expect(wordingOf('endpoint.recovered', { ...report, failures: 0, lastError: null })).toEqual({
      title: 'Webhook recovered: hooks.example.com/in',
      text: 'Your webhook to hooks.example.com/in takes deliveries again. What failed before can be replayed from its log.',
    });
  });
});

describe('endpointName', () => {
  it.each([
    ['https://hooks.example.com', 'hooks.example.com'],
    ['https://hooks.example.com:8443/in?key=1', 'hooks.example.com:8443/in'],
    ['https://münchen.example/ä', 'xn--mnchen-3ya.example/%C3%A4'],
    [`https://a.example/${'x'.repeat(200)}`, `a.example/${'x'.repeat(79)}…`],
    ['nonsense', 'your endpoint'],
  ])('of %s is %s', (url, name) => {
    expect(endpointName(url)).toBe(name);
  });
});
