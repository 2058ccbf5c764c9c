import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { setAccountProviders, type SendRequestedV1, type SendView } from '@qflow/contracts';
import { eventually, mergeData, sendRequest } from '@qflow/testing';
import { failuresToClose } from '../src/provider/provider-circuit.js';
import { accept, fakeSendGrid, type FakeSendGrid, type Mail } from './fake-sendgrid.js';
import { SenderHarness } from './sender-harness.js';

let harness: SenderHarness;
/** SendGrid's fake again, in the place of the second provider. */
let sandbox: FakeSendGrid;

beforeAll(async () => {
  sandbox = await fakeSendGrid();
  harness = await SenderHarness.start({
    PROVIDERS: 'sendgrid,sandbox',
    SANDBOX_URL: sandbox.url,
    // A machine that is busy is not to be taken for a provider that does not answer.
    PROVIDER_TIMEOUT_MS: '30000',
  });
});
afterAll(async () => {
  await harness.stop();
  await sandbox.close();
});
afterEach(async () => {
  harness.sendgrid.answer(accept);
  sandbox.answer(accept);
  await harness.query('DELETE FROM account_providers');
  await harness.allOpen();
});

const goDown = (): void => harness.sendgrid.answer((_mail, response) => void response.writeHead(503).end());

/** Sends until the circuit of SendGrid is closed. */
async function closed(): Promise<void> {
  goDown();
  await eventually(async () => {
    if ((await harness.sending()).status === 'degraded') return true;
    await requested();
    return false;
  });
}

/** Has the one e-mail that may be sent to SendGrid for trial wait there for its answer, which `release` gives. */
async function onTrial(): Promise<() => void> {
  let release = (): void => undefined;
  harness.sendgrid.answer((_mail, response) => void (release = () => void response.writeHead(503).end()));
  await eventually(async () => {
    if ((await harness.sending()).providers.sendgrid?.trial === 'under way') return true;
    await requested();
    return false;
  });
  goDown();
  return () => release();
}

async function requested(values: Partial<SendRequestedV1> = {}): Promise<SendRequestedV1> {
  const request = sendRequest(values);
  await harness.request(request);
  return request;
}

const of = (request: SendRequestedV1, { mails }: FakeSendGrid): Mail[] =>
  mails.filter(({ sendId }) => sendId === request.sendId);

const tells = async (request: SendRequestedV1, what: string): Promise<string[]> =>
  ((await harness.view(request)) as SendView).timeline
    .filter((entry) => entry.what === what)
    .map(({ detail }) => detail ?? '');

/** Resolves once the send has left, however often it has to be tried. */
const sent = (request: SendRequestedV1): Promise<unknown> =>
  eventually(async () => {
    await harness.makeDue(request.sendId);
    return (await harness.view(request))?.status === 'sent';
  });

/** Resolves once the send waits for its provider. */
const waitsFor = (request: SendRequestedV1, provider: string): Promise<SendView> =>
  eventually(async () => {
    const view = await harness.view(request);
    return view?.error?.startsWith(`waits for ${provider}`) ? view : null;
  });

describe('while the first provider asks to slow down', () => {
  it('it is waited for, on the stream, although the second takes e-mail', async () => {
    harness.sendgrid.answer((_mail, response) => void response.writeHead(429, { 'retry-after': '5' }).end());
    const slowed = await requested();
    await eventually(async () => (await harness.metric('qflow_sending_held')) === 1);
    const later = await requested();
    expect(await harness.sending()).toMatchObject({
      status: 'degraded',
      providers: { sendgrid: { state: 'paused' }, sandbox: { state: 'open' } },
    });
    expect(await harness.view(later)).toBeNull();
    harness.sendgrid.answer(accept);
    for (const request of [slowed, later]) await harness.state(request, 'sent');
    expect(await harness.view(later)).toMatchObject({ attempts: 1 });
    expect([slowed, later].flatMap((request) => of(request, sandbox))).toEqual([]);
  });
});

