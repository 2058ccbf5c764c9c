import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CodedError, isId, sampleGuest, type TemplateView } from '@qflow/contracts';
import { arrayOf, nextOf } from './support/lists.js';
import { TestGateway, type Answer, type TestUser } from './support/test-gateway.js';

let gateway: TestGateway;
let user: TestUser;
let eventId: string;

beforeAll(async () => {
  gateway = await TestGateway.start();
  user = await gateway.user();
  eventId = await gateway.event(user);
});
afterAll(() => gateway.stop());

const call = (method: string, path: string, body?: object, { token }: TestUser = user): Promise<Answer> =>
  gateway.call(method, path, { token, ...(body && { body }) });

const stored = (values: Partial<TemplateView> = {}, owner = user, event = eventId): TemplateView =>
  gateway.fakes.template(owner.accountId, event, values);

const draft = (values: object = {}): object => ({
  eventId,
  name: 'Ticket confirmation v1',
  subject: 'Your ticket for {{event}}',
  html: '<p>Hello {{firstname}}</p>',
  fromAddress: 'tickets@example.com',
  ...values,
});

const pathsOf = ({ body }: Answer): unknown =>
  (body.errors as { path: string }[] | undefined)?.map(({ path }) => path);

describe('one template', () => {
  it('is read under both prefixes, with its id in any letter case', async () => {
    const template = stored();
    for (const path of ['/api/comms', '/comms/v1/api/comms']) {
      const { status, body } = await call('GET', `${path}/template/${template.id.toUpperCase()}`);
      expect([status, body]).toEqual([200, template]);
    }
  });

  it('shows its versions newest first, page by page', async () => {
    const { id } = stored({ version: 5 });
    const numbers: number[][] = [];
    let next: string | undefined = `/api/comms/template/${id}/versions?limit=2`;
    while (next) {
      const answer: Answer = await call('GET', next);
      expect(answer.status).toBe(200);
      numbers.push((JSON.parse(answer.text) as { version: number }[]).map(({ version }) => version));
      next = /^<(.+)>; rel="next"$/.exec(answer.headers.get('link') ?? '')?.[1];
    }
    expect(numbers).toEqual([[5, 4], [3, 2], [1]]);
  });

  it('shows one version whole, and no version that never was', async () => {
    const { id } = stored({ version: 3 });
    const { body } = await call('GET', `/api/comms/template/${id}/versions/2`);
    expect(body).toMatchObject({ id, version: 2, html: '<p>Hello {{firstname}}</p>' });
    expect((await call('GET', `/api/comms/template/${id}/versions/4`)).status).toBe(404);
  });

  it.each(['0', '-1', '1.5', 'x', '2147483648', '99999999999', '01', '%00'])(
    'has no version called %s',
    async (version) => {
      const answer = await call('GET', `/api/comms/template/${stored().id}/versions/${version}`);
      expect([answer.status, pathsOf(answer)]).toEqual([400, ['/version']]);
    },
  );

  it.each(['limit=0', 'limit=201', 'limit=x', 'limit=1&limit=2'])('refuses ?%s', async (query) => {
    const answer = await call('GET', `/api/comms/template/${stored().id}/versions?${query}`);
    expect([answer.status, pathsOf(answer)]).toEqual([400, ['/limit']]);
  });
});

describe('the list', () => {
  it('ends before it is more than one answer should hold, and goes on where it ended', async () => {
    const event = await gateway.event(user);
    const ids = Array.from({ length: 20 }, () => stored({ html: 'x'.repeat(900_000) }, user, event).id);
    const first = await call('GET', `/api/comms/templates?eventId=${event}`);
    const second = await call('GET', nextOf(first) as string);
    const lists = [first, second].map((answer) => arrayOf<TemplateView>(answer).map(({ id }) => id));
    expect(lists).toEqual([ids.slice(0, 19), ids.slice(19)]);
    expect(nextOf(second)).toBeNull();
  });

  it('refuses a place that is none', async () => {
    const answer = await call('GET', `/api/comms/templates?eventId=${eventId}&after=x`);
    expect([answer.status, pathsOf(answer)]).toEqual([400, ['/after']]);
  });
});

