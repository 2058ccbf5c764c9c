import { describe, expect, it } from '@jest/globals';
import { Parser } from 'htmlparser2';
import { renderTemplate } from '../src/template/render-template.js';
import { compiled, mergeData } from './render.js';

/** The elements and attribute names of some HTML: what no guest may change. Line breaks of tokens aside. */
function structure(html: string): string[] {
  const found: string[] = [];
  const parser = new Parser({
    onopentag: (name, attributes) => {
      if (name !== 'br') found.push(`<${name} ${Object.keys(attributes).join(' ')}>`);
    },
    onclosetag: (name) => {
      if (name !== 'br') found.push(`</${name}>`);
    },
    oncomment: () => found.push('<!---->'),
  });
  parser.end(html);
  return found;
}

function links(html: string): string[] {
  const found: string[] = [];
  const parser = new Parser({ onattribute: (name, value) => name === 'href' && found.push(value) });
  parser.end(html);
  return found;
}

const VALUES = [
  '<script>alert(1)</script>',
  '"><script>alert(1)</script>',
  "'><img src=x onerror=alert(1)>",
  '" onmouseover="alert(1)',
  "' onmouseover='alert(1)",
  'x onmouseover=alert(1)',
  'x\tonfocus=alert(1)\nautofocus',
  '/><svg onload=alert(1)>',
  '--><script>alert(1)</script><!--',
  '--!><b>',
  '</title><script>alert(1)</script>',
  '</style><script>alert(1)</script>',
  '</textarea><b>',
  ']]><b>',
  '`onclick=alert(1)',
  '=alert(1)',
  '&lt;script&gt;',
  '&quot;&#34;&#x22;><b>',
  '<![endif]--><b>',
  '\u0000<\u0000b>',
  '\ufdd00\ufdd1<b>',
  '\u2028<b>',
  '<',
  '>',
  '&',
  '"',
  "'",
];

const TEMPLATES = [
  '<p>{{V_1}}</p>',
  '<p title="{{V_1}}">a</p>',
  "<p title='{{V_1}}'>a</p>",
  '<p title={{V_1}}>a</p>',
  '<p title=a{{V_1}}b>a</p>',
  '<p {{V_1}}>a</p>',
  '<a href="{{V_1}}">a</a>',
  '<a href={{V_1}}>a</a>',
  '<a href="https://example.com/{{V_1}}?q={{V_1}}">a</a>',
  '<p style="color:{{V_1}}">a</p>',
  '<style>p{color:{{V_1}}}</style><p>a</p>',
  '<title>{{V_1}}</title><p>a</p>',
  '<textarea>{{V_1}}</textarea>',
  '<!-- {{V_1}} --><p>a</p>',
  '<!--[if mso]><p title="{{V_1}}">{{V_1}}</p><![endif]--><p>a</p>',
  '<p>{{ V_1 | upcase }}{{ V_1 | append: "x" }}{{ V_1 | escape }}{{ V_1 | newline_to_br }}</p>',
  '<p>{% assign x = V_1 %}{{x}}{% capture y %}{{x}}{% endcapture %}{{y}}{{ y | downcase }}</p>',
  '<p>{% capture y %}{{V_1}}{% endcapture %}<a title="{{y}}" href={{y}}>a</a></p>',
  '<p>{% for t in V_1 %}{{t}}{% endfor %}{% cycle V_1, "a" %}{% if V_1 %}{{V_1}}{% endif %}</p>',
  '<p class={% cycle V_1, "a" %}>a</p>',
  '{% if V_1 %}<p title="{% else %}<p id="{% endif %}{{V_1}}">a</p>',
  '<table><tr {% if V_1 %}class="{{V_1}}"{% endif %}><td>{{V_1}}</td></tr></table>',
  '<h{{V_1}}>a',
];

describe('guests cannot change the HTML', () => {
  it.each(TEMPLATES)('%s', (html) => {
    const template = compiled(html);
    const rendered = (value: string) =>
      renderTemplate(template, mergeData({ guest: { customFields: { '1': value } } })).html;
    // A token that is part of a name changes the name; that much the template's author has asked for.
    const shape = (value: string) =>
      structure(rendered(value)).map((line) => (html.startsWith('<h{') ? line.slice(0, 1) : line));
    const named = html.includes('<p {{');
    const expected = shape(named ? '' : 'benign');
    for (const value of VALUES) {
      const actual = named ? shape(value).map((line) => line.replace(/^<p .*>$/, '<p >')) : shape(value);
      expect({ value, structure: actual }).toEqual({ value, structure: expected });
    }
  });

  it('nor give a link a dangerous scheme', () => {
    const schemes = [
      'javascript:alert(1)',
      ' javascript:alert(1)',
      'JAVA\tSCRIPT:alert(1)',
      'data:text/html,x',
      'vbscript:x',
    ];
    const templates = [
      '<a href="{{V_1}}">a</a>',
      '<a href={{V_1}}>a</a>',
      '<a href="{% if plusones %}{{V_1}}{% endif %}">a</a>',
      '<a href="{% if V_9 %}https://{% endif %}{{V_1}}">a</a>',
      '<a href="{{ V_1 | downcase }}">a</a>',
      '<a href="{{ V_9 }}{{ V_1 }}">a</a>',
      '<!--[if mso]><a href="{{V_1}}">a</a><![endif]-->',
      '{% capture u %}{{V_1}}{% endcapture %}<a href="{{u}}">a</a>',
    ];
    for (const html of templates) {
      for (const value of schemes) {
        const data = mergeData({ guest: { customFields: { '1': value } } });
        const rendered = renderTemplate(compiled(html), data).html.replace(
          /<!--\[if mso\]>|<!\[endif\]-->/g,
          '',
        );
        expect(links(rendered)).toHaveLength(1);
        expect(links(rendered)[0]).not.toMatch(/^[^/?#]*:/);
      }
    }
  });

  it('nor by putting a scheme together from two fields', () => {
    const data = mergeData({
      guest: { customFields: { '1': 'java', '2': 'script:alert(1)', '3': ':alert(1)' } },
    });
    for (const html of ['<a href="{{V_1}}{{V_2}}">', '<a href="{{V_1}}{{V_3}}">']) {
      expect(links(renderTemplate(compiled(html), data).html)[0]).toContain('%3A');
    }
  });

  it('while honest links stay as they are', () => {
    const html =
      '<a href="{{rsvplink_yes}}"></a><a href={{rsvplink_no}}></a><a href="{{unsubscribe_link}}"></a><a href="{{V_1}}"></a>';
    const data = mergeData({ guest: { customFields: { '1': 'mailto:zoe@example.com?subject=a&body=b' } } });
    expect(links(renderTemplate(compiled(html), data).html)).toEqual([
      'https://example.com/rsvp/sample?answer=yes',
      'https://example.com/rsvp/sample?answer=no',
      'https://example.com/unsubscribe/sample',
      'mailto:zoe@example.com?subject=a&body=b',
    ]);
  });
});
