import { describe, expect, it } from '@jest/globals';
import { eventNameIn, eventTypes, formatNames, type CommsEventV1 } from '@qflow/contracts';
import { importStandardPublicKey, verifyStandard } from '@qflow/signing';
import fc from 'fast-check';
import { formats } from '../../src/formats/formats.js';
import { formatsUnderTest, type Received } from './formats-under-test.js';
import { golden } from './golden-files.js';
import { hostileEvents, reprinted } from './hostile-events.js';
import { sampleEvent, sampleEvents } from './sample-events.js';

/** 2026-04-29T10:23:00Z */
const timestamp = 1_777_458_180;

describe.each(formatNames)('the format %s', (name) => {
  const format = formats[name];
  const { secrets, privateKeys, accepts, idOf, bodyFields, signatureHeader, signsTime } =
    formatsUnderTest[name];
  const [newest, older] = secrets;

  /** The request of one attempt, as its receiver sees it. */
  function attempt(event: CommsEventV1, at = timestamp, signers: readonly string[] = [newest]): Received {
    const body = Buffer.from(format.body(event), 'utf8');
    const { id: webhookId, type } = event;
    const part = { webhookId, type, body, secrets: [...signers], privateKeys, timestamp: at };
    return { headers: format.headers(part), body, secret: newest, now: at };
  }

  it.each(eventTypes)('tells %s as in its golden file', (type) => {
    const { headers, body } = attempt(sampleEvent(type));
    const file = golden(name, type, { headers, body: JSON.parse(body.toString('utf8')) });
    expect(headers).toEqual(file.headers);
    expect(body.toString('utf8')).toBe(JSON.stringify(file.body));
  });

  it('signs with two secrets as in its golden file', () => {
    const { headers, body } = attempt(sampleEvent('comms.delivered'), timestamp, secrets);
    const actual = { headers, body: JSON.parse(body.toString('utf8')) as unknown };
    expect(actual).toEqual(golden(name, 'comms.delivered.rotation', actual));
  });

  it('says what it is and from whom', () => {
    for (const event of sampleEvents)
      expect(attempt(event).headers).toMatchObject({
        'Content-Type': 'application/json',
        'User-Agent': 'Qflow-Comms/1 (+webhooks)',
      });
  });

  it('has its fields, in their order, for every event, and names it as the format does', () => {
    for (const event of sampleEvents) {
      const body = JSON.parse(format.body(event)) as Record<string, unknown>;
      expect(Object.keys(body)).toEqual(bodyFields);
      expect(body.event ?? body.type).toBe(eventNameIn(name, event));
    }
  });

  it('is accepted by the verifier that integrators install, and refused once anything is changed', () => {
    for (const event of sampleEvents) {
      const request = attempt(event);
      expect(accepts(request)).toBe(true);
      const changed = Buffer.from(request.body);
      changed.writeUInt8(changed.readUInt8(12) ^ 1, 12);
      expect(accepts({ ...request, body: changed })).toBe(false);
      expect(accepts({ ...request, body: Buffer.concat([request.body, Buffer.from(' ')]) })).toBe(false);
      expect(accepts({ ...request, secret: older })).toBe(false);
      const { [signatureHeader]: _signature, ...unsigned } = request.headers;
      expect(accepts({ ...request, headers: unsigned })).toBe(false);
    }
  });

  it('is accepted with either secret while a rotation overlaps', () => {
    const request = attempt(sampleEvent('comms.delivered'), timestamp, secrets);
    expect(accepts({ ...request, secret: newest })).toBe(true);
    expect(accepts({ ...request, secret: older })).toBe(true);
  });

  it('keeps the event’s id over all attempts', () => {
    const event = sampleEvent('comms.delivered');
    const attempts = [0, 5, 30 * 60].map((later) => attempt(event, timestamp + later));
    const ids = attempts.map(({ headers, body }) =>
      idOf(headers, JSON.parse(body.toString('utf8')) as Record<string, unknown>),
    );
    expect(ids).toEqual(attempts.map(() => event.id));
    expect(new Set(attempts.map(({ body }) => body.toString('utf8'))).size).toBe(1);
    const signatures = new Set(attempts.map(({ headers }) => headers[signatureHeader]));
    expect(signatures.size).toBe(signsTime ? attempts.length : 1);
  });

  it(signsTime ? 'is refused once it is old' : 'never grows old: its receivers dedupe instead', () => {
    const request = attempt(sampleEvent('comms.delivered'));
    expect(accepts({ ...request, now: timestamp + 300 })).toBe(true);
    expect(accepts({ ...request, now: timestamp + 301 })).toBe(!signsTime);
  });

  it('is unharmed by what others have written: reprinting the JSON changes no byte', () => {
    fc.assert(
      fc.property(hostileEvents, (event) => {
        const request = attempt(event);
        const text = request.body.toString('utf8');
        expect(reprinted(text)).toBe(text);
        expect(accepts({ ...request, body: Buffer.from(reprinted(text)) })).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('is unharmed by a megabyte', () => {
    const sample = sampleEvent('comms.clicked');
    const long = `${'\ud800'}${'"\\/\u2028🎟'.repeat(170_000)}`;
    const event = { ...sample, data: { ...sample.data, url: long, correlationId: long } };
    const text = format.body(event);
    expect(reprinted(text)).toBe(text);
    expect(text).toContain(JSON.stringify(long));
  });

  it('has only headers that HTTP can carry', () => {
    const hostile = { ...sampleEvent('comms.delivered'), createdAt: '2026-04-29T10:23:00+02:00' };
    for (const event of [...sampleEvents, hostile])
      for (const [header, value] of Object.entries(attempt(event, timestamp, secrets).headers)) {
        expect(header).toMatch(/^[A-Za-z0-9-]+$/);
        expect(value).toMatch(/^[\x20-\x7e]+$/);
      }
  });
});

describe('the format standard, with an Ed25519 key', () => {
  const { secrets, privateKeys } = formatsUnderTest.standard;
  const publicKeys = [importStandardPublicKey('whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=')];

  it('is accepted by who has nothing but the public key, and refused once it is changed', () => {
    for (const event of sampleEvents) {
      const body = Buffer.from(formats.standard.body(event), 'utf8');
      const part = { webhookId: event.id, type: event.type, body, secrets: [...secrets], privateKeys };
      const headers = formats.standard.headers({ ...part, timestamp });
      expect(verifyStandard({ publicKeys, headers, body, now: timestamp }).valid).toBe(true);
      const changed = Buffer.concat([body, Buffer.from(' ')]);
      expect(verifyStandard({ publicKeys, headers, body: changed, now: timestamp }).valid).toBe(false);
    }
  });
});
