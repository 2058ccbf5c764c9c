import { describe, expect, it } from '@jest/globals';
import { CodedError } from '@qflow/contracts';
import { parseTemplate } from '@qflow/rendering';
import fc from 'fast-check';
import { RuleScanner } from '../../src/safety/rules/rule-scanner.js';
import { TemplateSafety } from '../../src/safety/template-safety.js';
import { scanSource } from './scan-source.js';

const safety = new TemplateSafety([new RuleScanner()]);

async function isRefused(html: string): Promise<boolean> {
  try {
    await scanSource(safety, { subject: 'x', html, fromAddress: 'tickets@northwind.example', replyTo: null });
    return false;
  } catch (error) {
    if (error instanceof CodedError && error.code === 'spam_check_failed') return true;
    throw error;
  }
}

/** Markup as it comes apart: every construct of HTML, CSS and Liquid, whole and in pieces. */
const piece = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 6 }),
  fc.constantFrom(
    '<a href="',
    '">',
    "'>",
    '<a href=',
    '<a ',
    '>',
    '</a>',
    '<',
    '</',
    '<!--',
    '-->',
    '--!>',
    '<![if !mso]>',
    '<!--[if mso]>',
    '<![endif]-->',
    '<style>',
    '</style>',
    '<script>',
    '</script>',
    '<title>',
    '<svg>',
    '<![CDATA[',
    ']]>',
    '<!doctype ',
    'style="',
    'srcset="',
    'srcdoc="',
    '<base href="',
    '<meta http-equiv=refresh content="',
    'url(',
    ')',
    '@import "',
    '\\75rl(',
    '{{V_1}}',
    '{{ rsvplink_yes }}',
    '{{ "a" | append: V_1 }}',
    '{{ x }}',
    '{% if V_1 %}',
    '{% else %}',
    '{% endif %}',
    '{% for t in tickets %}',
    '{% endfor %}',
    '{% assign x = "',
    '" %}',
    '{% capture x %}',
    '{% endcapture %}',
    '{% case V_1 %}{% when 1 %}',
    '{% endcase %}',
    'https://',
    'javascript:',
    'www.',
    'a.example',
    '/',
    '\\',
    '&#10',
    '&',
    ';',
    '&#x6a;',
    '@',
    ':',
    '%',
    '\n',
    '\r\n',
    '\t',
    ' ',
    '\ufdd0',
    '\ufdd21\ufdd3',
    '\u202e',
    '\ud83c',
    '=',
    '"',
    "'",
    '`',
    '0',
    '.',
  ),
);

describe('any template', () => {
  it('is looked at without an accident', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 25 }), async (pieces) => {
        expect(typeof (await isRefused(pieces.join('')))).toBe('boolean');
      }),
      { numRuns: 600 },
    );
  });

  it('is refused or not by what it says, again and again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 15 }), async (pieces) => {
        const html = pieces.join('');
        expect(await isRefused(html)).toBe(await isRefused(html));
      }),
      { numRuns: 200 },
    );
  });
});

const BAD = [
  'javascript:alert(1)',
  'http://203.0.113.7/x',
  'https://a@b.example/',
  '//files.example/x',
  'data:text/html,x',
];

/** One character as it can be written in an attribute. */
const written = (character: string) =>
  fc.constantFrom(
    character,
    character,
    `&#${character.charCodeAt(0)};`,
    `&#x${character.charCodeAt(0).toString(16)};`,
    `&#000${character.charCodeAt(0)};`,
    /[a-z]/.test(character) ? character.toUpperCase() : character,
  );
const obfuscated = fc
  .constantFrom(...BAD)
  .chain((url) => fc.tuple(...Array.from(url, written)).map((characters) => characters.join('')));

