import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { CommsEventV1 } from '@qflow/contracts';
import { formats } from '../../src/formats/formats.js';
import { sampleEvent } from './sample-events.js';

interface Vector {
  secret: string;
  id?: string;
  timestamp?: number;
  body: string;
  header: string;
}

/** Known-good signatures that were made elsewhere. */
const vectors = JSON.parse(readFileSync(new URL('./vectors.json', import.meta.url), 'utf8')) as Record<
  keyof typeof headerOf,
  Vector
>;

const headerOf = {
  qflow: 'X-Qflow-Signature',
  sendcomms: 'X-SendComms-Signature',
  emailflow: 'X-EmailFlow-Signature',
  standard: 'webhook-signature',
} as const;

describe('known-good signatures', () => {
  it.each(Object.keys(headerOf) as (keyof typeof headerOf)[])('%s reproduces its own', (format) => {
    const { secret, id, timestamp, body, header } = vectors[format];
    const headers = formats[format].headers({
      webhookId: id ?? sampleEvent('comms.delivered').id,
      type: 'comms.delivered',
      body: Buffer.from(body, 'utf8'),
      secrets: [secret],
      privateKeys: [],
      timestamp: timestamp ?? 0,
    });
    expect(headers[headerOf[format]]).toBe(header);
  });

  it('qflow makes the very body that was signed', () => {
    const event = JSON.parse(vectors.qflow.body) as CommsEventV1;
    expect(formats.qflow.body({ ...sampleEvent('comms.delivered'), ...event })).toBe(vectors.qflow.body);
  });
});
