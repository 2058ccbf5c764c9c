import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  searchSends,
  sendStates,
  type Page,
  type SendSearch,
  type SendState,
  type SendSummary,
} from '@qflow/contracts';
import fc from 'fast-check';
import { window } from '../src/sends/search-sends.js';
import { SenderHarness } from './sender-harness.js';

let harness: SenderHarness;

beforeAll(async () => {
  harness = await SenderHarness.start();
});
afterAll(() => harness.stop());

const accountId = randomUUID();
const [templates, attendees] = [1, 2].map(() => Array.from({ length: 3 }, () => randomUUID())) as [
  string[],
  string[],
];
const correlations = ['order-1', 'order-2', null];

const search = (values: Partial<SendSearch> = {}): SendSearch => ({
  accountId,
  attendeeId: null,
  templateId: null,
  status: null,
  correlationId: null,
  after: null,
  limit: 50,
  ...values,
});

/** Every page of a search, one after the other. */
async function everything(values: Partial<SendSearch> = {}): Promise<SendSummary[]> {
  const all: SendSummary[] = [];
  for (let after: string | null = null; ;) {
    const page: Page<SendSummary> = await harness.rpc.ask(searchSends, search({ ...values, after }));
    expect(page.items.length).toBeLessThanOrEqual(values.limit ?? 50);
    all.push(...page.items);
    if (page.next === null) return all;
    after = page.next;
  }
}

const ids = (sends: readonly SendSummary[]): string[] =>
  sends.map(({ attendeeInvitationId }) => attendeeInvitationId);

describe('the search', () => {
  /** As the list must answer them: newest first. */
  const stored: SendSummary[] = [];

  beforeAll(async () => {
    for (let index = 0; index < 130; index++) {
      const send = await harness.stored({
        accountId,
        attendeeId: attendees[index % 3],
        templateId: templates[Math.floor(index / 3) % 3],
        correlationId: correlations[Math.floor(index / 9) % 3],
        state: sendStates[index % sendStates.length] as SendState,
        // Several of the same moment, so that the id decides.
        createdAt: new Date(Date.UTC(2026, 3, 29, 10, 0, Math.floor(index / 4))).toISOString(),
      });
      const [row] = await harness.query<{ state: SendState }>('SELECT state FROM sends WHERE id = $1', [
        send.sendId,
      ]);
      stored.push({
        attendeeInvitationId: send.sendId,
        attendeeId: send.attendeeId,
        templateId: send.templateId,
        templateVersion: 1,
        eventId: send.eventId,
        correlationId: send.correlationId,
        status: row?.state as SendState,
        error: null,
        attempts: 0,
        created: new Date(Date.UTC(2026, 3, 29, 10, 0, Math.floor(index / 4))).toISOString(),
        updated: expect.any(String) as unknown as string,
      });
      await harness.stored({ state: 'sent', attendeeId: send.attendeeId, templateId: send.templateId });
    }
    stored.sort(
      (a, b) =>
        Date.parse(b.created) - Date.parse(a.created) ||
        (a.attendeeInvitationId < b.attendeeInvitationId ? 1 : -1),
    );
  });

  it('yields the account’s sends, newest first, each once', async () => {
    expect(await everything({ limit: 7 })).toEqual(stored);
  });

  it('yields exactly what fits every filter, whatever the page size', async () => {
    const maybe = <T>(values: readonly T[]) => fc.option(fc.constantFrom(...values), { nil: null });
    const filters = fc.record({
      attendeeId: maybe([...attendees, randomUUID()]),
      templateId: maybe([...templates, randomUUID()]),
      status: maybe(sendStates),
      correlationId: maybe(['order-1', 'order-2', 'order-3']),
      limit: fc.integer({ min: 1, max: 200 }),
    });
    await fc.assert(
      fc.asyncProperty(filters, async ({ limit, ...filter }) => {
        const expected = stored.filter(
          (send) =>
            (filter.attendeeId === null || send.attendeeId === filter.attendeeId) &&
            (filter.templateId === null || send.templateId === filter.templateId) &&
            (filter.status === null || send.status === filter.status) &&
            (filter.correlationId === null || send.correlationId === filter.correlationId),
        );
        expect(ids(await everything({ ...filter, limit }))).toEqual(ids(expected));
      }),
      { numRuns: 100 },
    );
  });

  it('is not moved by sends that come meanwhile', async () => {
    const first = await harness.rpc.ask(searchSends, search({ limit: 40 }));
    const newer = await harness.stored({ accountId, state: 'queued' });
    const second = await harness.rpc.ask(searchSends, search({ limit: 200, after: first.next }));
    expect(ids([...first.items, ...second.items])).toEqual(ids(stored));
    await harness.query('DELETE FROM sends WHERE id = $1', [newer.sendId]);
  });

  it('refuses every cursor it has not made', async () => {
    const hostile = fc.oneof(
      fc.string(),
      fc.json().map((json) => Buffer.from(json).toString('base64url')),
      fc
        .tuple(fc.string(), fc.string())
        .map((parts) => Buffer.from(JSON.stringify(parts)).toString('base64url')),
      fc.constantFrom(
        ...[
          ['99999999999999999', randomUUID()],
          ['1', 'x'],
          ['-1', randomUUID()],
          ['1', randomUUID(), '2'],
        ].map((parts) => Buffer.from(JSON.stringify(parts)).toString('base64url')),
      ),
    );
    await fc.assert(
      fc.asyncProperty(hostile, async (after) => {
        await expect(harness.rpc.ask(searchSends, search({ after }))).rejects.toMatchObject({
          code: 'validation_error',
          extras: { errors: [{ path: '/after' }] },
        });
      }),
      { numRuns: 100 },
    );
  });

  it('takes any text to look for', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (correlationId) => {
        fc.pre(!correlationId.includes('\0'));
        expect(ids(await everything({ correlationId }))).toEqual(
          ids(stored.filter((send) => send.correlationId === correlationId)),
        );
      }),
      { numRuns: 50 },
    );
  });
});

describe('a search among very many sends', () => {
  it('looks at a part of them at a time, and finds all there is', async () => {
    const account = randomUUID();
    const template = randomUUID();
    // Only the oldest two are what is looked for: beyond the first page's reach.
    await harness.query(
      `INSERT INTO sends (id, account_id, event_id, attendee_id, template_id, template_version, recipient, state, created_at)
       SELECT gen_random_uuid(), $1, gen_random_uuid(), gen_random_uuid(), $2, 1, 'a@example.com',
              CASE WHEN n <= 2 THEN 'sent' ELSE 'delivered' END, timestamptz '2026-01-01' + n * interval '1 ms'
         FROM generate_series(1, $3) AS n`,
      [account, template, window * 2 + 5],
    );
    for (const templateId of [null, template]) {
      const asked = search({ accountId: account, status: 'sent', templateId });
      const first = await harness.rpc.ask(searchSends, asked);
      expect([first.items, first.next === null]).toEqual([[], false]);
      const found = await everything(asked);
      expect(found.map(({ created }) => created)).toEqual([
        '2026-01-01T00:00:00.002Z',
        '2026-01-01T00:00:00.001Z',
      ]);
    }
  });
});