describe('saving', () => {
  it('mints an id where there is none', async () => {
    const { body } = await call('POST', '/api/comms/template', draft());
    expect(isId(body.id)).toBe(true);
  });

  it.each([
    ['own', 'tickets@example.com', []],
    [
      'fallback',
      'events@mail.example.net',
      [
        'The domain of tickets@example.com is not a verified and enabled sender domain of your account: e-mails come from events@mail.example.net, and answers go to tickets@example.com.',
      ],
    ],
    [
      'refused',
      'tickets@example.com',
      [
        'The domain of tickets@example.com is not a verified and enabled sender domain of your account: sends are refused until it is.',
      ],
    ],
  ] as const)('warns where the sender is %s', async (as, fromAddress, warnings) => {
    gateway.fakes.identity = { as, fromAddress, replyTo: null };
    const { body } = await call('POST', '/api/comms/template', draft());
    gateway.fakes.identity = undefined;
    expect(body.warnings).toEqual(warnings);
  });

  it('warns of where answers go by what the template says of it', async () => {
    gateway.fakes.identity = {
      as: 'fallback',
      fromAddress: 'events@mail.example.net',
      replyTo: 'tickets@example.com',
    };
    const { body } = await call('POST', '/api/comms/template', { ...draft(), replyTo: 'help@example.com' });
    gateway.fakes.identity = undefined;
    expect(body.warnings).toEqual([expect.stringContaining('and answers go to help@example.com.')]);
  });

  it('does not need the sender', async () => {
    const { status, body } = await call('POST', '/api/comms/template', draft());
    expect([status, body.warnings]).toEqual([200, []]);
  });

  it.each(['tickets@münchen.example', 'tickets@xn--mnchen-3ya.example'])('takes %s', async (fromAddress) => {
    expect((await call('POST', '/api/comms/template', draft({ fromAddress }))).status).toBe(200);
  });

  it.each(['jürgen@example.com', 'a@exämple%2ecom', 'a@münchen', 'Ä <a@münchen.example>'])(
    'does not take %s',
    async (replyTo) => {
      const answer = await call('POST', '/api/comms/template', draft({ replyTo }));
      expect([answer.status, pathsOf(answer)]).toEqual([400, ['/replyTo']]);
    },
  );
});

const big = (): Record<string, string> =>
  Object.fromEntries(Array.from({ length: 100 }, (_, index) => [index, '€'.repeat(1_000)]));