/** Everything that a URL can be put in; # stands for it. */
const PLACES = [
  '<a href="#">x</a>',
  "<a href='#'>x</a>",
  '<A HREF = "  # ">x</A>',
  '<img src="#" alt="">',
  '<form action="#"></form>',
  '<div style="background:url(&quot;#&quot;)">x</div>',
  '<td background="#">x</td>',
  '<iframe src="#"></iframe>',
  '<!--[if mso]><v:rect href="#"></v:rect><![endif]-->',
  '<svg><a xlink:href="#">x</a></svg>',
  '<area href="#">',
  '<a title="&quot;>" href="#">x</a>',
  '<noscript><a href="#">x</a></noscript>',
  '<x y="1" href="#"/>',
];
const HARMLESS = [
  '',
  '<p>Hello {{firstname}}</p>',
  '<!-- note -->',
  '<table><tr><td>',
  '<b>',
  '</b></i>',
  '1 < 2 & 3 > 2',
  '<a href="https://www.example.com/{{barcode}}">www.example.com</a>',
  '{% if plusones %}<p>and friends</p>{% endif %}',
  '<style>p{color:red}</style>',
  '<img src="{{barcode_qr}}" alt="">',
  '{% for t in tickets %}<li>{{t}}</li>{% endfor %}',
  '<script type="application/ld+json">{"@context":"http://schema.org"}</script>',
  '&nbsp;&copy; 2026',
  'info@example.com',
];
const harmless = fc.array(fc.constantFrom(...HARMLESS), { maxLength: 4 }).map((parts) => parts.join(''));
const place = fc.constantFrom(...PLACES);

describe('a URL that is unsafe', () => {
  it('is found wherever it stands and however it is encoded', async () => {
    await fc.assert(
      fc.asyncProperty(harmless, place, obfuscated, harmless, async (before, around, url, after) => {
        expect(await isRefused(before + around.replace('#', () => url) + after)).toBe(true);
      }),
      { numRuns: 600 },
    );
  });

  it('is found however Liquid puts it together', async () => {
    const part = (text: string) =>
      fc.constantFrom(
        text,
        `{% if plusones %}${text}{% endif %}`,
        `{% unless V_9 %}${text}{% else %}${text}{% endunless %}`,
        `{% assign p = "${text}" %}{{ p }}`,
        `{% capture p %}${text}{% endcapture %}{{ p }}`,
        `{{ "${text}" }}`,
        `{{ nothing | default: '${text}' }}`,
        `{% case V_1 %}{% when "a" %}x{% else %}${text}{% endcase %}`,
        `${text}{% comment %}x{% endcomment %}{{ nothing }}`,
      );
    const assembled = fc
      .tuple(fc.constantFrom(...BAD), fc.nat(20), fc.nat(20))
      .chain(([url, one, two]) => {
        const [first, second] = [Math.min(one, two, url.length), Math.min(Math.max(one, two), url.length)];
        return fc.tuple(part(url.slice(0, first)), part(url.slice(first, second)), part(url.slice(second)));
      })
      .map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(harmless, place, assembled, harmless, async (before, around, url, after) => {
        const html = before + around.replace('#', () => url) + after;
        expect(parseTemplate({ subject: 'x', html })).toMatchObject({ ok: true });
        expect(await isRefused(html)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('is found inside of any block', async () => {
    const blocks: [string, string][] = [
      ['{% if V_8 == "x" %}', '{% endif %}'],
      ['{% if V_8 %}a{% elsif V_9 %}', '{% endif %}'],
      ['{% for i in (1..3) %}', '{% endfor %}'],
      ['{% for i in tags %}a{% else %}', '{% endfor %}'],
      ['{% case V_8 %}{% when "x" %}', '{% endcase %}'],
      ['{% capture c %}', '{% endcapture %}{{ c }}'],
      ['<div title="{{V_1}}">', '</div>'],
      ['<!--[if mso]>', '<![endif]-->'],
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...blocks), { maxLength: 5 }),
        fc.constantFrom(...PLACES.filter((one) => !one.startsWith('<!--'))),
        fc.constantFrom(...BAD),
        async (around, where, url) => {
          const html = around.reduce(
            (inner, [begin, end]) => begin + inner + end,
            where.replace('#', () => url),
          );
          expect(await isRefused(html)).toBe(true);
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe('a template of harmless pieces', () => {
  it('passes', async () => {
    const label = fc.stringMatching(/^[a-z][a-z0-9]{0,12}$/);
    const path = fc.webPath().filter((text) => !text.includes('\\'));
    const link = fc
      .tuple(
        label,
        fc.constantFrom('com', 'co.uk', 'org', 'de', 'events'),
        path,
        fc.constantFrom('', '?t={{barcode}}', '#{{V_1}}'),
      )
      .map(([name, top, rest, token]) => `<a href="https://www.${name}.${top}${rest}${token}">Tickets</a>`);
    const node = fc.oneof(fc.constantFrom(...HARMLESS.filter((one) => one !== '</b></i>')), link);
    await fc.assert(
      fc.asyncProperty(fc.array(node, { maxLength: 8 }), async (nodes) => {
        expect(await isRefused(nodes.join('\n'))).toBe(false);
      }),
      { numRuns: 200 },
    );
  });
});
