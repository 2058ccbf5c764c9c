import { describe, expect, it } from '@jest/globals';
import { CodedError } from '@qflow/contracts';
import { RuleScanner } from './rules/rule-scanner.js';
import { TemplateSafety } from './template-safety.js';
import { scanSource } from '../../test/safety/scan-source.js';

const addresses = { fromAddress: 'tickets@northwind.example', replyTo: null };
const check = (html: string, subject = 'Your ticket', safety = new TemplateSafety([new RuleScanner()])) =>
  scanSource(safety, { subject, html, ...addresses });

async function refusal(html: string): Promise<CodedError> {
  const error: unknown = await check(html).catch((thrown: unknown) => thrown);
  if (error instanceof CodedError) return error;
  throw new Error('it was not refused');
}

describe('TemplateSafety', () => {
  it('says what is unsafe, each URL once, in the order of the template', async () => {
    const { code, detail, extras } = await refusal(
      '<a href="javascript:a">1</a><a href="https://203.0.113.7/">2</a><a href="javascript:a">3</a><img src="javascript:a">',
    );
    expect({ code, detail, extras }).toEqual({
      code: 'spam_check_failed',
      detail: 'The template was not saved: it holds 2 unsafe URLs.',
      extras: {
        urls: [
          { url: 'javascript:a', reason: '"javascript:" runs code instead of leading anywhere' },
          {
            url: 'https://203.0.113.7/',
            reason: 'it leads to the IP address 203.0.113.7 instead of a named host',
          },
        ],
      },
    });
  });

  it('lists fifty at the most, and says how many there are', async () => {
    const { detail, extras } = await refusal(
      Array.from({ length: 60 }, (_, i) => `<a href="javascript:${i}">x</a>`).join(''),
    );
    expect(extras.urls).toHaveLength(50);
    expect(detail).toBe('The template was not saved: it holds 60 unsafe URLs, of which 50 are listed.');
  });

  it('shortens what is long', async () => {
    const { extras } = await refusal(`<a href="javascript:${'x'.repeat(5_000)}">x</a>`);
    expect(extras.urls?.[0]?.url).toMatch(/^javascript:x+…$/);
    expect(extras.urls?.[0]?.url).toHaveLength(300);
  });

  it('refuses more URLs than anyone means', async () => {
    const html = Array.from({ length: 2_500 }, (_, i) => `<img src="https://example.com/${i}.png">`).join('');
    expect((await refusal(html)).extras.urls).toEqual([
      {
        url: 'https://example.com/2000.png',
        reason: 'it is one too many: a template may hold at most 2000 different URLs',
      },
    ]);
  });

  it('warns of what leads nowhere', async () => {
    expect(
      await check(
        '<a href="tickets.html">1</a><a href="www.example.com">2</a><a href="#a">3</a><a href="">4</a>',
      ),
    ).toEqual([
      '"tickets.html" has no scheme and host: it leads nowhere in an e-mail.',
      '"www.example.com" has no scheme and host: it leads nowhere in an e-mail.',
    ]);
  });

  it('does not warn where there is a base, nor of names in the text', async () => {
    expect(
      await check('<base href="https://example.com/"><a href="tickets.html">www.example.com</a>'),
    ).toEqual([]);
  });

  it('does not ask about URLs that are refused already, nor about what guests only get after that', async () => {
    const asked: string[] = [];
    const scanner = {
      scan: async (urls: readonly { shown: string }[]) => {
        asked.push(...urls.map(({ shown }) => shown));
        return urls.map(() => null);
      },
    };
    const safety = new TemplateSafety([new RuleScanner(), scanner]);
    const html =
      '<a href="https://example.com/{{V_1}}">1</a><a href="javascript:a">2</a><p>{{ "http://x.example" | upcase }}</p>';
    await expect(check(html, 'Your ticket', safety)).rejects.toThrow(CodedError);
    expect(asked).toEqual(['https://example.com/{{V_1}}', 'http://x.example']);
  });

  it('looks at what Liquid works out on the way to a guest', async () => {
    const html = '<p>{{ "http://203_0_113_7/" | replace: "_", "." }}</p>';
    expect((await refusal(html)).extras.urls?.[0]?.url).toBe('http://203.0.113.7/');
  });
});
