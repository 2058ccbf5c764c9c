import { describe, expect, it } from '@jest/globals';
import { parseTemplate } from '@qflow/rendering';
import { drawOutline } from './draw-outline.js';
import { expand } from './expand.js';
import type { Outline } from './outline.js';
import { readTree } from './template-tree.js';
import { Unknowns } from './unknowns.js';

function outlineOf(html: string): Outline {
  const parsed = parseTemplate({ subject: 'x', html });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  return drawOutline(readTree(parsed.template.html), new Unknowns());
}

/** What a template can become, with its unknowns as they stand in it. */
function variantsOf(html: string): string[] {
  const outline = outlineOf(html);
  return expand(outline, outline.markup, 'plain').variants.map((variant) => outline.unknowns.show(variant));
}

describe('the variants of a template', () => {
  it.each([
    ['a{{V_1}}b', ['a{{V_1}}b']],
    ['a{{nobody}}b', ['ab']],
    ['{% if V_1 %}a{% elsif V_2 %}b{% else %}c{% endif %}d', ['ad', 'bd', 'cd']],
    ['{% if V_1 %}a{% endif %}b', ['ab', 'b']],
    ['{% unless V_1 %}a{% else %}b{% endunless %}', ['a', 'b']],
    ['{% case V_1 %}{% when 1 %}a{% when "2", "3" %}b{% endcase %}', ['a', 'b', '']],
    ['{% case V_1 %}{% when 1 %}a{% when "1" %}b{% endcase %}', ['a', 'b', '', '{% case V_1 %}']],
    ['{% for t in tags %}a{{t}}{% else %}b{% endfor %}', ['a{{t}}{% for t in tags %}', 'b']],
    ['{% assign x = "a" %}{{x}}{% assign x = "b" %}{{x}}', ['ab']],
    ['{{x}}{% if V_1 %}{% assign x = "a" %}{{x}}{% endif %}{{x}}', ['aa', 'a', '']],
    ['{% if V_1 %}{% assign x = "a" %}{% else %}{% assign x = "b" %}{% endif %}{{x}}', ['a', 'b']],
    ['{% assign x = "b" | append: "c" | prepend: "a" %}{{ x | escape }}', ['abc']],
    ['{% assign x = V_1 %}{{ x }}', ['{{ x }}']],
    ['{% capture x %}a{{V_1}}{% if V_2 %}b{% endif %}{% endcapture %}{{x}}', ['a{{V_1}}b', 'a{{V_1}}']],
    ['{{ "" | default: "a" }}{{ "b" | default: "c" }}', ['ab']],
    ['{{ V_1 | default: "a" }}', ['{{ V_1 | default: "a" }}', 'a']],
    ['{{ "a" | upcase }}', ['{{ "a" | upcase }}']],
    [
      '{% assign x = "a" %}{% for i in (1..2) %}{% assign x = V_1 %}{% endfor %}{{x}}',
      ['a', '{{x}}', '{% for i in (1..2) %}a', '{% for i in (1..2) %}{{x}}'],
    ],
    ['{% raw %}{{V_1}}{% endraw %}{% comment %}a{% endcomment %}', ['{{V_1}}']],
    ['a {{- V_1 -}} b', ['a{{- V_1 -}}b']],
  ])('%s', (html, variants) => {
    expect(variantsOf(html).sort()).toEqual([...variants].sort());
  });

  it('stand aside where there are too many', () => {
    const html = Array.from({ length: 12 }, (_, i) => `{% if V_${i} %}${i} {% endif %}`).join('');
    const outline = outlineOf(html);
    const { variants, aside } = expand(outline, outline.markup, 'text');
    expect(variants).toHaveLength(1);
    expect(aside.filter(Boolean)).toEqual(Array.from({ length: 12 }, (_, i) => `${i} `));
  });

  it('stop at a budget, so that a template cannot be made to take long', () => {
    const block = '<p>{% if V_1 %}a{% endif %}{% if V_2 %}b{% endif %}</p>';
    const outline = outlineOf(block);
    outline.budget.characters = 10;
    expect(expand(outline, outline.markup, 'text').aside).not.toEqual([]);
  });

  it('include what is captured as markup of its own', () => {
    const { markup, captures } = outlineOf('a{% capture x %}<b>{% endcapture %}c');
    expect(markup).toBe('ac');
    expect(captures).toEqual([{ markup: '<b>', source: '{% capture x %}' }]);
  });
});
