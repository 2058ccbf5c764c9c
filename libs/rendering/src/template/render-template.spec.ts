import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { compiled, mergeData, render, renderSubject } from '../../test/render.js';
import { TEMPLATE_LIMITS } from '../limits.js';
import { renderTemplate, TemplateRenderError } from './render-template.js';

const html = (template: string, change = {}) => render(template, change).html;

afterEach(() => {
  jest.restoreAllMocks();
});

describe('renderTemplate', () => {
  it('fills in the tokens, escaped in the body and plain in the subject', () => {
    const template = compiled(
      '<p>{{fullname}} at {{event}}</p>',
      'Your ticket for {{event}} — {{firstname}}',
    );
    const data = mergeData({ guest: { firstName: '<Zoë>' } });
    expect(renderTemplate(template, data)).toEqual({
      subject: 'Your ticket for Spring Gala & Awards — <Zoë>',
      html: '<p>&lt;Zoë&gt; O’Brien at Spring Gala &amp; Awards</p>',
      text: '<Zoë> O’Brien at Spring Gala & Awards',
      missingTokens: [],
    });
  });

  it('renders the same bytes every time', () => {
    const template = compiled(
      '{% for t in tags %}{% cycle "a", "b" %}{{t}}{% endfor %}{% assign x = 1 %}{{x}}{{V_1}}',
    );
    const first = renderTemplate(template, mergeData());
    renderTemplate(template, mergeData({ guest: { tags: 'other' } }));
    expect(renderTemplate(template, mergeData())).toEqual(first);
  });

  it('takes tokens in any letter case, and leaves the template’s own names alone', () => {
    expect(html('{{FirstName}} {{EVENT}} {{v_1}}')).toBe('Zoë Spring Gala &amp; Awards Table 12');
    expect(html('{% assign Event = "mine" %}{{Event}} {{event}}')).toBe('mine Spring Gala &amp; Awards');
    expect(html('{{event}}{% for event in tickets %} {{event}}{% endfor %}')).toBe(
      'Spring Gala &amp; Awards VIP Dinner',
    );
  });

  it('shows the line breaks of multi-line tokens', () => {
    expect(html('{{guestnotes}}|{{tags}}|{{tickets}}|{{sessions}}')).toBe(
      'Vegetarian<br>Step-free access|Speaker<br>Press|VIP<br>Dinner|Opening keynote<br>Workshop A',
    );
    expect(html('{{guestnotes}}', { guest: { additionalInfo: 'a\r\nb\rc<' } })).toBe('a<br>b<br>c&lt;');
    expect(html('<p title="{{tags}}">')).toBe('<p title="Speaker Press">');
  });

  it.each([
    ['{{ firstname | upcase }}', 'ZOË'],
    ['{{ V_9 | default: "friend" }}', 'friend'],
    ['{{ plusones | plus: 1 }}', '3'],
    ['{{ tags | join: ", " }}', 'Speaker, Press'],
    ['{{ tags | size }} {{ tags.size }} {{ tags | first }} {{ tags.last }}', '2 2 Speaker Press'],
    ['{{ tags | upcase }}', 'SPEAKER<br>PRESS'],
    ['{{ tags | split: "\n" | reverse | join: "/" }}', 'Press/Speaker'],
    ['{{ date | date: "%d/%m/%Y" }}', '29/04/2026'],
    [
      '{{ event | escape }} {{ guestnotes | newline_to_br }}',
      'Spring Gala &amp; Awards Vegetarian<br>Step-free access',
    ],
    ['{{ event | url_encode }}', 'Spring+Gala+%26+Awards'],
    ['{{ firstname | append: " <x>" }}', 'Zoë &lt;x&gt;'],
    ['{{ barcode | slice: 0, 4 }}{{ event | truncate: 9 }}', 'QF7KSpring...'],
  ])('filters: %s is %s', (template, expected) => {
    expect(html(template)).toBe(expected);
  });

  it.each([
    ['{% if plusones > 1 %}a{% else %}b{% endif %}', 'a'],
    ['{% if othernames %}a{% endif %}{% if V_9 %}b{% endif %}', 'a'],
    [
      '{% if V_9 == "" %}a{% endif %}{% if V_9 == blank %}b{% endif %}{% unless V_9 %}c{% endunless %}',
      'abc',
    ],
    ['{% if tickets contains "VIP" %}a{% endif %}{% if tickets == "VIP" %}b{% endif %}', 'a'],
    ['{% if tickets != blank and tickets != empty and tickets %}a{% endif %}', 'a'],
    ['{% case V_1 %}{% when "Table 1", "Table 12" %}a{% else %}b{% endcase %}', 'a'],
    ['{% case V_1 %}{% when "x" %}a{% else %}b{% endcase %}{% case V_1 %}{% when "x" %}a{% endcase %}', 'b'],
    [
      '{% for t in tickets %}{{forloop.index}}{{t}}{% unless forloop.last %},{% endunless %}{% endfor %}',
      '1VIP,2Dinner',
    ],
    ['{% for t in V_9 %}a{% else %}none{% endfor %}', 'none'],
    ['{% for i in (1..plusones) %}{% if i == 2 %}{% break %}{% endif %}{{i}}{% endfor %}', '1'],
    ['{% for t in tickets reversed limit:1 %}{{t}}{% endfor %}', 'VIP'],
    ['{% raw %}{{firstname}}{% endraw %}{% comment %}x{% endcomment %}', '{{firstname}}'],
  ])('tags: %s is %s', (template, expected) => {
    expect(html(template)).toBe(expected);
  });

  it('takes 0 plus-ones for none', () => {
    expect(html('{% if plusones %}a{% else %}b{% endif %}{{plusones}}', { guest: { plusOnes: 0 } })).toBe(
      'b0',
    );
  });

  it('prints captured HTML as it is, and compares and filters what it says', () => {
    const capture = '{% capture x %}<b>{{lastname}}</b>{% endcapture %}';
    const change = { guest: { lastName: "O'Brien & <co>" } };
    expect(html(`${capture}{{x}}`, change)).toBe('<b>O&#39;Brien &amp; &lt;co&gt;</b>');
    expect(html(`${capture}<p title="{{x}}">`, change)).toBe(
      '<p title="&lt;b&gt;O&#39;Brien &amp; &lt;co&gt;&lt;/b&gt;">',
    );
    const name = '{% capture x %}{{lastname}}{% endcapture %}';
    expect(
      html(`${name}{{ x | upcase }}{% if x == "O'Brien & <co>" %} same{% endif %}{{x.size}}`, change),
    ).toBe('O&#39;BRIEN &amp; &lt;CO&gt; same14');
    expect(html(`{% capture x %} {% endcapture %}{% if x == blank %}blank{% endif %}`)).toBe('blank');
  });

  it.each([
    ['https://example.com/?name={{firstname}}&x=1', 'https://example.com/?name=Tom%20%26%20Jerry%3F&x=1'],
    ['https://example.com/{{V_1}}/{{firstname}}', 'https://example.com/img/a%201.png/Tom%20&amp;%20Jerry?'],
    ['https://example.com/#{{firstname}}', 'https://example.com/#Tom%20%26%20Jerry%3F'],
    ['mailto:{{email}}?subject={{firstname}}', 'mailto:t+j@example.com?subject=Tom%20%26%20Jerry%3F'],
    ['https://example.com/?to={{rsvplink_yes}}', 'https://example.com/?to=https%3A%2F%2Fexample.com%2Fr'],
    ['{{rsvplink_yes}}?utm={{V_2}}', 'https://example.com/r?utm=a%3Db'],
    ['https://example.com/?q={{ firstname | url_encode }}', 'https://example.com/?q=Tom+%26+Jerry%3F'],
    ['{{V_3}}', 'https://example.com/a?b=c&amp;d=%20#e'],
    [
      '{% if plusones %}https://a.example/{% else %}https://b.example/{% endif %}?q={{firstname}}',
      'https://a.example/?q=Tom%20%26%20Jerry%3F',
    ],
  ])('encodes values inside URLs: %s', (href, expected) => {
    const change = {
      guest: {
        firstName: 'Tom & Jerry?',
        email: 't+j@example.com',
        customFields: { '1': 'img/a 1.png', '2': 'a=b', '3': ' https://example.com/a?b=c&d=%20#e ' },
      },
      links: { rsvpYesUrl: 'https://example.com/r' },
    };
    const result = render(`<a href="${href}">Go</a>`, change);
    expect(result.html).toBe(`<a href="${expected}">Go</a>`);
    const plain = expected.replaceAll('&amp;', '&').replace(/^mailto:/, '');
    expect(result.text).toBe(`Go [${plain}]`);
  });

  it('encodes once what has been encoded under another name', () => {
    const value = '{% assign n = event | url_encode %}<a href="https://example.com/?q={{n}}">a</a>';
    expect(html(value)).toBe('<a href="https://example.com/?q=Spring+Gala+%26+Awards">a</a>');
    const raw = '{% assign n = event %}<a href="https://example.com/?q={{n}}">a</a>';
    expect(html(raw)).toBe('<a href="https://example.com/?q=Spring%20Gala%20%26%20Awards">a</a>');
  });

  it('keeps a comment for Outlook one comment', () => {
    const button = '<!--[if mso]><td class={{V_1}} title="{{V_1}}">{{V_1}}<![endif]-->';
    expect(html(button, { guest: { customFields: { '1': 'a-b' } } })).toContain(
      'class=a-b title="a-b">a-b<!',
    );
    const hostile = html(button, { guest: { customFields: { '1': '--' } } });
    expect(hostile).toBe('<!--[if mso]><td class=&#45;&#45; title="&#45;&#45;">&#45;&#45;<![endif]-->');
  });

  it('leaves no attribute without quotes empty, or it would take the next one for its value', () => {
    const empty = { guest: { customFields: {} } };
    expect(html('<p title={{V_1}} class=a>', empty)).toBe('<p title="" class=a>');
    expect(html('<p title=a{{V_1}} class=a>', empty)).toBe('<p title=a class=a>');
  });

  it('lists the tokens that have no value, by the guide’s names', () => {
    const template = compiled(
      '{{FIRSTNAME}}{{v_9}}{{nope}}{{guest.name}}{% if othernames %}{% endif %}{{plusones}}{{x}}{% assign x = 1 %}',
    );
    const data = mergeData({
      guest: { firstName: ' ', othernames: '', otherNames: '', plusOnes: 0 } as object,
    });
    expect(renderTemplate(template, data).missingTokens).toEqual([
      'firstname',
      'V_9',
      'nope',
      'guest.name',
      'othernames',
    ]);
  });

  it('never has line breaks or control characters in the subject', () => {
    const change = {
      guest: { firstName: 'A\r\nBcc: evil@example.com\u0000\u001b', additionalInfo: 'x\ny\tz' },
    };
    expect(renderSubject('{{firstname}} {{guestnotes}} {{tags}}', change)).toBe(
      'A Bcc: evil@example.com x y z Speaker Press',
    );
    expect(renderSubject(' a\r\n b\u2028c ')).toBe('a  b c');
  });

  it.each([
    '{{event}}',
    '{% raw %}',
    '{{',
    '{% if %}',
    '{{ "x" | upcase }}',
    '%}{{event}}{%',
    '\ufdd0event\ufdd1',
  ])('does not run what a guest is called: %s', (name) => {
    const template = compiled(
      '<p title="{{firstname}}">{{firstname}}{% if firstname %}{{firstname}}{% endif %}</p>',
      '{{firstname}}',
    );
    const result = renderTemplate(template, mergeData({ guest: { firstName: name } }));
    expect(result.subject).toBe(name);
    expect(result.text).toBe(name + name);
    expect(result.html).toContain(name.replaceAll('"', '&quot;'));
    expect(result.html).not.toContain('Spring');
  });

  it('renders a malformed percent escape or a broken character of a guest as it is', () => {
    const change = { guest: { customFields: { '1': '%E0%A4%A', '2': 'x\ud800' } } };
    expect(html('{{ V_1 | url_decode }} {{ V_2 | url_encode }} {{ V_2 | cgi_escape }}', change)).toBe(
      '%E0%A4%A x%EF%BF%BD x%EF%BF%BD',
    );
  });

  it('says which template cannot be rendered when a guest’s data make it too much work', () => {
    const template = compiled('<p>\n{% for i in (1..plusones) %}x{% endfor %}</p>');
    const data = mergeData({ guest: { plusOnes: 1_000_000_000 } });
    let thrown: unknown;
    try {
      renderTemplate(template, data);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(TemplateRenderError);
    expect(thrown).toMatchObject({ code: 'template_render_failed', field: 'html', line: 2, column: 1 });
    expect((thrown as TemplateRenderError).message).toBe(
      "the template's html cannot be rendered (line 2, column 1): the template does too much work; shorten its loops and texts",
    );
  });

  it('makes no text of HTML that takes long to convert for every guest', () => {
    const crossed = '{% if V_1 %}<a href="x">{% else %}<a href="y">{% endif %}Go</a>';
    expect(render(`${crossed}<p>a</p>`).text).toBe('Go [x]\n\na');
    expect(render(`${crossed}${'<ul><li>'.repeat(3_000)}`).text).toBe('');
  });

  it('tries again when the process was paused in the middle', () => {
    const template = compiled('{% if firstname %}{{firstname}}{% endif %}');
    let calls = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => (calls++ < 3 ? calls * 300 : 900));
    expect(renderTemplate(template, mergeData()).html).toBe('Zoë');
    expect(calls).toBeGreaterThan(4);
  });

  it('needs no clock for a template of literals and tokens, whose work is counted', () => {
    const template = compiled('<p title="{{lastname}}">{{firstname}}{% raw %}{{x}}{% endraw %}</p>');
    let now = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => (now += 300));
    expect(renderTemplate(template, mergeData()).html).toContain('>Zoë{{x}}</p>');
  });

  it('says where such a template takes too much work', () => {
    const template = compiled('<p>\n{{V_1}}{{V_1}}</p>');
    const data = mergeData({ guest: { customFields: { 1: 'x'.repeat(TEMPLATE_LIMITS.work - 100) } } });
    expect(() => renderTemplate(template, data)).toThrow(
      "the template's html cannot be rendered (line 2, column 8): the template does too much work",
    );
  });

  it('gives up on a template that is too slow twice', () => {
    const template = compiled('{% if firstname %}{{firstname}}{% endif %}');
    let now = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => (now += 300));
    expect(() => renderTemplate(template, mergeData())).toThrow('takes too long');
  });
});
