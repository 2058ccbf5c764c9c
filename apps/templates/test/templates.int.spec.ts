import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createDataSource } from '@qflow/persistence';
import {
  changeSubjects,
  findTemplate,
  getTemplateVersion,
  isId,
  listTemplates,
  saveTemplate,
  type SaveTemplate,
  type TemplateChanged,
  type TemplateView,
} from '@qflow/contracts';
import { eventually } from '@qflow/testing';
import { templatesSchema } from '../src/config.js';
import { saveRequest, startTemplates, type RunningTemplates } from './start-templates.js';

let templates: RunningTemplates;
beforeAll(async () => (templates = await startTemplates()));
afterAll(() => templates.stop());

const save = (request: SaveTemplate) => templates.rpc.ask(saveTemplate, request);
const find = (accountId: string, templateId: string) =>
  templates.rpc.ask(findTemplate, { accountId, templateId });
const version = (accountId: string, templateId: string, number: number) =>
  templates.rpc.ask(getTemplateVersion, { accountId, templateId, version: number });

/** Runs SQL as the service would. */
async function query(text: string, parameters: unknown[]): Promise<unknown> {
  const dataSource = createDataSource({
    url: templates.platform.databaseUrl,
    schema: templatesSchema,
    migrations: [],
    poolSize: 1,
  });
  await dataSource.initialize();
  try {
    return await dataSource.query(text, parameters);
  } finally {
    await dataSource.destroy();
  }
}

/** Every page of an event's templates. */
async function list(accountId: string, eventId: string): Promise<TemplateView[][]> {
  const pages: TemplateView[][] = [];
  for (;;) {
    const after = pages.at(-1)?.at(-1)?.id ?? null;
    const page = await templates.rpc.ask(listTemplates, { accountId, eventId, after });
    if (page.length === 0) return pages;
    pages.push(page);
  }
}

describe('saving a template', () => {
  it('stores it under a new id, as its first version', async () => {
    const request = saveRequest();
    const saved = await save(request);
    const { accountId, ...content } = request;
    expect(saved).toEqual({
      ...content,
      id: saved.id,
      version: 1,
      created: saved.created,
      updated: saved.created,
      warnings: [],
    });
    expect(isId(saved.id)).toBe(true);
    expect(saved.created).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(await find(accountId, saved.id)).toEqual({ id: saved.id, eventId: request.eventId, version: 1 });
  });

  it('stores it under the id of the caller', async () => {
    const id = crypto.randomUUID();
    expect((await save(saveRequest({ id, fromName: null, replyTo: null }))).id).toBe(id);
  });

  it('makes a new version of what is there, and leaves the old one as it was', async () => {
    const request = saveRequest({ id: crypto.randomUUID() });
    const first = await save(request);
    const second = await save({ ...request, html: '<p>Dear {{firstname}}</p>', replyTo: null });
    expect(second).toMatchObject({
      id: first.id,
      version: 2,
      html: '<p>Dear {{firstname}}</p>',
      replyTo: null,
    });
    expect(second.created).toBe(first.created);
    expect(await find(request.accountId, first.id)).toMatchObject({ version: 2 });
    expect(await version(request.accountId, first.id, 1)).toEqual({
      templateId: first.id,
      version: 1,
      subject: request.subject,
      html: request.html,
      fromAddress: request.fromAddress,
      fromName: request.fromName,
      replyTo: request.replyTo,
    });
    expect(await version(request.accountId, first.id, 2)).toMatchObject({ version: 2, replyTo: null });
    expect(await version(request.accountId, first.id, 3)).toBeNull();
  });

  it('answers the same for the same content, and makes no version of it', async () => {
    const request = saveRequest({ id: crypto.randomUUID() });
    const first = await save(request);
    expect(await save(request)).toEqual(first);
    expect(await version(request.accountId, first.id, 2)).toBeNull();
  });

  it('warns of tokens that render empty', async () => {
    const { warnings } = await save(saveRequest({ subject: 'Dear {{frstname}}' }));
    expect(warnings).toEqual(['{{frstname}} is not a merge token: it renders empty.']);
  });

  it('stores nothing of a template that does not parse', async () => {
    const request = saveRequest({ id: crypto.randomUUID(), html: '<p>\n{% if plusones %}</p>' });
    await expect(save(request)).rejects.toMatchObject({
      code: 'validation_error',
      extras: {
        errors: [{ path: '/html', message: expect.stringMatching(/^has an error in line 2, column 1: /) }],
      },
    });
    expect(await find(request.accountId, request.id as string)).toBeNull();
  });

  it('stores nothing of a template with a field that is wrong', async () => {
    const request = saveRequest({ id: crypto.randomUUID(), fromAddress: 'nobody' });
    await expect(save(request)).rejects.toMatchObject({
      code: 'validation_error',
      extras: { errors: [{ path: '/fromAddress' }] },
    });
    expect(await find(request.accountId, request.id as string)).toBeNull();
  });

  it('does not move a template to another event', async () => {
    const request = saveRequest({ id: crypto.randomUUID() });
    await save(request);
    await expect(save({ ...request, eventId: crypto.randomUUID() })).rejects.toMatchObject({
      code: 'not_found',
    });
    expect(await find(request.accountId, request.id as string)).toMatchObject({
      eventId: request.eventId,
      version: 1,
    });
  });

  it('announces what has changed, once it can be read, and nothing else', async () => {
    const seen: Promise<{ change: TemplateChanged; head: unknown }>[] = [];
    templates.rpc.listen<TemplateChanged>(changeSubjects.template, (change) =>
      seen.push(find(change.accountId, change.templateId).then((head) => ({ change, head }))),
    );
    const request = saveRequest({ id: crypto.randomUUID() });
    for (const html of ['<p>1</p>', '<p>1</p>', '<p>2</p>']) await save({ ...request, html });
    // A change is announced before the save is answered, so that this one's closes the list.
    const last = await save(saveRequest());
    const all = await eventually(async () => {
      const changes = await Promise.all(seen);
      return changes.some(({ change }) => change.templateId === last.id) ? changes : null;
    });
    const own = all.filter(({ change }) => change.templateId === request.id);
    expect(own.map(({ change }) => change)).toEqual(
      Array(2).fill({ accountId: request.accountId, templateId: request.id }),
    );
    expect(own[1]?.head).toMatchObject({ version: 2 });
  });
});

