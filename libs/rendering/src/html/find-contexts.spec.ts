import { describe, expect, it } from '@jest/globals';
import { scanTemplate, type Construct } from '../template/scan-template.js';
import { findElementName, HtmlContexts } from './find-contexts.js';

/** The contexts of all outputs in `html`, as `within/readAs`. */
function contexts(html: string): string[] {
  const pieces = scanTemplate(html);
  const found = new HtmlContexts(pieces);
  const outputs = pieces.filter(
    (piece): piece is Construct => typeof piece !== 'string' && piece.kind === 'output',
  );
  return outputs.map((output) => found.of(output)).map(({ within, readAs }) => `${within}/${readAs}`);
}

describe('HtmlContexts', () => {
  it.each([
    ['<p>{{x}}</p>', 'text/text'],
    ['{{x}}', 'text/text'],
    ['<p title="{{x}}">', 'quotes/text'],
    ["<p title='{{x}}'>", 'quotes/text'],
    ['<p title={{x}}>', 'whole/text'],
    ['<p title=a{{x}}>', 'unquoted/text'],
    ['<p {{x}}>', 'unknown/unknown'],
    ['<p {{x}}="y">', 'unknown/unknown'],
    ['<a href="{{x}}">', 'quotes/url'],
    ['<a HREF = "{{x}}">', 'quotes/url'],
    ['<a href={{x}}>', 'whole/url'],
    ['<a href=" {{x}}">', 'quotes/url'],
    ['<a href="&#32;{{x}}">', 'quotes/url'],
    ['<a href="https://example.com/{{x}}">', 'quotes/path'],
    ['<a href="mailto:{{x}}">', 'quotes/path'],
    ['<a href="https://example.com/?q={{x}}">', 'quotes/query'],
    ['<a href="https://example.com/#{{x}}">', 'quotes/query'],
    ['<a href=https://example.com/?q={{x}}>', 'unquoted/query'],
    ['<a href="www{{x}}">', 'quotes/url'],
    ['<a {% if a %}href="{{x}}"{% endif %}>', 'quotes/url'],
    ['<meta http-equiv="refresh" content="0; url={{x}}">', 'quotes/url'],
    ['<meta name="description" content="{{x}}">', 'quotes/text'],
    ['<iframe srcdoc="{{x}}">', 'quotes/markup'],
    ['<a href="{% if a %}https://{% endif %}{{x}}">', 'quotes/url'],
    ['<img src="{{x}}">', 'quotes/url'],
    ['<img srcset="https://example.com/a.png 1x, {{x}} 2x">', 'quotes/listed'],
    ['<form action="{{x}}">', 'quotes/url'],
    ['<p style="color:{{x}}">', 'quotes/code'],
    ['<p onclick="{{x}}">', 'quotes/code'],
    ['<style>p{color:{{x}}}</style>', 'quotes/code'],
    ['<script>{{x}}</script>', 'quotes/code'],
    ['<title>{{x}}</title>', 'quotes/text'],
    ['<title>a</title>{{x}}', 'text/text'],
    ['<!-- {{x}} -->', 'unknown/unknown'],
    ['<!--[if mso]><a href="{{x}}"><![endif]-->', 'quotes/url'],
    ['<!--[if mso]><!--[if a]>{{x}}<![endif]-->', 'unknown/unknown'],
    ['<!doctype {{x}}>', 'unknown/unknown'],
    ['<p title="{{x}}', 'unknown/unknown'],
    ['{% if a %}<a href="{% else %}<a title="{% endif %}{{x}}">', 'unknown/unknown'],
    ['{% if a %}<p title={% else %}<b>{% endif %}{{x}}</p>', 'unknown/unknown'],
    ['{% for i in a %}<p title={% endfor %}{{x}}>', 'unknown/unknown'],
    ['{% capture a %}<p title={% endcapture %}>{{x}}', 'unknown/unknown'],
    ['<p title={% capture a %}{{x}}{% endcapture %}>', 'text/text'],
    ['<p {% if a %}class="b"{% else %}id="c"{% endif %}>{{x}}', 'text/text'],
    ['<style>{% if a %}p{}{% endif %}</style>{{x}}', 'text/text'],
    ['<!--[if mso]>{% if a %}<p>{% else %}<b>{% endif %}<![endif]-->{{x}}', 'text/text'],
  ])('%s is %s', (html, context) => {
    expect(contexts(html)).toEqual([context]);
  });

  it('tells the parts of one URL apart', () => {
    expect(contexts('<a href="{{a}}/b?c={{d}}&e={{f}}">')).toEqual([
      'quotes/url',
      'quotes/query',
      'quotes/query',
    ]);
  });

  it('knows what is inside a comment', () => {
    const html = '<!--[if mso]><p>{{a}}</p><![endif]--><!-- {{b}} -->{{c}}';
    const pieces = scanTemplate(html);
    const found = new HtmlContexts(pieces);
    expect(
      pieces.flatMap((piece) => (typeof piece === 'string' ? [] : [Boolean(found.of(piece).inComment)])),
    ).toEqual([true, true, false]);
  });

  it('tells the outputs of one value and of neighbours apart', () => {
    expect(contexts('<a href="{{a}}{{b}}" title="{{c}}">{{d}}</a>{{e}}')).toEqual([
      'quotes/url',
      'quotes/url',
      'quotes/text',
      'text/text',
      'text/text',
    ]);
  });
});

describe('findElementName', () => {
  it.each(['<{{x}}>', '</{{x}}>', 'a <{% if a %}{{x}}{% endif %}', '<{{ x }} href="y">'])(
    'finds it in %s',
    (html) => {
      expect(findElementName(scanTemplate(html))?.kind).toBe('output');
    },
  );

  it.each(['< {{x}}', '&lt;{{x}}', '<p>{{x}}', 'a<b {{x}}', '{{x}}<'])('does not mind %s', (html) => {
    expect(findElementName(scanTemplate(html))).toBeUndefined();
  });
});
