import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CommsEventV1, FormatName } from '@qflow/contracts';
import type { SignedRequest } from '../../src/dispatch/signed-request.js';
import { formatsUnderTest } from './formats-under-test.js';
import { sampleEvent, sampleEvents } from './sample-events.js';
import {
  emailflowSample,
  qflowSample,
  sendcommsSample,
  sendcommsSampleSecret,
  type SampleReceiver,
} from './sample-receivers.js';
import { signedFor } from './signed-for.js';

/** A page's own receiver, and the secret it holds. */
interface Sample {
  secret: string;
  open: (secret: string) => Promise<SampleReceiver>;
  signatureHeader: string;
  signsTime: boolean;
}

const sampleOf = (
  format: FormatName,
  open: Sample['open'],
  secret = formatsUnderTest[format].secrets[0],
): Sample => ({ ...formatsUnderTest[format], secret, open });

const samples: [FormatName, Sample][] = [
  ['qflow', sampleOf('qflow', qflowSample)],
  ['sendcomms', sampleOf('sendcomms', sendcommsSample, sendcommsSampleSecret)],
  ['emailflow', sampleOf('emailflow', emailflowSample)],
];

async function post({ url, headers, body }: SignedRequest): Promise<number> {
  const answer = await fetch(url, { method: 'POST', headers, body: new Uint8Array(body) });
  await answer.arrayBuffer();
  return answer.status;
}

/** Texts that a parser and a printer in between must not change. */
const hostile = (event: CommsEventV1): CommsEventV1 => ({
  ...event,
  data: { ...event.data, correlationId: '\ud800 "\\/\u2028\u0000 é ✓ 🎟 __proto__' },
});

describe.each(samples)('the receiver of the page of %s, as it is printed there', (format, sample) => {
  const older = formatsUnderTest[format].secrets[1];
  const { secret, signatureHeader, signsTime } = sample;
  let receiver: SampleReceiver;
  beforeAll(async () => {
    receiver = await sample.open(secret);
  });
  afterAll(() => receiver.close());

  const signed = (event: CommsEventV1, secrets = [secret], at = new Date()): SignedRequest =>
    signedFor(format, event, { url: receiver.url, secrets, at });

  it('accepts every event', async () => {
    for (const event of sampleEvents) {
      expect(await post(signed(event))).toBe(200);
      expect(await post(signed(hostile(event)))).toBe(200);
    }
  });

  it('accepts its secret while a rotation overlaps, once it has moved to the new one', async () => {
    expect(await post(signed(sampleEvent('comms.delivered'), [secret, older]))).toBe(200);
  });

  it('refuses another body, another secret and another signature', async () => {
    const request = signed(sampleEvent('comms.delivered'));
    const body = Buffer.from(request.body.toString('utf8').replace('order-123', 'order-124'));
    expect(await post({ ...request, body })).toBe(401);
    expect(await post(signed(sampleEvent('comms.delivered'), [older]))).toBe(401);
    const signature = request.headers[signatureHeader] ?? '';
    const forged = signature.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'));
    expect(await post({ ...request, headers: { ...request.headers, [signatureHeader]: forged } })).toBe(401);
  });

  it('refuses a request without a signature', async () => {
    const request = signed(sampleEvent('comms.delivered'));
    const { [signatureHeader]: _signature, ...headers } = request.headers;
    expect(await post({ ...request, headers })).toBeGreaterThanOrEqual(400);
  });

  it(signsTime ? 'refuses what is older than five minutes' : 'has no way to see how old it is', async () => {
    const late = signed(sampleEvent('comms.delivered'), [secret], new Date(Date.now() - 310_000));
    expect(await post(late)).toBe(signsTime ? 401 : 200);
  });
});

describe('the receiver of SendComms’ page', () => {
  it('finds the event and the recipient where it looks for them', async () => {
    const receiver = await sendcommsSample();
    try {
      const { url } = receiver;
      const secrets = [sendcommsSampleSecret];
      await post(signedFor('sendcomms', sampleEvent('comms.delivered'), { url, secrets }));
      await post(signedFor('sendcomms', sampleEvent('contact.subscribed'), { url, secrets }));
      expect(receiver.printed).toEqual([
        'Received email.delivered for Ada.Lovelace@example.com',
        'Received contact.subscribed for ada.lovelace@example.com',
      ]);
    } finally {
      await receiver.close();
    }
  });
});