describe('while the first provider is down', () => {
  it('e-mail goes through the second, and through the first again once that is back', async () => {
    goDown();
    const burnt = await Promise.all(Array.from({ length: failuresToClose }, () => requested()));
    for (const request of burnt) await harness.state(request, 'sent');
    expect(burnt.every((request) => of(request, sandbox).length === 1)).toBe(true);
    const [first] = burnt as [SendRequestedV1];
    const attempts = await tells(first, 'sending');
    expect(attempts.at(0)).toBe('attempt 1, through sendgrid');
    expect(attempts.at(-1)).toBe(`attempt ${attempts.length}, through sandbox`);
    expect(await tells(first, 'retryable')).toContain('SendGrid answered 503: no body');

    const health = await harness.sending();
    expect(health).toMatchObject({
      status: 'degraded',
      providers: {
        sendgrid: { state: 'down', because: 'down', error: 'SendGrid answered 503: no body' },
        sandbox: { state: 'open' },
      },
    });
    expect(await harness.metric('qflow_provider_state{provider="sendgrid",state="down"}')).toBe(1);
    expect(await harness.metric('qflow_provider_state{provider="sandbox",state="open"}')).toBe(1);
    expect(
      await harness.metric(
        'qflow_provider_attempts_total{provider="sendgrid",outcome="retryable",code="sendgrid_503"}',
      ),
    ).toBeGreaterThanOrEqual(failuresToClose);
    // Nothing is held: there is a way.
    expect(await harness.metric('qflow_sending_held')).toBe(0);

    harness.sendgrid.answer(accept);
    await harness.allOpen();
    const later = await requested();
    await harness.state(later, 'sent');
    expect([of(later, harness.sendgrid).length, of(later, sandbox).length]).toEqual([1, 0]);
    expect(await harness.metric('qflow_provider_paused_seconds{provider="sendgrid"}')).toBe(0);
  });

  it('one e-mail at a time is sent there for trial, and no other one', async () => {
    await closed();
    const before = harness.sendgrid.mails.length;
    const requests = await Promise.all(Array.from({ length: 100 }, () => requested()));
    for (const request of requests) await harness.state(request, 'sent');
    const trials = requests.filter((request) => of(request, harness.sendgrid).length > 0);
    // Intervals double from a second on; a hundred e-mails take a fraction of what the third would take.
    expect(harness.sendgrid.mails.length - before).toBeLessThan(8);
    expect(trials.length).toBeLessThan(8);
  });
});

describe('a send that the first provider may have', () => {
  it('goes to no other, however long that is down', async () => {
    harness.sendgrid.answer((_mail, response) => void response.socket?.destroy());
    const request = await requested();
    await harness.state(request, 'unknown');
    await closed();
    const release = await onTrial();
    await harness.makeDue(request.sendId);
    const view = await waitsFor(request, 'sendgrid');
    expect(view).toMatchObject({
      status: 'unknown',
      attempts: 1,
      error: 'waits for sendgrid, it is down: SendGrid answered 503: no body',
    });
    expect(await tells(request, 'waiting')).toEqual([view.error]);

    // Others find another way meanwhile.
    const other = await requested();
    await harness.state(other, 'sent');

    release();
    harness.sendgrid.answer(accept);
    await sent(request);
    expect(of(request, sandbox)).toEqual([]);
    expect(of(request, harness.sendgrid)).toHaveLength((await harness.view(request))?.attempts ?? 0);
  });

  it('stays with it also after another attempt of which it certainly has nothing', async () => {
    harness.sendgrid.answer((_mail, response) => void response.socket?.destroy());
    const request = await requested();
    await harness.state(request, 'unknown');
    goDown();
    await harness.makeDue(request.sendId);
    await eventually(async () => (await tells(request, 'retryable')).length);
    await closed();
    const release = await onTrial();
    await harness.makeDue(request.sendId);
    await waitsFor(request, 'sendgrid');
    release();
    harness.sendgrid.answer(accept);
    await sent(request);
    expect(of(request, sandbox)).toEqual([]);
  });

  it('is known by name before the e-mail leaves, so that no crash forgets who may have it', async () => {
    const stored = (request: SendRequestedV1) =>
      harness.query('SELECT state, provider, attempt FROM sends WHERE id = $1', [request.sendId]);
    let release = (): void => undefined;
    harness.sendgrid.answer((mail, response) => void (release = () => accept(mail, response)));
    const request = await requested();
    await harness.sendgrid.until((mails) => mails.some(({ sendId }) => sendId === request.sendId));
    expect(await stored(request)).toEqual([{ state: 'sending', provider: 'sendgrid', attempt: 1 }]);
    release();
    await harness.state(request, 'sent');
  });

  it('because its sender died stays with it, whoever takes it over', async () => {
    await closed();
    const request = sendRequest();
    await harness.query(
      `WITH open AS (INSERT INTO open_sends (send_id, due_at, merge) VALUES ($1, now(), $6))
       INSERT INTO sends (id, account_id, event_id, attendee_id, template_id, template_version, recipient,
                          state, attempt, provider, created_at)
       VALUES ($1, $2, $3, $4, $5, 1, 'ada@example.com', 'sending', 1, 'sendgrid', now())`,
      [
        request.sendId,
        request.accountId,
        request.eventId,
        request.attendeeId,
        request.templateId,
        JSON.stringify(mergeData()),
      ],
    );
    await harness.state(request, 'unknown');
    // Whatever was known of the circuit is lost with the process as well.
    await harness.stopReplica();
    await harness.startReplica();
    await closed();
    const release = await onTrial();
    await harness.makeDue(request.sendId);
    await waitsFor(request, 'sendgrid');
    expect(await tells(request, 'sending')).toContain('attempt 1, through sendgrid');
    release();
    harness.sendgrid.answer(accept);
    await sent(request);
    expect(of(request, sandbox)).toEqual([]);
    expect(of(request, harness.sendgrid).length).toBeGreaterThanOrEqual(1);
  });
});

