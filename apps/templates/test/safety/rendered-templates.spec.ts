import { expect, it } from '@jest/globals';
import { CodedError } from '@qflow/contracts';
import { parseTemplate, renderTemplate, SAMPLE_MERGE_DATA, type MergeData } from '@qflow/rendering';
import fc from 'fast-check';
import { RuleScanner } from '../../src/safety/rules/rule-scanner.js';
import { TemplateSafety } from '../../src/safety/template-safety.js';
import { readUrl } from '../../src/safety/urls/checked-url.js';
import { scanSource, viewsOf } from './scan-source.js';

const rules = new RuleScanner();
const safety = new TemplateSafety([rules]);

/** Beginnings and ends of everything in HTML and CSS, of unsafe URLs, and of what could complete either. */
const PIECES = [
  '<a href="~">~\'~"~<a href=~<a title=~<a ~>~</a>~<~</~<!~<!--~-->~--~-~!~<style>~</style>~<title>~</title>~style="~url(~)',
  '\\75rl(~\\6~javascript:alert(1)~java~script:~alert(1)~http://~203.0.~113.7~http://203.0.113.7/~/~//~www.~&#10~6;~6~&',
  'colon;~href~=~title~x~a~<b>~</b>~<br>~srcdoc="~&quot;~&lt;~<![CDATA[~]]>~<svg>~<textarea>~</textarea>~ ~\n',
  '{{V_1}}~{{V_2}}~{{V_3}}~{{x}}~{{y}}~{{ "113.7" }}~{{ V_1 | default: "113.7" }}',
];
const piece = fc.constantFrom(...PIECES.flatMap((line) => line.split('~')));

/** Templates whose every block may begin and end anywhere. */
const { node } = fc.letrec<{ node: string }>((tie) => {
  const nodes = fc.array(tie('node'), { maxLength: 4 }).map((parts) => parts.join(''));
  const condition = fc.constantFrom('V_1', 'V_2', 'V_3', '1 == 2', 'true');
  const name = fc.constantFrom('x', 'y');
  return {
    node: fc.oneof(
      { maxDepth: 3 },
      { weight: 6, arbitrary: piece },
      fc.tuple(condition, nodes, nodes).map(([c, a, b]) => `{% if ${c} %}${a}{% else %}${b}{% endif %}`),
      fc.tuple(condition, nodes).map(([c, a]) => `{% unless ${c} %}${a}{% endunless %}`),
      nodes.map((a) => `{% for i in (1..2) %}${a}{% endfor %}`),
      fc.tuple(name, nodes).map(([x, a]) => `{% capture ${x} %}${a}{% endcapture %}`),
      fc.tuple(name, piece).map(([x, a]) => `{% assign ${x} = "${a.replaceAll('"', '')}" %}`),
      fc
        .tuple(nodes, nodes)
        .map(([a, b]) => `{% case V_1 %}{% when "6" %}${a}{% when "6" %}${b}{% endcase %}`),
    ),
  };
});
const template = fc.array(node, { minLength: 2, maxLength: 14 }).map((parts) => parts.join(''));

/** What a guest may have that completes an entity, a comment or a tag. None of it is a URL. */
const field = fc.constantFrom('', 'a', '6', '-', '--', '!', '#', ' ', 'colon;', '106;');
const guest = fc.tuple(field, field, field).map(([one, two, three]): MergeData => {
  const customFields = { '1': one, '2': two, '3': three };
  return { ...SAMPLE_MERGE_DATA, guest: { ...SAMPLE_MERGE_DATA.guest, customFields } };
});

async function passes(html: string): Promise<boolean> {
  try {
    await scanSource(safety, { subject: 'x', html, fromAddress: 'tickets@northwind.example', replyTo: null });
    return true;
  } catch (error) {
    if (error instanceof CodedError && error.code === 'spam_check_failed') return false;
    throw error;
  }
}

/** Unsafe URLs of an e-mail, but for those in its text: a text is put together from far apart. */
async function unsafeUrls(email: string): Promise<string[]> {
  const [view] = viewsOf({ subject: 'x', html: email });
  const base = view?.urls.find(({ place }) => place === 'base')?.url ?? '';
  const urls = (view?.urls ?? [])
    .filter(({ place }) => place !== 'text')
    .map((url) => readUrl(url, view!.unknowns, base));
  const reasons = await rules.scan(urls, { ownDomains: [] });
  return urls.flatMap(({ shown }, index) => (reasons[index] === null ? [] : [shown]));
}

it('no guest gets an unsafe URL from a template that passed', async () => {
  await fc.assert(
    fc.asyncProperty(template, fc.array(guest, { minLength: 4, maxLength: 4 }), async (html, guests) => {
      const parsed = parseTemplate({ subject: 'x', html });
      if (!parsed.ok || !(await passes(html))) return;
      for (const data of guests) {
        const email = renderTemplate(parsed.template, data).html;
        expect({ html, email, unsafe: await unsafeUrls(email) }).toMatchObject({ unsafe: [] });
      }
    }),
    { numRuns: 250 },
  );
});
