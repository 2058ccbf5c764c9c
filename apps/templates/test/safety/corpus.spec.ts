import { beforeAll, describe, expect, it } from '@jest/globals';
import { CodedError, type UnsafeUrl } from '@qflow/contracts';
import { parseTemplate } from '@qflow/rendering';
import { quietLogger } from '@qflow/testing';
import { join } from 'node:path';
import { Blocklist } from '../../src/safety/blocklist/blocklist.js';
import { RuleScanner } from '../../src/safety/rules/rule-scanner.js';
import { TemplateSafety } from '../../src/safety/template-safety.js';
import { corpusFolder, readCorpus, type CorpusEntry } from './read-corpus.js';
import { compiled } from '../compiled.js';

const corpus = readCorpus();
const safe = corpus.filter(({ refused }) => refused.length === 0);
const unsafe = corpus.filter(({ refused }) => refused.length > 0);

const blocklist = new Blocklist({
  files: [join(corpusFolder, 'blocklist.hosts')],
  checkMs: 60_000,
  logger: quietLogger('templates'),
});
const safety = new TemplateSafety([new RuleScanner(), blocklist]);
beforeAll(() => blocklist.refresh());

async function refusedOf({ subject, html }: CorpusEntry): Promise<UnsafeUrl[]> {
  try {
    await safety.check(
      { subject, html, fromAddress: 'tickets@northwind.example', replyTo: null },
      compiled(html, subject),
    );
    return [];
  } catch (error) {
    if (error instanceof CodedError && error.code === 'spam_check_failed') return error.extras.urls ?? [];
    throw error;
  }
}

it('is large, and has a title for every template', () => {
  expect(corpus.length).toBeGreaterThanOrEqual(150);
  expect(unsafe.length).toBeGreaterThanOrEqual(90);
  expect(safe.length).toBeGreaterThanOrEqual(60);
  expect(new Set(corpus.map(({ theme, title }) => `${theme}: ${title}`)).size).toBe(corpus.length);
  for (const { theme, refused } of corpus) expect(theme.startsWith('safe')).toBe(refused.length === 0);
});

it('consists of templates that compile', () => {
  for (const { title, subject, html } of corpus)
    expect({ title, ...parseTemplate({ subject, html }) }).toMatchObject({ title, ok: true });
});

describe.each([...new Set(corpus.map(({ theme }) => theme))])('%s', (theme) => {
  const entries = corpus.filter((entry) => entry.theme === theme);
  it.each(entries.map((entry) => [entry.title, entry] as const))('%s', async (_title, entry) => {
    const found = await refusedOf(entry);
    expect(found.map(({ url }) => url).sort()).toEqual(entry.refused.map(({ url }) => url).sort());
    for (const { url, reason } of entry.refused)
      expect(found.find((one) => one.url === url)?.reason).toContain(reason);
  });
});
