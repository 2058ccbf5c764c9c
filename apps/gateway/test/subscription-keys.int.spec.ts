import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createLogger, startService, type RunningService } from '@qflow/service';
import { gatewayService } from '../src/service.js';
import { TestGateway, type TestUser } from './support/test-gateway.js';

const [current, next] = ['current-key-0123456789', 'next-key-0123456789abc'];

let gateway: TestGateway;
let managed: RunningService;
let user: TestUser;
let log = '';

beforeAll(async () => {
  gateway = await TestGateway.start();
  user = await gateway.user();
  const into = new Writable({
    write(chunk: Buffer, _encoding, done) {
      log += chunk.toString();
      done();
    },
  });
  managed = await startService(
    gatewayService({ ...gateway.config, SUBSCRIPTION_KEYS: [current, next] }),
    createLogger('gateway', 'info', into),
  );
});
afterAll(async () => {
  await managed.close();
  await gateway.stop();
});

const get = (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> =>
  fetch(`${managed.url}${path}`, { method, headers: { Authorization: `Bearer ${user.token}`, ...headers } });

const keyHeader = (key: string): Record<string, string> => ({ 'Ocp-Apim-Subscription-Key': key });

describe('where subscription keys are configured', () => {
  it.each([
    '/comms/v1/api/comms/webhook',
    '/checkin/v1/api/events',
    '/%63omms/v1/api/comms/webhook',
    '/comms/v1/nothing',
  ])('%s needs one', async (path) => {
    const answer = await get(path);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.headers.get('www-authenticate')).toBe(
      'AzureApiManagementKey realm="qflow",name="Ocp-Apim-Subscription-Key",type="header"',
    );
    expect(await answer.json()).toMatchObject({
      code: 'unauthorized',
      detail:
        'Send a subscription key in the header Ocp-Apim-Subscription-Key, or in the query as subscription-key.',
    });
  });

  it.each([current, next])('each of them opens it, in the header and in the query', async (key) => {
    expect((await get('/checkin/v1/api/events', keyHeader(key))).status).toBe(200);
    expect((await get(`/checkin/v1/api/events?subscription-key=${key}`)).status).toBe(200);
  });

  it.each([
    ['/checkin/v1/api/events', keyHeader('another-key-0123456789')],
    ['/checkin/v1/api/events', keyHeader(`${current},${next}`)],
    ['/checkin/v1/api/events', keyHeader('')],
    [`/checkin/v1/api/events?subscription-key=${current}&subscription-key=${current}`, {}],
    // The header counts where there are both.
    [`/checkin/v1/api/events?subscription-key=${current}`, keyHeader('wrong')],
  ])('%s with %j is refused', async (path, headers) => {
    const answer = await get(path, headers);
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ detail: 'The subscription key is not valid.' });
  });

  it('is asked for before the token, and does not replace it', async () => {
    const Authorization = '';
    expect(await (await get('/checkin/v1/api/events', { Authorization })).json()).toMatchObject({
      detail: expect.stringContaining('subscription key'),
    });
    const answer = await get('/checkin/v1/api/events', { Authorization, ...keyHeader(current) });
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('is not asked for under /api, nor of what has no prefix', async () => {
    expect((await get('/api/events')).status).toBe(200);
    expect((await get('/openapi.json')).status).toBe(200);
    expect((await get('/checkin/v1/api/events', {}, 'OPTIONS')).status).toBe(204);
  });

  it('is never written to the log', async () => {
    await get(`/checkin/v1/api/events?subscription-key=${current}`, keyHeader(next));
    expect(log).toContain('/checkin/v1/api/events');
    expect(log).not.toMatch(/current-key|next-key|another-key|subscription-key=/);
  });
});

describe('where none are configured', () => {
  it('the header is accepted and ignored', async () => {
    for (const headers of [{}, keyHeader('anything')])
      expect(
        (await gateway.call('GET', '/checkin/v1/api/events', { token: user.token, headers })).status,
      ).toBe(200);
  });
});