describe('a preview', () => {
  const preview = (id: string, body: object): Promise<Answer> =>
    call('POST', `/api/comms/template/${id}/preview`, body);
  const merge = () => gateway.fakes.previewed.at(-1)!;

  it('shows a guest who has everything, at the real event', async () => {
    const template = stored({ version: 2 });
    const { status, body } = await preview(template.id, {});
    expect([status, body]).toEqual([
      200,
      { version: 2, subject: template.subject, html: template.html, text: '', missingTokens: [] },
    ]);
    expect(merge().guest).toEqual(sampleGuest);
    expect(merge().event).toEqual({
      title: 'Summer Gala',
      startTime: '2036-06-21T19:30:00',
      endTime: '2036-06-21T23:00:00',
      timeZoneId: 'Europe/London',
      companyName: 'Analytical Events',
    });
  });

  it('needs no body', async () => {
    const { status } = await call('POST', `/api/comms/template/${stored().id}/preview`);
    expect([status, merge().guest]).toEqual([200, sampleGuest]);
  });

  it('shows one of the guests as they are', async () => {
    const guest = { eventId, firstName: 'Ada', email: 'ada@example.com', customFields: { 1: 'Table 7' } };
    const { body: attendee } = await call('POST', '/api/guest', guest);
    await preview(stored().id, { attendeeId: String(attendee.id).toUpperCase() });
    expect(merge().guest).toMatchObject({
      firstName: 'Ada',
      email: 'ada@example.com',
      barcode: attendee.barcode,
      customFields: { 1: 'Table 7' },
    });
  });

  it('shows made-up data, empty where they say nothing', async () => {
    const data = {
      firstName: 'Ada',
      tags: 'VIP',
      event: { title: 'Rehearsal', startTime: '2036-06-20T18:00' },
    };
    expect((await preview(stored().id, { data })).status).toBe(200);
    expect(merge()).toMatchObject({
      guest: {
        firstName: 'Ada',
        lastName: '',
        plusOnes: 0,
        tags: 'VIP',
        customFields: {},
        barcode: sampleGuest.barcode,
      },
      event: { title: 'Rehearsal', startTime: '2036-06-20T18:00:00', companyName: 'Analytical Events' },
    });
  });

  it('has a QR code that works and links that answer for and unsubscribe nobody', async () => {
    const { body: attendee } = await call('POST', '/api/guest', { eventId, firstName: 'Ada' });
    await preview(stored().id, { attendeeId: attendee.id });
    const { barcodeQrUrl, rsvpYesUrl, rsvpNoUrl, unsubscribeUrl = '' } = merge().links;
    const served = async (url: string, method = 'GET'): Promise<Answer> => {
      const { pathname, search, origin } = new URL(url);
      expect(origin).toBe(gateway.config.PUBLIC_URL);
      return gateway.call(method, pathname + search);
    };
    expect((await served(barcodeQrUrl)).headers.get('content-type')).toBe('image/png');
    for (const url of [rsvpYesUrl, rsvpNoUrl]) {
      const page = await served(url);
      expect([page.status, page.text.includes('This is a preview')]).toEqual([200, true]);
      expect((await served(url, 'POST')).status).toBe(404);
    }
    expect((await call('GET', `/api/guest/${String(attendee.id)}`)).body.rsvp).toBeNull();
    for (const method of ['GET', 'POST']) {
      const page = await served(unsubscribeUrl, method);
      expect([page.status, page.text.includes('Here it unsubscribes\nnobody.')]).toEqual([200, true]);
    }
    const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const { status } = await gateway.call('POST', new URL(unsubscribeUrl).pathname, {
      raw: 'List-Unsubscribe=One-Click',
      headers: form,
    });
    expect([status, await gateway.count('recipient_choices')]).toEqual([200, 0]);
  });

  it('shows an older version, and none that never was', async () => {
    const { id } = stored({ version: 3 });
    expect((await preview(id, { version: 1 })).body.version).toBe(1);
    expect((await preview(id, { version: 4 })).status).toBe(404);
  });

  it('refuses attendees of another event', async () => {
    const elsewhere = await gateway.event(user);
    const { body: attendee } = await call('POST', '/api/guest', { eventId: elsewhere });
    const { status, body } = await preview(stored().id, { attendeeId: attendee.id });
    expect([status, body.code]).toEqual([422, 'template_event_mismatch']);
  });

  it.each<[string, object, string[]]>([
    ['an attendee and data', { attendeeId: randomUUID(), data: {} }, ['/data']],
    ['data that are no object', { data: 'Ada' }, ['/data']],
    ['a list for data', { data: [] }, ['/data']],
    ['a number for a text', { data: { firstName: 1 } }, ['/data/firstName']],
    ['a wrong time', { data: { event: { startTime: '2036-02-30T10:00' } } }, ['/data/event/startTime']],
    ['a NUL', { data: { customFields: { 1: '\0' } } }, ['/data/customFields/1']],
    ['too many bytes', { data: { customFields: big() } }, ['/data/customFields']],
    ['a version that is none', { version: 0 }, ['/version']],
    ['a version as a text', { version: '1' }, ['/version']],
    ['an attendee that is none', { attendeeId: 'x' }, ['/attendeeId']],
  ])('refuses %s', async (_what, body, paths) => {
    const answer = await preview(stored().id, body);
    expect([answer.status, answer.body.code, pathsOf(answer)]).toEqual([400, 'validation_error', paths]);
  });

  it('takes null for what is missing', async () => {
    const nothing = { attendeeId: null, version: null, data: null };
    expect((await preview(stored().id, nothing)).status).toBe(200);
    expect((await preview(stored().id, { data: { firstName: null, event: null } })).status).toBe(200);
  });
});

