import { toUSVString } from 'node:util';
import fc from 'fast-check';

/** Texts that have broken software before: of other scripts, of several code points, and of other languages. */
const classics = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  'a\udfff',
  'Ada\r\nBcc: victim@example.com',
  'Ada\nLovelace',
  '\r',
  '\u202Eevil\u202C',
  'עדה أدا',
  '👩🏽‍💻👨‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿',
  'Z͑ͫ̓ͪ̂ͫ̽a\u0301\u0301\u0301lgo',
  'e\u0301 is not é',
  '\uFEFF\u200B\u2028\u2029\u0085',
  '\u0001\u001b[31m\u007f',
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '&lt;b&gt;',
  '{{ email }}{% for i in (1..1000000) %}x{% endfor %}',
  '{{"{{"}}',
  "'; DROP TABLE guests; --",
  '$1 %s %00 ${7*7} \\',
  '__proto__',
  'x'.repeat(199),
  '😀'.repeat(200),
  'é'.repeat(201),
  '5',
  'null',
];

/** Any text. */
export const text = fc.oneof(
  fc.constantFrom(...classics),
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.tuple(fc.constantFrom(...classics), fc.string()).map((parts) => parts.join('')),
);

/** Text that can be stored, however strange. */
export const storable = text.filter(
  (one) => toUSVString(one) === one && !one.includes('\0') && [...one].length <= 200,
);

/** The same without line breaks: for what ends up in an e-mail's header. */
export const line = storable.filter((one) => !/[\r\n]/.test(one));

/** What no field at all takes, or few do. */
export const anything: fc.Arbitrary<unknown> = fc.oneof(
  text,
  fc.constantFrom<unknown>(null, true, 0, -1, 1.5, 1e300, [], {}, [''], { toString: 'x' }, [[[[]]]]),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

/** What is right, and the same with one field that is anything. */
export const orSpoilt = (
  right: fc.Arbitrary<Record<string, unknown>>,
  spoils: fc.Arbitrary<Record<string, unknown>>,
): fc.Arbitrary<Record<string, unknown>> =>
  fc.oneof(
    right,
    fc.tuple(right, spoils).map(([fields, spoilt]) => ({ ...fields, ...spoilt })),
  );

const edges = [
  '0000-01-01T00:00:00',
  '0001-01-01T00:00:00',
  '0099-12-31T23:59:59',
  '1582-10-10T12:00:00',
  '1900-02-29T00:00:00',
  '2016-12-31T23:59:60',
  '2024-02-29T12:00:00',
  '2036-03-30T01:30:00',
  '2036-10-26T01:30:00',
  '2036-06-21T24:00:00',
  '9999-12-31T23:59:59',
  '12026-01-01T00:00:00',
];

/** Times on a clock, at the ends of time and where clocks change. */
export const localTime = fc.oneof(
  fc.constantFrom(...edges),
  fc
    .date({
      min: new Date('0001-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59Z'),
      noInvalidDate: true,
    })
    .map((date) => date.toISOString().slice(0, 19)),
);

/** Points in time: the same, with every kind of offset. */
export const instant = fc
  .tuple(
    localTime,
    fc.constantFrom('', '.5', '.123456789', '.1234567890'),
    fc.constantFrom('Z', 'z', '+00:00', '-12:00', '+14:00', '+23:59', '+24:00', '', ' '),
  )
  .map((parts) => parts.join(''));

export const zone = fc.constantFrom(
  'Europe/London',
  'Pacific/Apia',
  'Australia/Lord_Howe',
  'UTC',
  'europe/london',
  'Etc/GMT+12',
  '+01:00',
  'Mars/Base',
);

export const email = fc.oneof(
  fc.emailAddress(),
  fc.constantFrom(
    'ada@example.com',
    'a@b',
    'ada@example.com\n',
    'a@example.com\r\nBcc: b@example.com',
    '"a b"@example.com',
    'ada@exämple.com',
    'Ada <ada@example.com>',
  ),
);

export const guid = fc.oneof(
  fc.uuid(),
  fc.uuid().map((id) => id.toUpperCase()),
  fc.uuid().map((id) => `{${id}}`),
);
