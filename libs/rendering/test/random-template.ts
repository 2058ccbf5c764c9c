/** A stream of numbers in [0, 1) that is the same for the same seed (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const TOKENS = ['firstname', 'lastname', 'guestnotes', 'tickets', 'plusones', 'V_1', 'event'];
const CONDITIONS = ['plusones > 1', 'firstname', 'V_9', 'tickets contains "VIP"', '1 == 2', 'nope'];
const LINKS = [
  'https://example.com/',
  '{{rsvplink_yes}}',
  '{{unsubscribe_link}}',
  '{% if plusones > 1 %}https://a.example{% else %}https://b.example{% endif %}',
];

/**
 * HTML as people and editors make it, and worse: blocks across elements, tags in attributes, comments and
 * styles, links that are opened and closed in different branches.
 */
export function randomTemplate(seed: number): string {
  const next = numbers(seed);
  const pick = <T>(options: readonly T[]): T => options[Math.floor(next() * options.length)]!;
  const condition = (): string => pick(CONDITIONS);
  const output = (): string =>
    `${pick(['{{', '{{-'])} ${pick(TOKENS)}${pick(['', ' | upcase', ' | default: "d"'])} ${pick(['}}', '-}}'])}`;

  const node = (depth: number): string => {
    if (depth === 0) return pick([output, () => 'text ', () => 'word', () => '\n'])();
    const inner = (): string =>
      Array.from({ length: Math.floor(next() * 4) }, () => node(depth - 1)).join('');
    return pick([
      output,
      () => `<p>${inner()}</p>`,
      () => `<b>${inner()}</b>`,
      () => `<h2>${inner()}</h2>`,
      () => '<br>',
      () => '<img src="https://example.com/x.png" alt="picture">',
      () => `<div class="{{V_1}}">${inner()}</div>`,
      () => `<table><tr><td>${inner()}</td><td>${inner()}</td></tr></table>`,
      () => `<ul>{% for t in tickets %}<li>{{t}}${inner()}</li>{% endfor %}</ul>`,
      () => `<a href="${pick(LINKS)}">${inner()}</a>`,
      () =>
        `{% if ${condition()} %}${inner()}{% elsif ${condition()} %}${inner()}{% else %}${inner()}{% endif %}`,
      () => `{% unless ${condition()} %}${inner()}{% endunless %}`,
      () => `{% case plusones %}{% when 2 %}${inner()}{% else %}${inner()}{% endcase %}`,
      () => `{% capture c %}${inner()}{% endcapture %}{{ c }}`,
      () => '{% assign z = "q" %}{{ z }}',
      () => '{% comment %}<p>x{% if %}{% endcomment %}',
      () => '{% raw %}{{ firstname }} {% if %}{% endraw %}',
      () => `<td {% if ${condition()} %}class="x"{% endif %}>${inner()}</td>`,
      () => `{% if ${condition()} %}<td class="a">{% else %}<td class="b">{% endif %}${inner()}</td>`,
      () =>
        `{% if ${condition()} %}<a href="https://example.com">{% endif %}${inner()}{% if V_1 %}</a>{% endif %}`,
      () =>
        `<!-- {% if ${condition()} %}x{% endif %} --><style>{% if ${condition()} %}p{}{% endif %}</style>`,
    ])();
  };
  return node(4) + node(4) + node(4);
}