describe('two replicas', () => {
  it('number versions without gaps when all save the same id at once', async () => {
    const request = saveRequest({ id: crypto.randomUUID() });
    const saved = await Promise.all(
      Array.from({ length: 30 }, (_, index) => save({ ...request, html: `<p>${index}</p>` })),
    );
    expect(saved.map((one) => one.version).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 30 }, (_, index) => index + 1),
    );
    for (const one of saved)
      expect(await version(request.accountId, one.id, one.version)).toMatchObject({ html: one.html });
    expect(await find(request.accountId, request.id as string)).toMatchObject({ version: 30 });
  });

  it('make one version of the same content sent by all at once', async () => {
    const request = saveRequest({ id: crypto.randomUUID() });
    const saved = await Promise.all(Array.from({ length: 20 }, () => save(request)));
    expect(saved).toEqual(Array(20).fill(saved[0]));
    expect(saved[0]?.version).toBe(1);
  });
});

describe('another account', () => {
  it('sees nothing of a template, whatever it asks', async () => {
    const { id, eventId } = await save(saveRequest());
    const stranger = crypto.randomUUID();
    expect(await find(stranger, id)).toBeNull();
    expect(await version(stranger, id, 1)).toBeNull();
    expect(await list(stranger, eventId)).toEqual([]);
  });

  it('may use the same id for a template of its own', async () => {
    const id = crypto.randomUUID();
    const [ours, theirs] = [saveRequest({ id }), saveRequest({ id, html: '<p>theirs</p>' })];
    expect([(await save(ours)).version, (await save(theirs)).version]).toEqual([1, 1]);
    expect(await version(ours.accountId, id, 1)).toMatchObject({ html: ours.html });
    expect(await version(theirs.accountId, id, 1)).toMatchObject({ html: '<p>theirs</p>' });
  });
});

describe('the templates of an event', () => {
  it('are listed newest first, each with its newest version', async () => {
    const [first, second] = [saveRequest({ id: crypto.randomUUID() }), crypto.randomUUID()];
    await save(first);
    await save({ ...first, id: second });
    await save(saveRequest({ accountId: first.accountId }));
    const updated = await save({ ...first, subject: 'Changed' });
    const pages = await list(first.accountId, first.eventId);
    expect(pages.flat().map(({ id }) => id)).toEqual([second, first.id]);
    const { warnings, ...view } = updated;
    expect([pages.flat()[1], warnings]).toEqual([view, []]);
  });

  it('are none of an event that has none', async () => {
    expect(await list(crypto.randomUUID(), crypto.randomUUID())).toEqual([]);
  });

  it('come in pages when they are too large for one answer', async () => {
    const request = saveRequest();
    const saved: string[] = [];
    for (const size of [400_000, 400_000, 400_000, 1_000, 1_000])
      saved.unshift((await save({ ...request, html: `<p>${'x'.repeat(size)}</p>` })).id);
    const pages = await list(request.accountId, request.eventId);
    expect(pages.map((page) => page.length)).toEqual([4, 1]);
    expect(pages.flat().map(({ id }) => id)).toEqual(saved);
  });

  it('come one at a time when they are as large as can be', async () => {
    const request = saveRequest();
    for (const mark of ['a', 'b']) await save({ ...request, html: `<p>${'"'.repeat(440_000)}${mark}</p>` });
    const pages = await list(request.accountId, request.eventId);
    expect(pages.map((page) => page.length)).toEqual([1, 1]);
  });
});

describe('a deleted template', () => {
  it('is gone, but its versions are still sent', async () => {
    const request = saveRequest({ id: crypto.randomUUID() });
    const { id } = await save(request);
    await query('UPDATE templates SET deleted_at = now() WHERE id = $1', [id]);
    expect(await find(request.accountId, id)).toBeNull();
    expect(await list(request.accountId, request.eventId)).toEqual([]);
    await expect(save({ ...request, html: '<p>back</p>' })).rejects.toMatchObject({ code: 'not_found' });
    expect(await version(request.accountId, id, 1)).toMatchObject({ html: request.html });
  });
});

it('refuses to change a version in place', async () => {
  const { id } = await save(saveRequest());
  await expect(query(`UPDATE template_versions SET html = '' WHERE template_id = $1`, [id])).rejects.toThrow(
    'template versions are immutable',
  );
});

it.each(['', 'x', "'; DROP TABLE templates; --", '\0'])('knows no template with the id %j', async (id) => {
  const account = crypto.randomUUID();
  expect([await find(account, id), await find(id, account), await version(account, id, 1)]).toEqual([
    null,
    null,
    null,
  ]);
  expect(await list(account, id)).toEqual([]);
  expect(await version(account, account, 2 ** 40)).toBeNull();
});

it('is ready while PostgreSQL and NATS are there', async () => {
  const answer = await fetch(`${templates.replicas[0]?.url}/health/ready`);
  expect([answer.status, await answer.json()]).toMatchObject([
    200,
    { details: { postgres: { status: 'up' } } },
  ]);
});
