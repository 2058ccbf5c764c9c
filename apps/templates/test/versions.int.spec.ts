import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  changeSubjects,
  deleteTemplate,
  findTemplate,
  getTemplate,
  getTemplateVersion,
  listTemplates,
  listTemplateVersions,
  previewTemplate,
  saveTemplate,
  viewTemplateVersion,
  type MergeData,
  type SaveTemplate,
  type TemplateChanged,
} from '@qflow/contracts';
import { parseTemplate, renderTemplate, SAMPLE_MERGE_DATA } from '@qflow/rendering';
import { eventually } from '@qflow/testing';
import { saveRequest, startTemplates, type RunningTemplates } from './start-templates.js';

let templates: RunningTemplates;
beforeAll(async () => (templates = await startTemplates()));
afterAll(() => templates.stop());

const save = (request: SaveTemplate) => templates.rpc.ask(saveTemplate, request);
const get = (accountId: string, templateId: string) =>
  templates.rpc.ask(getTemplate, { accountId, templateId });
const remove = (accountId: string, templateId: string) =>
  templates.rpc.ask(deleteTemplate, { accountId, templateId });
const view = (accountId: string, templateId: string, version: number) =>
  templates.rpc.ask(viewTemplateVersion, { accountId, templateId, version });
const versions = (accountId: string, templateId: string, after: string | null = null, limit = 50) =>
  templates.rpc.ask(listTemplateVersions, { accountId, templateId, after, limit });
const preview = (
  accountId: string,
  templateId: string,
  version: number | null = null,
  merge: MergeData | null = null,
) => templates.rpc.ask(previewTemplate, { accountId, templateId, version, merge });

/** A template with so many versions, whose subjects are their numbers. */
async function withVersions(
  count: number,
): Promise<{ accountId: string; id: string; request: SaveTemplate }> {
  const request = saveRequest({ id: crypto.randomUUID() });
  for (let version = 1; version <= count; version++) await save({ ...request, subject: String(version) });
  return { accountId: request.accountId, id: request.id as string, request };
}

/** Begins alike; where a version was asked for, that may be what is missing. */
const notFound = { code: 'not_found', detail: expect.stringMatching(/^The template does not exist[.,]/) };
const noSuchVersion = { code: 'not_found', detail: 'The template does not exist, or has no such version.' };

describe('a template', () => {
  it('is answered as it was saved last', async () => {
    const request = saveRequest();
    const { warnings: _, ...saved } = await save(request);
    expect(await get(request.accountId, saved.id)).toEqual(saved);
  });

  it('keeps every version as it was', async () => {
    const { accountId, id, request } = await withVersions(3);
    const newest = await get(accountId, id);
    expect(await view(accountId, id, 3)).toEqual(newest);
    expect(await view(accountId, id, 1)).toEqual({
      ...newest,
      ...request,
      accountId: undefined,
      subject: '1',
      version: 1,
      updated: newest?.created,
    });
    await expect(view(accountId, id, 4)).rejects.toMatchObject(noSuchVersion);
  });

  it('lists its versions newest first, in pages', async () => {
    const { accountId, id } = await withVersions(5);
    const numbers: number[][] = [];
    for (let after: string | null | undefined; after !== null;) {
      const page = await versions(accountId, id, after ?? null, 2);
      numbers.push(page.items.map(({ version }) => version));
      after = page.next;
    }
    expect(numbers).toEqual([[5, 4], [3, 2], [1]]);
    const [latest] = (await versions(accountId, id)).items;
    const newest = await get(accountId, id);
    expect(latest).toEqual({
      version: 5,
      name: 'Ticket confirmation v1',
      subject: '5',
      fromAddress: 'tickets@yourcompany.com',
      fromName: 'Your Company Tickets',
      replyTo: 'support@yourcompany.com',
      created: newest?.updated as string,
    });
  });

  it('has versions that follow each other in time as well, whoever saved them at once', async () => {
    const request = saveRequest({ id: crypto.randomUUID() });
    await Promise.all(Array.from({ length: 20 }, (_, index) => save({ ...request, subject: String(index) })));
    const { items } = await versions(request.accountId, request.id as string);
    const times = items.map(({ created }) => created);
    expect(times).toEqual([...times].sort().reverse());
  });

  it('lists as many versions as one answer can carry', async () => {
    const request = saveRequest({ id: crypto.randomUUID(), name: '\u0001'.repeat(200) });
    const { accountId } = request;
    for (let count = 0; count < 100; count++)
      await save({ ...request, subject: `${'\u0001'.repeat(1_990)}${count}` });
    const first = await versions(accountId, request.id as string, null, 200);
    expect(first.items.length).toBeLessThan(100);
    const second = await versions(accountId, request.id as string, first.next, 200);
    expect([...first.items, ...second.items].map(({ version }) => version)).toEqual(
      Array.from({ length: 100 }, (_, index) => 100 - index),
    );
  });

  it.each(['0', '1', '-1', 'x', '', '99999999999', '1e3', '\0'])('has no page after %j', async (after) => {
    const { accountId, id } = await withVersions(1);
    await expect(versions(accountId, id, after)).rejects.toMatchObject({
      code: 'validation_error',
      extras: { errors: [{ path: '/after', message: 'must be the cursor of a page before' }] },
    });
  });
});

