import { describe, expect, it } from '@jest/globals';
import { parseTemplate } from '../src/template/parse-template.js';
import { compiled, mergeData, render } from './render.js';
import { renderTemplate } from '../src/template/render-template.js';

const message = (html: string): string | undefined => {
  const parsed = parseTemplate({ subject: 'Subject', html });
  return parsed.ok ? undefined : parsed.errors[0]?.message;
};

const RANGE = '{% assign r = (1..300000) %}';

describe('templates that want too much', () => {
  it.each([
    ['a huge range', '{% for i in (1..1000000000) %}x{% endfor %}'],
    ['a range of many', '{% for i in (1..900000) %}{% endfor %}'],
    ['an infinite range', '{% for i in (1.."Infinity") %}x{% endfor %}'],
    [
      'loops in loops',
      '{% for a in (1..100) %}{% for b in (1..100) %}{% for c in (1..100) %}{% endfor %}{% endfor %}{% endfor %}',
    ],
    [
      'loops over one list',
      `{% assign r = (1..1000) %}${'{% for i in r %}'.repeat(9)}${'{% endfor %}'.repeat(9)}`,
    ],
    ['a literal many times', `{% for i in (1..5000) %}${'y'.repeat(5000)}{% endfor %}`],
    [
      'a raw block many times',
      `{% for i in (1..5000) %}{% raw %}${'y'.repeat(5000)}{% endraw %}{% endfor %}`,
    ],
    [
      'a string that doubles',
      '{% assign x = "aaaaaaaaaa" %}{% for i in (1..60) %}{% assign x = x | append: x %}{% endfor %}',
    ],
    [
      'a capture that doubles',
      '{% for i in (1..60) %}{% capture x %}a{{x}}{{x}}{% endcapture %}{% endfor %}',
    ],
    [
      'a list that doubles',
      '{% assign a = "x" | split: "" %}{% for i in (1..60) %}{% assign a = a | concat: a %}{% endfor %}',
    ],
    [
      'a list of long strings',
      `{% assign s = "${'z'.repeat(50_000)}" | split: "," %}{% for i in (1..15) %}{% assign s = s | concat: s %}{% endfor %}{{ s | upcase }}`,
    ],
    ['replacing that multiplies', `{% assign a = "${'a'.repeat(5000)}" %}{{ a | replace: "a", a }}`],
    ['a filter many times', `{% assign x = "${'a '.repeat(1000)}" %}{{ x ${'| slugify '.repeat(30_000)}}}`],
    ['sorting many times', `${RANGE}${'{{ r | sort | first }}'.repeat(100)}`],
    ['searching many times', `${RANGE}${'{% if r contains 0 %}{% endif %}'.repeat(100)}`],
    ['comparing lists', `${RANGE}{% case r %}{% when ${'r, '.repeat(100)}r %}x{% endcase %}`],
    ['an expression without end', `{% if event ${'and event '.repeat(40_000)}%}{% endif %}`],
    ['a date as wide as memory', '{{ "now" | date: "%999999999d" }}'],
    ['a slice longer than memory', '{{ "abc" | slice: 0, 999999999 }}'],
  ])('stops at %s', (_name, html) => {
    // The clock is the second net, and on a busy machine it may be the first.
    expect(message(html)).toMatch(/does too much work|takes too long/);
  });

  it.each([
    ['blocks', '{% if event %}'.repeat(3000), 'nested more than 50 deep'],
    ['brackets', `{{ ${'a['.repeat(60_000)}1${']'.repeat(60_000)} }}`, 'nested too deeply'],
    [
      'a date format that takes quadratic time',
      `{{ "now" | date: "%${'0'.repeat(30_000)}\n" }}`,
      'at most 64 characters',
    ],
  ])('refuses %s', (_name, html, expected) => {
    expect(message(html)).toContain(expected);
  });

  it.each([
    ['unclosed elements', '<div>'.repeat(15_000)],
    ['elements closed by others', '<b>'.repeat(9000) + '</i>'.repeat(9000)],
    ['lists in lists', '<ul><li>a'.repeat(3000)],
    ['links in links', '<a href="x">'.repeat(9000)],
    ['comments in comments', '<!--[if x]>'.repeat(9000)],
    ['blanks', `{%- if event -%}${' '.repeat(400_000)}{%- endif -%}`],
    ['many tokens', `<p>${' '.repeat(80)}{{firstname}}</p>`.repeat(4000)],
    ['brackets that are just not too many', `{{ ${'a['.repeat(1000)}1${']'.repeat(1000)} }}`],
  ])('takes %s in its stride', (_name, html) => {
    expect(message(html)).toBeUndefined();
  });
});

describe('templates that want what is not theirs', () => {
  it.each([
    '{{ __proto__ }}{{ constructor }}{{ toString }}{{ hasOwnProperty }}{{ globals }}{{ process }}',
    '{{ firstname.constructor }}{{ firstname.__proto__ }}{{ firstname["constructor"] }}{{ plusones.constructor }}',
    '{{ tags.constructor }}{{ tags.__proto__.constructor }}{{ tags.toString }}{{ tags.indexOf }}',
    '{% capture c %}x{% endcapture %}{{ c.constructor }}{{ c.html }}{{ c.__proto__ }}',
    '{% assign p = "__proto__" %}{{ tags[p] }}{{ firstname[p] }}',
    '{{ "".constructor.constructor }}{{ V_constructor }}{{ V___proto__ }}',
  ])('get nothing from %s', (html) => {
    expect(render(html).html).toBe('');
  });

  it('get nothing from the loop either', () => {
    expect(message('{% for t in tags %}{{ forloop.constructor }}{% endfor %}')).toBe(
      'this expression cannot be evaluated',
    );
    expect(
      render('{% for t in tickets %}{{ forloop.__proto__.x }}{{ forloop.hasOwnProperty }}{% endfor %}').html,
    ).toBe('falsefalse');
  });

  it('keep their own names to themselves', () => {
    const html =
      '{% assign __proto__ = "a" %}{{ __proto__ }}{% capture constructor %}b{% endcapture %}{{ constructor }}';
    expect(render(html).html).toBe('ab');
    expect(({} as Record<string, unknown>)['a']).toBeUndefined();
  });

  it('cannot read other templates or files', () => {
    for (const tag of ['include', 'render', 'layout']) {
      expect(message(`{% ${tag} "/etc/passwd" %}`)).toBe(`tag "${tag}" not found`);
    }
  });

  it('leave nothing behind for the next guest', () => {
    const template = compiled(
      '{{seen}}{% assign seen = firstname %}{% assign event = "x" %}{% capture date %}y{% endcapture %}',
    );
    renderTemplate(template, mergeData());
    expect(renderTemplate(template, mergeData()).html).toBe('');
    expect(render('{{seen}}{{event}}{{date}}').html).toBe('Spring Gala &amp; Awards29 April 2026');
  });
});
