import { describe, expect, it } from '@jest/globals';
import { compiled, render, type Change } from '../../test/render.js';

const text = (html: string, change: Change = {}) => render(html, change).text;
const isDerived = (html: string) => compiled(html).text !== undefined;

describe('the plain-text part', () => {
  it('is the text of the HTML with the tokens filled in, unescaped', () => {
    const html =
      '<html><head><title>Not text</title><style>p{}</style></head><body><h1>Hi {{firstname}}</h1>' +
      '<p>See you at {{event}}<br>on {{date}}.</p><p>{{guestnotes}}</p></body></html>';
    expect(text(html, { guest: { firstName: '<Zoë> & "co"' } })).toBe(
      'Hi <Zoë> & "co"\n\nSee you at Spring Gala & Awards\non 29 April 2026.\n\nVegetarian\nStep-free access',
    );
  });

  it('shows where links lead', () => {
    expect(
      text('<a href="{{rsvplink_yes}}">Yes</a> or <a href="https://example.com/">https://example.com/</a>'),
    ).toBe('Yes [https://example.com/rsvp/sample?answer=yes] or https://example.com/');
    expect(text('<a href="{{V_9}}">Nowhere</a>')).toBe('Nowhere');
    expect(text('<a href="https://example.com/?a=1&amp;b={{barcode}}">x</a>')).toBe(
      'x [https://example.com/?a=1&b=QF7K2M9X4T8B1ZDA]',
    );
  });

  it('names pictures, and shows the addresses of those that are the guest’s own', () => {
    expect(
      text(
        '<img src="https://example.com/logo.png" alt="Logo"><img src="{{barcode_qr}}" alt="Your QR code">',
      ),
    ).toBe('Logo Your QR code [https://example.com/qr/sample.png]');
    expect(text('<img src="https://example.com/pixel.png">')).toBe('');
  });

  it('follows if, case and for', () => {
    const html =
      '<p>A</p>{% if plusones > 1 %}<p>many</p>{% elsif plusones == 1 %}<p>one</p>{% else %}<p>none</p>{% endif %}<p>B</p>' +
      '{% case V_1 %}{% when "x" %}X{% else %}Y{% endcase %}';
    expect(text(html)).toBe('A\n\nmany\n\nB\n\nY');
    expect(text(html, { guest: { plusOnes: 1 } })).toBe('A\n\none\n\nB\n\nY');
    expect(text(html, { guest: { plusOnes: 0, customFields: { '1': 'x' } } })).toBe('A\n\nnone\n\nB\n\nX');
  });

  it('keeps lists and tables in order', () => {
    expect(text('<ul>{% for ticket in tickets %}<li>{{ticket}}</li>{% endfor %}</ul>')).toBe(
      ' * VIP\n * Dinner',
    );
    const table =
      '<table><tr><td>Ticket</td></tr>{% for ticket in tickets %}<tr><td>{{ticket}}</td></tr>{% endfor %}</table>';
    expect(text(table)).toBe('Ticket\nVIP\nDinner');
    expect(isDerived(table)).toBe(true);
    expect(
      text(
        '<table><tr><th>Date</th><td>{{date}}</td></tr><tr><th>From</th><td>{{starttime}}</td></tr></table>',
      ),
    ).toBe('Date 29 April 2026\nFrom 18:30');
  });

  it('does not need tags in attributes, styles and comments', () => {
    const html =
      '<td {% if plusones %}class="{% if V_1 %}a{% endif %}"{% endif %}>x</td>' +
      '<style>{% if plusones %}p{}{% endif %}</style><!-- {% if V_1 %}x{% endif %} -->';
    expect(isDerived(html)).toBe(true);
    expect(text(html)).toBe('x');
    const link =
      '<a href="{% if plusones > 1 %}https://a.example{% else %}https://b.example{% endif %}">x</a>';
    expect(isDerived(link)).toBe(true);
    expect(text(link)).toBe('x [https://a.example]');
  });

  it('finds tags outside of the body', () => {
    const html =
      '{% assign greeting = "Hello" %}<html><head>{% assign x = "!" %}</head><body>{{greeting}}{{x}}</body></html>';
    expect(isDerived(html)).toBe(true);
    expect(text(html)).toBe('Hello!');
  });

  it('trims what the template trims, and no lines of the text', () => {
    expect(text('<p>a</p>\n{%- if plusones -%}\n<p>b</p>\n{%- endif -%}\n<p>c</p>')).toBe('a\n\nb\n\nc');
    expect(text('Dear  {{- firstname -}}  !')).toBe('DearZoë!');
  });

  it('takes literal braces for what they are', () => {
    expect(text('{% raw %}{{firstname}} {% if %}{% endraw %} &#123;&#123;lastname}} {{firstname}}')).toBe(
      '{{firstname}} {% if %} {{lastname}} Zoë',
    );
  });

  it('leaves comments out', () => {
    expect(text('a{% comment %}<a href="x">{{b}}{% endcomment %}{% # note %}c')).toBe('ac');
  });

  it('puts captured text where it is printed', () => {
    expect(text('{% capture name %}<b>{{firstname}}</b> & co{% endcapture %}<p>Dear {{name}}</p>')).toBe(
      'Dear Zoë & co',
    );
  });

  describe('is converted from what was rendered', () => {
    it.each([
      [
        'a link is opened and closed in different blocks',
        '{% if V_9 %}<a href="https://a.example">{% endif %}x{% if V_9 %}</a>{% endif %}',
        'x',
      ],
      [
        'a link is chosen from two',
        '{% if V_1 %}<a href="https://a.example">{% else %}<a href="https://b.example">{% endif %}x</a>',
        'x [https://a.example]',
      ],
      ['a block begins inside an attribute', '<p title="{% if V_1 %}">a</p>{% endif %}b', 'a\n\nb'],
      [
        'a link uses a loop’s variable outside of it',
        '<a href="{{t}}">{% for t in tickets %}{{t}} {% endfor %}</a>',
        null,
      ],
      ['a variable is set where no text comes from', '<style>{% assign x = "1" %}</style>{{x}}', '1'],
    ])('when %s', (_name, html, expected) => {
      if (expected === null) {
        expect(text(html)).toBe('VIP Dinner');
        return;
      }
      expect(isDerived(html)).toBe(false);
      expect(text(html)).toBe(expected);
    });

    it('with the addresses of all pictures, since none is known to be the guest’s own', () => {
      const html =
        '{% if V_1 %}<a href="https://a.example">{% endif %}<img src="{{barcode_qr}}" alt="QR"></a>';
      expect(isDerived(html)).toBe(false);
      expect(text(html)).toContain('QR [https://example.com/qr/sample.png]');
    });

    it('but not if a loop has made it huge', () => {
      const loop = '{% for i in (1..5001) %}<i></i>{% endfor %}';
      expect(text(`{% if V_9 %}<a href="x">{% endif %}${loop}`)).toBe('');
    });
  });
});
