import type { KeyObject } from 'node:crypto';
import type { CommsEventV1, FormatName } from '@qflow/contracts';
import { policyOf } from '../../src/dispatch/retry-policy.js';
import { signedRequest, type SignedRequest } from '../../src/dispatch/signed-request.js';
import { formats } from '../../src/formats/formats.js';

interface Signers {
  url?: string;
  /** Newest first. */
  secrets: string[];
  privateKeys?: KeyObject[];
  at?: Date;
}

/** The request that the engine posts to a subscription of this format. */
export const signedFor = (
  format: FormatName,
  event: CommsEventV1,
  { url = 'https://example.com/hooks', secrets, privateKeys = [], at = new Date() }: Signers,
): SignedRequest =>
  signedRequest(
    {
      id: '55555555-5555-4555-8555-555555555555',
      accountId: event.accountId,
      url,
      format,
      secrets,
      privateKeys,
      headers: {},
      policy: policyOf(format, {}),
      active: true,
      changedAt: new Date(),
    },
    { eventId: event.id, eventType: event.type, body: formats[format].body(event), replay: false },
    at,
  );