describe('a preview', () => {
  const html =
    '<p>Dear {{ firstname | default: "guest" }} of {{V_7}}{{nope}}</p><a href="{{rsvplink_yes}}?n={{lastname}}">Yes</a>' +
    '{% for t in tickets %}<b>{{t}}</b>{% endfor %}<!--[if mso]>{{V_1}}<![endif]-->';

  it('is, byte for byte, what is sent', async () => {
    const request = saveRequest({ html, subject: '{{event}} — {{firstname}}' });
    const { id } = await save(request);
    for (const merge of [
      SAMPLE_MERGE_DATA,
      { ...SAMPLE_MERGE_DATA, guest: { ...SAMPLE_MERGE_DATA.guest, firstName: '<b>\n', tags: '' } },
    ]) {
      const shown = await preview(request.accountId, id, null, merge);
      // As the sender does it: from the version it is given.
      const version = await templates.rpc.ask(getTemplateVersion, {
        accountId: request.accountId,
        templateId: id,
        version: 1,
      });
      const parsed = parseTemplate(version!);
      if (!parsed.ok) throw new Error('does not compile');
      expect(shown).toEqual({ version: 1, ...renderTemplate(parsed.template, merge) });
      expect(shown.missingTokens.slice(0, 2)).toEqual(['V_7', 'nope']);
    }
  });

  it('shows the newest version, or the one that is asked for', async () => {
    const { accountId, id } = await withVersions(3);
    expect(await preview(accountId, id)).toMatchObject({ version: 3, subject: '3' });
    expect(await preview(accountId, id, 2)).toMatchObject({ version: 2, subject: '2' });
    await expect(preview(accountId, id, 4)).rejects.toMatchObject(noSuchVersion);
  });

  it('says that an e-mail is larger than can be shown', async () => {
    const request = saveRequest({ html: `<p>${'x'.repeat(500_000)}</p>` });
    const { id } = await save(request);
    await expect(preview(request.accountId, id)).rejects.toMatchObject({
      code: 'validation_error',
      detail: expect.stringMatching(
        /^The template renders to 1000\d{3} bytes as JSON; at most 950000 can be shown\.$/,
      ),
    });
  });

  it('says where data are too much for the template', async () => {
    const request = saveRequest({ html: '<p>\n{% for i in (1..plusones) %}{{event}}{% endfor %}</p>' });
    const { id } = await save(request);
    const guest = { ...SAMPLE_MERGE_DATA.guest, plusOnes: 1_000_000 };
    await expect(preview(request.accountId, id, null, { ...SAMPLE_MERGE_DATA, guest })).rejects.toMatchObject(
      {
        code: 'validation_error',
        detail: expect.stringContaining('cannot be rendered for these data: html, line 2, column 1: '),
      },
    );
  });
});

/** Watches all of them from the start: they are asked at once, and any may be refused first. */
async function allRefused(questions: Promise<unknown>[]): Promise<void> {
  for (const answer of await Promise.allSettled(questions))
    expect(answer).toMatchObject({ status: 'rejected', reason: notFound });
}

describe('a deleted template', () => {
  it('is gone from everywhere but from what is sent already, and its id stays gone', async () => {
    const { accountId, id, request } = await withVersions(2);
    expect(await remove(accountId, id)).toEqual({ deleted: true });
    expect(await get(accountId, id)).toBeNull();
    expect(await templates.rpc.ask(findTemplate, { accountId, templateId: id })).toBeNull();
    expect(await templates.rpc.ask(listTemplates, { accountId, eventId: request.eventId })).toEqual([]);
    await allRefused([
      view(accountId, id, 1),
      versions(accountId, id),
      preview(accountId, id),
      preview(accountId, id, 1),
      remove(accountId, id),
    ]);
    await expect(save(request)).rejects.toMatchObject({ code: 'not_found' });
    const sent = { accountId, templateId: id, version: 1 };
    expect(await templates.rpc.ask(getTemplateVersion, sent)).toMatchObject({ subject: '1' });
  });

  it('is announced, once it cannot be found any more', async () => {
    const { accountId, id } = await withVersions(1);
    const seen: Promise<unknown>[] = [];
    templates.rpc.listen<TemplateChanged>(changeSubjects.template, (change) => {
      if (change.templateId === id) seen.push(get(change.accountId, change.templateId));
    });
    await remove(accountId, id);
    const found = await eventually(async () => seen.length > 0 && Promise.all(seen));
    expect(found).toEqual([null]);
  });

  it('was deleted once, however many try', async () => {
    const { accountId, id } = await withVersions(1);
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => remove(accountId, id)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('gets no version after its end from those who save it at the same time', async () => {
    for (let round = 0; round < 5; round++) {
      const { accountId, id, request } = await withVersions(1);
      const saves = Array.from({ length: 10 }, (_, index) => save({ ...request, html: `<p>${index}</p>` }));
      const [, ...results] = await Promise.allSettled([remove(accountId, id), ...saves]);
      for (const result of results)
        if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'not_found' });
      expect(await get(accountId, id)).toBeNull();
      const saved = results.filter(({ status }) => status === 'fulfilled').length;
      const last = { accountId, templateId: id, version: saved + 1 };
      expect(await templates.rpc.ask(getTemplateVersion, last)).not.toBeNull();
      expect(await templates.rpc.ask(getTemplateVersion, { ...last, version: saved + 2 })).toBeNull();
    }
  });
});

describe('another account', () => {
  it('gets the same answer as for an id that nobody has', async () => {
    const { id } = await withVersions(2);
    const stranger = crypto.randomUUID();
    for (const templateId of [id, crypto.randomUUID(), 'x', '\0']) {
      expect(await get(stranger, templateId)).toBeNull();
      await allRefused([
        view(stranger, templateId, 1),
        versions(stranger, templateId),
        preview(stranger, templateId),
        preview(stranger, templateId, 1),
        remove(stranger, templateId),
      ]);
    }
  });
});
