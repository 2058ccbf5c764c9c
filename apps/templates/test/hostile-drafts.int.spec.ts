import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CodedError, findTemplate, previewTemplate, saveTemplate, type SaveTemplate } from '@qflow/contracts';
import fc from 'fast-check';
import { saveRequest, startTemplates, type RunningTemplates } from './start-templates.js';

let templates: RunningTemplates;
beforeAll(async () => (templates = await startTemplates()));
afterAll(() => templates.stop());

const save = (request: SaveTemplate) => templates.rpc.ask(saveTemplate, request);

/** What a save was refused with. */
async function refusalOf(change: object): Promise<CodedError> {
  const request = saveRequest({ id: crypto.randomUUID(), ...change });
  const refusal: unknown = await save(request).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(refusal).toBeInstanceOf(CodedError);
  const { accountId, id } = request;
  expect(await templates.rpc.ask(findTemplate, { accountId, templateId: id as string })).toBeNull();
  return refusal as CodedError;
}

const pieces = [
  ...[
    '{{',
    '}}',
    '{%',
    '%}',
    '{{-',
    '-}}',
    '{% if firstname %}',
    '{% endif %}',
    '{% else %}',
    '{% for t in tags %}',
    '{% endfor %}',
  ],
  ...[
    '{% raw %}',
    '{% endraw %}',
    '{% comment %}',
    '{% endcomment %}',
    '{% assign x = ',
    '{% capture c %}',
    '{% endcapture %}',
  ],
  ...[
    '{% case V_1 %}',
    '{% when 1 %}',
    '{% endcase %}',
    '| upcase',
    '| date: "%Y"',
    '| slice: 0, 9',
    '{{ firstname }}',
    '{{x}}',
  ],
  ...[
    '<p>',
    '</p>',
    '<a href="',
    '">',
    '<!--',
    '-->',
    '<!--[if mso]>',
    '<![endif]-->',
    '<style>',
    '</style>',
    '<table><tr><td>',
  ],
  ...[
    '\u2028',
    '\ufdd0',
    '\ufdd01\ufdd1',
    '\ufdd20\ufdd3',
    '\u0001',
    '👩🏽‍💻',
    'مرحبا',
    '"',
    "'",
    '(1..9)',
    'forloop',
    '.constructor',
    '[0]',
    ',',
  ],
];
const strange = fc
  .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 5 })), { minLength: 1, maxLength: 12 })
  .map((parts) => parts.join(''));

describe('whatever is saved', () => {
  it('is stored and can be shown, or is refused with the place of its mistake', async () => {
    await fc.assert(
      fc.asyncProperty(strange, strange, async (subject, html) => {
        const request = saveRequest({ id: crypto.randomUUID(), subject, html });
        try {
          const { id } = await save(request);
          const asked = { accountId: request.accountId, templateId: id, version: null, merge: null };
          const shown = await templates.rpc.ask(previewTemplate, asked);
          expect(shown.subject).not.toMatch(/[\p{Cc}\p{Cs}\u2028\u2029]/u);
        } catch (error) {
          expect(['validation_error', 'spam_check_failed']).toContain((error as CodedError).code);
          for (const { path, message } of (error as CodedError).extras.errors ?? []) {
            expect(['/subject', '/html']).toContain(path);
            expect(message).toMatch(/^has an error in line \d+, column \d+: .|^must /);
          }
        }
      }),
      { numRuns: 400 },
    );
  });

  it('fits into an answer, however many names it makes up', async () => {
    const name = 'x'.repeat(450);
    const html = Array.from({ length: 1_000 }, (_, index) => `{{${name.slice(0, 50)}${index}${name}}}`).join(
      '',
    );
    const { warnings } = await save(saveRequest({ html }));
    expect(warnings).toHaveLength(21);
    expect(warnings.at(-1)).toBe('The same goes for 980 more.');
  });

  it('fits into an answer, however long a name is', async () => {
    const long = 'x'.repeat(520_000);
    expect((await save(saveRequest({ html: `{{ ${long} }}` }))).warnings).toEqual([
      `{{${'x'.repeat(100)}…}} is not a merge token: it renders empty.`,
    ]);
    for (const html of [
      `{{ V_1 | ${long} }}`,
      `{% ${long} %}`,
      `{{ ${long}`,
      `{% if ${long}`,
      `{{ "${long} }}`,
    ]) {
      const { code, detail } = await refusalOf({ html });
      expect(code).toBe('validation_error');
      expect(detail.length).toBeLessThan(400);
    }
  });

  it('is refused where it is nested without end', async () => {
    for (const html of [
      '{% if V_1 %}'.repeat(4_000),
      `{{ ${'a['.repeat(60_000)}1${']'.repeat(60_000)} }}`,
      `{{ ${'('.repeat(100_000)} }}`,
      '<div>'.repeat(30_000),
    ])
      expect((await refusalOf({ html })).extras.errors?.[0]?.path).toBe('/html');
  });

  it('is refused where the sender could do harm to a header', async () => {
    for (const fromName of ['A\r\nBcc: x@example.com', 'A\u0000', 'A\u0085B', 'A\u2028B', 'A\u001b[0m'])
      expect((await refusalOf({ fromName })).extras.errors?.map(({ path }) => path)).toEqual(['/fromName']);
  });

  it('has addresses in the form that mail servers know', async () => {
    const saved = await save(
      saveRequest({ fromAddress: 'tickets@münchen.example', replyTo: 'info@東京.example' }),
    );
    expect([saved.fromAddress, saved.replyTo]).toEqual([
      'tickets@xn--mnchen-3ya.example',
      'info@xn--1lqs71d.example',
    ]);
  });
});
