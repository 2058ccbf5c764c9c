import { describe, expect, it } from '@jest/globals';
import { compiled } from '../../test/render.js';
import { parseTemplate } from './parse-template.js';

const errorsOf = (html: string, subject = 'Subject') => {
  const parsed = parseTemplate({ subject, html });
  return parsed.ok ? [] : parsed.errors;
};

describe('parseTemplate', () => {
  it.each([
    ['<p>\n  Dear {{ firstname', 2, 8, 'output "{{ firstname" not closed'],
    ['a{% if plusones %}b', 1, 2, 'tag {% if plusones %} not closed'],
    ['a{% endif %}', 1, 2, 'tag "endif" not found'],
    ['{{ firstname | nofilter }}', 1, 1, 'undefined filter: nofilter'],
    ['{{ }}', 1, 4, 'invalid value expression: ""'],
    ['\n\n{% nosuchtag %}', 3, 1, 'tag "nosuchtag" not found'],
    [
      'x <{{V_1}}>',
      1,
      4,
      'a token cannot name an HTML element; write &lt; for a less-than sign before a token',
    ],
    ['{{ "x" | append }}', 1, 1, 'append expect 2 arguments'],
  ])('says what is wrong with %j, and where', (html, line, column, message) => {
    expect(errorsOf(html)).toEqual([{ field: 'html', line, column, message }]);
  });

  it.each([
    ['{{ "x" | LONG }}', 'undefined filter: xxx'],
    ['{% LONG %}', 'tag "xxx'],
    ['{{ LONG', 'output "{{ xxx'],
    ['{% if LONG ', 'tag "{% if xxx'],
  ])('keeps what it says about %s short', (html, start) => {
    const message = errorsOf(html.replace('LONG', 'x'.repeat(300_000)))[0]?.message ?? '';
    expect(message.startsWith(start)).toBe(true);
    expect(message.length).toBeLessThanOrEqual(201);
  });

  it('looks at both fields', () => {
    expect(errorsOf('{{', '{% if %}').map(({ field }) => field)).toEqual(['subject', 'html']);
  });

  it.each([
    'include "x"',
    'render "x"',
    'layout "x"',
    'block x',
    'liquid echo 1',
    'echo "x"',
    'increment x',
    'tablerow i in tags',
  ])('has no tag {%% %s %%}', (tag) => {
    expect(errorsOf(`{% ${tag} %}`)[0]?.message).toMatch(/^tag "[a-z]+" not found$/);
  });

  it.each([
    'raw',
    'where: "a", "b"',
    'where_exp: "x", "x"',
    'json',
    'inspect',
    'sha256',
    'base64_decode',
    'sample',
  ])('has no filter %s', (filter) => {
    expect(errorsOf(`{{ firstname | ${filter} }}`)[0]?.message).toMatch(/^undefined filter: /);
  });

  it('bounds the size of a template', () => {
    expect(errorsOf('x'.repeat(524_289))[0]?.message).toContain('at most 524288');
    expect(errorsOf('', 'x'.repeat(2001))).toEqual([
      { field: 'subject', line: 1, column: 1, message: 'has 2001 characters, at most 2000 are allowed' },
    ]);
    expect(errorsOf('{{event}}'.repeat(5001))[0]?.message).toBe('more than 5000 tokens and tags');
    expect(errorsOf('{% if event %}'.repeat(51))[0]?.message).toBe('blocks are nested more than 50 deep');
    expect(errorsOf('<p>'.repeat(20_001))[0]?.message).toBe('more than 20000 HTML tags');
  });

  describe('unknownTokens', () => {
    it('are the names that the guide does not know, as written', () => {
      const html =
        '{{firstname}} {{first_name}} {{ guest.name | upcase }} {% if vip == "x" %}{% endif %} {{first_name}}';
      expect(compiled(html, '{{evnt}} {{event}}').unknownTokens).toEqual([
        'evnt',
        'first_name',
        'guest.name',
        'vip',
      ]);
    });

    it('are not those that the template defines, or Liquid', () => {
      const html =
        '{% assign a = firstname %}{{a}}{% capture b %}x{% endcapture %}{{b}}' +
        '{% for c in tickets %}{{c}}{{forloop.index}}{% endfor %}{{ "literal" }}{{ 1 }}{% if true %}{% endif %}{{ nil }}';
      expect(compiled(html).unknownTokens).toEqual([]);
    });

    it('are cut where they are endless', () => {
      const [token] = compiled(`{{ ${'x'.repeat(300_000)} }}`).unknownTokens;
      expect(token).toBe(`${'x'.repeat(100)}…`);
    });

    it('are found in arguments, ranges and brackets', () => {
      const html =
        '{{ event | append: p }}{% for i in (1..q) %}{% endfor %}{{ event[r] }}{{ ["s"] }}{% cycle t, "x" %}';
      expect(compiled(html).unknownTokens).toEqual(['p', 'q', 'r', 's', 't']);
    });

    it('are none for the whole table in any letter case', () => {
      const html =
        '{{firstname}}{{lastname}}{{fullname}}{{othernames}}{{email}}{{barcode}}{{barcode_qr}}{{plusones}}{{guestnotes}}' +
        '{{tags}}{{tickets}}{{sessions}}{{event}}{{date}}{{starttime}}{{endtime}}{{companyname}}{{rsvplink_yes}}' +
        '{{rsvplink_no}}{{unsubscribe_link}}{{V_1}}{{V_2}}{{FirstName}}{{v_17}}';
      expect(compiled(html).unknownTokens).toEqual([]);
    });
  });
});