describe('a test copy', () => {
  const copy = (id: string, body: object, by = user): Promise<Answer> =>
    call('POST', `/api/comms/template/${id}/test`, body, by);

  it('goes to the address of the caller and nowhere else', async () => {
    const { id: templateId } = stored({ version: 4 });
    const id = randomUUID();
    const { status, body } = await copy(templateId, { id, version: 2, data: { firstName: 'Ada' } });
    expect([status, body]).toEqual([
      200,
      { attendeeInvitationId: id, status: 'queued', recipient: user.email },
    ]);
    expect(gateway.fakes.copies.at(-1)).toMatchObject({
      accountId: user.accountId,
      requestId: id,
      eventId,
      templateId,
      templateVersion: 2,
      recipient: user.email,
      merge: { guest: { firstName: 'Ada' }, links: { rsvpYesUrl: expect.stringContaining('/rsvp/preview') } },
    });
  });

  it('shows what a preview shows', async () => {
    const { id } = stored();
    await call('POST', `/api/comms/template/${id}/preview`, { data: { firstName: 'Ada' } });
    await copy(id, { data: { firstName: 'Ada' } });
    expect(gateway.fakes.copies.at(-1)?.merge).toEqual(gateway.fakes.previewed.at(-1));
  });

  it('needs trust', async () => {
    const pending = await gateway.user({ trust: 'pending' });
    const { id } = stored({}, pending, await gateway.event(pending));
    const { status, body } = await copy(id, {}, pending);
    expect([status, body.code]).toEqual([403, 'trust_required']);
    expect((await call('POST', `/api/comms/template/${id}/preview`, {}, pending)).status).toBe(200);
  });

  it('is refused where the address takes no e-mails, and of a version that never was', async () => {
    const previous = {
      attendeeInvitationId: randomUUID(),
      status: 'bounced',
      at: '2026-04-29T10:23:00.000Z',
    };
    gateway.fakes.refuseSend = new CodedError('previous_send_permanently_failed', 'It bounced.', {
      previous,
    });
    const { status, body } = await copy(stored().id, {});
    gateway.fakes.refuseSend = undefined;
    expect([status, body.code]).toEqual([422, 'previous_send_permanently_failed']);
    const asked = gateway.fakes.copies.length;
    expect((await copy(stored({ version: 2 }).id, { version: 3 })).status).toBe(404);
    expect(gateway.fakes.copies).toHaveLength(asked);
  });
});

describe('deleting', () => {
  it.each([
    ['DELETE', (id: string) => call('DELETE', `/api/comms/template/${id}`)],
    ['POST', (id: string) => call('POST', '/comms/v1/api/comms/template/delete', { id: id.toUpperCase() })],
  ])('with %s is the end of a template', async (_method, remove) => {
    const { id } = stored();
    const first = await remove(id);
    expect([first.status, first.body]).toEqual([200, { deleted: true }]);
    expect((await remove(id)).status).toBe(404);
    expect((await call('GET', `/api/comms/template/${id}`)).status).toBe(404);
  });
});

describe('another account', () => {
  it('gets the same answer as for an id that nobody has', async () => {
    const stranger = await gateway.user();
    const { id } = stored();
    const guest = (await call('POST', '/api/guest', { eventId })).body.id;
    const theirs = stored({}, stranger, await gateway.event(stranger)).id;
    const problem = async (method: string, path: string, body: object | undefined): Promise<unknown> => {
      const { instance: _, ...rest } = (await call(method, path, body, stranger)).body;
      return rest;
    };
    for (const [method, path, body] of [
      ['GET', '', undefined],
      ['GET', '/versions', undefined],
      ['GET', '/versions/1', undefined],
      ['POST', '/preview', {}],
      ['POST', '/test', {}],
      ['DELETE', '', undefined],
    ] as const) {
      const [ours, nobodys] = [id, randomUUID()].map((one) => `/api/comms/template/${one}${path}`);
      expect(await problem(method, ours!, body)).toMatchObject({ code: 'not_found' });
      expect(await problem(method, ours!, body)).toEqual(await problem(method, nobodys!, body));
    }
    expect(await problem('POST', '/api/comms/template/delete', { id })).toMatchObject({ code: 'not_found' });
    for (const path of ['preview', 'test'])
      expect(
        await problem('POST', `/api/comms/template/${theirs}/${path}`, { attendeeId: guest }),
      ).toMatchObject({
        code: 'not_found',
      });
    expect((await call('GET', `/api/comms/template/${id}`)).status).toBe(200);
  });
});

it.each([
  ['GET', '/api/comms/template/x', '/id'],
  ['GET', '/api/comms/template/delete', '/id'],
  ['DELETE', '/api/comms/template/%00', '/id'],
  ['GET', '/api/comms/template/123/versions', '/id'],
  ['GET', '/api/comms/template/123/versions/1', '/id'],
])('%s %s names the parameter', async (method, path, name) => {
  const answer = await call(method, path);
  expect([answer.status, pathsOf(answer)]).toEqual([400, [name]]);
});