describe('accounts with a list of their own', () => {
  const own = async (providers: ('sendgrid' | 'sandbox')[] | null, request = sendRequest()) => {
    await harness.rpc.ask(setAccountProviders, { accountId: request.accountId, providers });
    return request;
  };

  it('go by it', async () => {
    const request = await own(['sandbox']);
    await harness.request(request);
    await harness.state(request, 'sent');
    expect([of(request, harness.sendgrid).length, of(request, sandbox).length]).toEqual([0, 1]);
    await own(null, request);
    const later = await requested({ accountId: request.accountId });
    await harness.state(later, 'sent');
    expect(of(later, harness.sendgrid)).toHaveLength(1);
  });

  it('wait for a provider that is down while the others go on, and use up no attempt', async () => {
    await closed();
    const waiting = await Promise.all(
      Array.from({ length: 30 }, async () => {
        const request = await own(['sendgrid']);
        await harness.request(request);
        return request;
      }),
    );
    const others = await Promise.all(Array.from({ length: 30 }, () => requested()));
    for (const request of others) await harness.state(request, 'sent');
    for (const request of waiting) await waitsFor(request, 'sendgrid');
    // Apart from those that were used for trial.
    const untouched = waiting.filter((request) => of(request, harness.sendgrid).length === 0);
    expect(untouched.length).toBeGreaterThan(20);
    for (const request of untouched) {
      expect(await harness.view(request)).toMatchObject({ status: 'queued', attempts: 0 });
      expect(await tells(request, 'waiting')).toHaveLength(1);
    }

    harness.sendgrid.answer(accept);
    for (const request of waiting) await harness.state(request, 'sent');
    for (const request of untouched) expect(await harness.view(request)).toMatchObject({ attempts: 1 });
    expect(waiting.flatMap((request) => of(request, sandbox))).toEqual([]);
  });

  it('whose e-mail waits go another way as soon as their list says so', async () => {
    await closed();
    const release = await onTrial();
    const request = await own(['sendgrid']);
    await harness.request(request);
    await waitsFor(request, 'sendgrid');
    await own(['sandbox'], request);
    await harness.state(request, 'sent');
    expect(of(request, sandbox)).toHaveLength(1);
    release();
  });

  it('whose e-mail has waited for too long hear that it failed', async () => {
    await closed();
    const release = await onTrial();
    const request = await own(['sendgrid']);
    await harness.request(request);
    await waitsFor(request, 'sendgrid');
    await harness.query(`UPDATE sends SET created_at = now() - interval '2 days' WHERE id = $1`, [
      request.sendId,
    ]);
    const view = await eventually(async () => {
      await harness.makeDue(request.sendId);
      const now = await harness.view(request);
      return now?.status === 'failed' ? now : null;
    });
    expect(view.error).toBe(
      'gave up after 0 attempts: waits for sendgrid, it is down: SendGrid answered 503: no body',
    );
    await harness.announced(request.sendId, ['comms.failed']);
    release();
  });
});

describe('of two replicas', () => {
  it('each finds its way, and no guest gets an e-mail twice', async () => {
    await harness.startReplica();
    goDown();
    const requests = await Promise.all(Array.from({ length: 100 }, () => requested()));
    await eventually(() => sandbox.mails.some(({ sendId }) => requests.some((one) => one.sendId === sendId)));
    harness.sendgrid.answer(accept);
    for (const request of requests) await harness.state(request, 'sent');
    const accepted = await harness.query<{ count: number }>(
      `SELECT count(*)::int FROM attempts WHERE outcome = 'accepted' AND send_id = ANY($1::uuid[])`,
      [requests.map(({ sendId }) => sendId)],
    );
    expect(accepted).toEqual([{ count: requests.length }]);
    await harness.stopReplica();
  });
});
