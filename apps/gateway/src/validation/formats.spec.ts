import { describe, expect, it } from '@jest/globals';
import { formats } from './formats.js';

const is = (format: string, text: string): boolean => formats[format]?.test(text) === true;

describe.each<[format: string, good: string[], bad: string[]]>([
  [
    'uuid',
    [
      '0197a3c2-7f10-7c3e-9d59-3f1c5a2b7e41',
      '0197A3C2-7F10-7C3E-9D59-3F1C5A2B7E41',
      '00000000-0000-0000-0000-000000000000',
    ],
    [
      '',
      '0197a3c27f107c3e9d593f1c5a2b7e41',
      '{0197a3c2-7f10-7c3e-9d59-3f1c5a2b7e41}',
      'urn:uuid:0197a3c2-7f10-7c3e-9d59-3f1c5a2b7e41',
      '0197a3c2-7f10-7c3e-9d59-3f1c5a2b7e41\n',
    ],
  ],
  [
    'email',
    ['ada@example.com', 'a.b+c@sub.example.co.uk', "o'hara@example.org", 'ada@xn--mnchen-3ya.example'],
    [
      '',
      'ada',
      'ada@',
      '@example.com',
      'ada@localhost',
      'a@b@example.com',
      '.ada@example.com',
      'a..b@example.com',
      'a b@example.com',
      'ada@example.com\n',
      'ada@-example.com',
      'ada@example.com, b@example.com',
    ],
  ],
  [
    'date-time',
    [
      '2026-06-21T17:00:00Z',
      '2026-06-21t17:00:00.123456z',
      '2024-02-29T23:59:59+14:00',
      '0001-01-02T00:00:00Z',
    ],
    [
      '',
      '2026-06-21',
      '2026-06-21T17:00:00',
      '2026-06-21T17:00Z',
      '2026-02-30T17:00:00Z',
      '2026-06-21T24:00:00Z',
      '2026-06-21T17:00:60Z',
      '2026-06-21T17:00:00+25:00',
      '0001-01-01T00:00:00+14:00',
      '9999-12-31T23:59:59-12:00',
      '+12026-06-21T17:00:00Z',
    ],
  ],
  [
    'local-date-time',
    ['2026-06-21T19:30', '2026-06-21T19:30:59', '2024-02-29T00:00'],
    [
      '',
      '2026-06-21',
      '2026-06-21 19:30',
      '2026-06-21T19:30Z',
      '2026-06-21T19:30:00.000',
      '2026-02-29T19:30',
      '2026-13-01T19:30',
      '2026-06-21T24:00',
      '2026-06-21T19:60',
      '0000-01-01T00:00',
    ],
  ],
  [
    'iana-time-zone',
    ['Europe/London', 'America/Argentina/Buenos_Aires', 'UTC', 'Asia/Kolkata', 'Asia/Calcutta'],
    ['', '+01:00', '-05:00', 'Europe/Atlantis', 'GMT Standard Time', 'Europe/London\n', '../etc/passwd'],
  ],
  [
    'uri',
    ['https://your-app.com/webhooks/qflow', 'http://127.0.0.1:4000/hook?x=1'],
    [
      '',
      'your-app.com',
      '/hook',
      'ftp://example.com',
      'javascript:alert(1)',
      'https://user@example.com/',
      'https://:secret@example.com/',
      'https://',
    ],
  ],
])('%s', (format, good, bad) => {
  it.each(good)('takes %j', (text) => expect(is(format, text)).toBe(true));
  it.each(bad)('refuses %j', (text) => expect(is(format, text)).toBe(false));
});
