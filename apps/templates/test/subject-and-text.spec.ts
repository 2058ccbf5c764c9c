import { describe, expect, it } from '@jest/globals';
import { renderTemplate } from '@qflow/rendering';
import fc from 'fast-check';
import { compiled } from './compiled.js';
import { called, hostile } from './hostile-guest.js';

const template = compiled(
  '<style>p{color:red}</style><!--[if mso]><p>{{V_1}}</p><![endif]--><h1>{{event}}</h1><p title="{{V_1}}">{{firstname}}' +
    '<br>{{guestnotes}}</p><table><tr><td>{{tags}}</td><td>{% for t in tickets %}<b>{{t}}</b>{% endfor %}</td></tr></table>' +
    '{% if V_1 %}<a href="https://example.com/?n={{V_1}}">{{email}}</a>{% endif %}',
  '{{event}}: {{fullname}} {{tags}} {{ V_1 | upcase | truncate: 9 }}',
);

describe('whatever a guest is called', () => {
  it('the subject is one line without control characters', () => {
    fc.assert(
      fc.property(hostile, (value) => {
        const { subject } = renderTemplate(template, called(value));
        expect(subject).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
        expect(subject).not.toMatch(/\p{Cs}/u);
      }),
    );
  });

  it('the text holds no markup but what a guest is called', () => {
    fc.assert(
      fc.property(hostile, (value) => {
        const { text } = renderTemplate(template, called(value.replaceAll('<', '').replaceAll('&', '')));
        expect(text).not.toMatch(/<|&(?:lt|gt|amp|quot|#\d+);/);
      }),
    );
  });

  it('nothing in it is run', () => {
    const one = compiled('<p>{{firstname}}</p>', '{{firstname}}');
    for (const name of ['{{event}}', '{% raw %}', '{{ "a" | upcase }}', '{% if event %}x{% endif %}', '{{']) {
      const { subject, html, text } = renderTemplate(one, called(name));
      const escaped = name.replaceAll('"', '&quot;');
      expect([subject, html, text]).toEqual([name, `<p>${escaped}</p>`, name]);
    }
  });

  it('the same data give the same bytes', () => {
    fc.assert(
      fc.property(hostile, (value) => {
        const first = renderTemplate(template, called(value));
        const again = renderTemplate(compiled('{{firstname}}'), called('b'));
        expect(again.html).toBe('b');
        expect(renderTemplate(template, called(value))).toEqual(first);
      }),
    );
  });
});
