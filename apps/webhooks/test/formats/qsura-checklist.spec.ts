import { describe, expect, it } from '@jest/globals';
import { eventNameIn, formatNames, type FormatName } from '@qflow/contracts';
import { verifyEmailflow, verifyQflow, verifyStandard } from '@qflow/signing';
import { policyOf } from '../../src/dispatch/retry-policy.js';
import { formats } from '../../src/formats/formats.js';
import { formatsUnderTest } from './formats-under-test.js';
import { sampleEvent, sampleEvents } from './sample-events.js';
import { signedFor } from './signed-for.js';

/**
 * Qsura's page prints no code but a list, "Security and reliability checks before production". What of it is a matter
 * of our webhooks is checked here, in its words; what is not fulfilled is said to be so.
 */
const bodyOf = (format: FormatName, type: Parameters<typeof sampleEvent>[0]) =>
  JSON.parse(formats[format].body(sampleEvent(type))) as { data: Record<string, unknown> };

describe.each(formatNames)('Qsura’s checklist, format %s', (format) => {
  const { secrets, idOf } = formatsUnderTest[format];
  const signed = (type: Parameters<typeof sampleEvent>[0], at = new Date()) =>
    signedFor(format, sampleEvent(type), { secrets: [...secrets], at });

  it('credential security: no request holds a secret', () => {
    for (const { type } of sampleEvents) {
      const { headers, body } = signed(type);
      for (const secret of secrets) expect(JSON.stringify(headers) + body.toString()).not.toContain(secret);
    }
  });

  it('idempotency: every request holds the event’s id and, where there is one, the e-mail’s', () => {
    for (const event of sampleEvents) {
      const { headers, body } = signed(event.type);
      expect(idOf(headers, JSON.parse(body.toString()) as Record<string, unknown>)).toBe(event.id);
      const send = event.data.attendeeInvitationId;
      if (send !== null) expect(body.toString()).toContain(send);
    }
  });

  it('delivery receipt: accepted, delivered and failed lead back to the business event', () => {
    for (const type of ['comms.sent', 'comms.delivered', 'comms.failed', 'comms.bounced'] as const) {
      const { data } = bodyOf(format, type);
      const meta = data.meta as Record<string, unknown> | undefined;
      expect(data.correlationId ?? data.correlation_id ?? meta?.correlation_id).toBe('order-123 – é ✓');
      expect(eventNameIn(format, { type })).toMatch(/^(comms|email)\.\w+$/);
    }
  });

  it('rate and retry design: there is a schedule, a time-out and an end', () => {
    const { delaysMs, timeoutMs } = policyOf(format, {});
    expect(delaysMs.length).toBeGreaterThanOrEqual(3);
    expect(timeoutMs).toBeLessThanOrEqual(15_000);
    expect(delaysMs).toEqual([...delaysMs].sort((a, b) => a - b));
  });

  it('data minimization: an address and a subject at most, and those only where the format has a field for them', () => {
    const { to, subject } = sampleEvent('comms.delivered').message ?? {};
    const body = formats[format].body(sampleEvent('comms.delivered'));
    expect(body.includes(String(to))).toBe(format === 'sendcomms' || format === 'emailflow');
    expect(body.includes(String(subject))).toBe(format === 'sendcomms');
  });
});

describe('Qsura’s checklist', () => {
  it('signed callbacks: replay protection in three formats; SendComms signs no time, its receivers dedupe', () => {
    const at = new Date(Date.now() - 310_000);
    const old = (format: FormatName) =>
      signedFor(format, sampleEvent('comms.sent'), { secrets: [...formatsUnderTest[format].secrets], at });
    const [qflow, standard, emailflow] = [old('qflow'), old('standard'), old('emailflow')];
    const [secret] = formatsUnderTest.qflow.secrets;
    const stale = { valid: false, reason: 'timestamp_out_of_window' };
    expect(verifyQflow({ secret, header: qflow.headers['X-Qflow-Signature'], body: qflow.body })).toEqual(
      stale,
    );
    expect(
      verifyStandard({
        secret: formatsUnderTest.standard.secrets[0],
        headers: standard.headers,
        body: standard.body,
      }),
    ).toEqual(stale);
    expect(
      verifyEmailflow({
        secret: formatsUnderTest.emailflow.secrets[0],
        header: emailflow.headers['X-EmailFlow-Signature'],
        body: emailflow.body,
      }),
    ).toEqual(stale);
  });

  it('not fulfilled: "read or reply context" and "fallback" — there is one channel, e-mail, so no event tells of them', () => {
    const names = sampleEvents.map(({ type }) => type);
    expect(names.filter((name) => /read|repl|fallback/.test(name))).toEqual([]);
  });
});
