import type { KeyObject } from 'node:crypto';
import type { FormatName } from '@qflow/contracts';
import {
  importStandardPrivateKey,
  verifyEmailflow,
  verifyQflow,
  verifySendcomms,
  verifyStandard,
} from '@qflow/signing';

type Headers = Readonly<Record<string, string>>;

/** A request as its receiver sees it, and what the receiver knows. */
export interface Received {
  headers: Headers;
  body: Buffer;
  secret: string;
  /** Unix seconds. */
  now: number;
}

/** What the conformance suite has to know of a format. */
export interface FormatUnderTest {
  /** Newest first. */
  secrets: readonly [string, string];
  privateKeys: KeyObject[];
  /** Whether a receiver with this secret accepts the request. */
  accepts: (received: Received) => boolean;
  /** What its receivers recognise repetitions by. */
  idOf: (headers: Headers, body: Record<string, unknown>) => unknown;
  /** The fields of the body, in their order. */
  bodyFields: readonly string[];
  signatureHeader: string;
  /** Whether the signature covers the time of the attempt: then it is another one each time, and an old one is refused. */
  signsTime: boolean;
}

const v1aSeed =
  'whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==';

export const formatsUnderTest: Readonly<Record<FormatName, FormatUnderTest>> = {
  qflow: {
    secrets: [
      '0d5124eefa6ed9ae1fece694f70c3c04e48ccb73c67f313548629220cfb61252',
      '7a1f0c3e5b9d2846a0c1e2f3948576a1b2c3d4e5f60718293a4b5c6d7e8f9012',
    ],
    privateKeys: [],
    accepts: ({ headers, body, secret, now }) =>
      verifyQflow({ secret, header: headers['X-Qflow-Signature'], body, now }).valid,
    idOf: (headers, body) => (headers['X-Qflow-Webhook-Id'] === body.id ? body.id : undefined),
    bodyFields: ['id', 'type', 'createdAt', 'data'],
    signatureHeader: 'X-Qflow-Signature',
    signsTime: true,
  },
  standard: {
    secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'],
    privateKeys: [importStandardPrivateKey(v1aSeed)],
    accepts: ({ headers, body, secret, now }) => verifyStandard({ secret, headers, body, now }).valid,
    idOf: (headers) => headers['webhook-id'],
    bodyFields: ['type', 'timestamp', 'data'],
    signatureHeader: 'webhook-signature',
    signsTime: true,
  },
  sendcomms: {
    secrets: ['whsec_21be983f359112f9e07658ed2bddcee3', 'whsec_0f9e8d7c6b5a49382716051423324150'],
    privateKeys: [],
    accepts: ({ headers, body, secret }) =>
      verifySendcomms({
        secret,
        header: headers['X-SendComms-Signature'],
        previousHeader: headers['X-SendComms-Signature-Previous'],
        body,
      }).valid,
    idOf: (_headers, body) => body.transaction_id,
    bodyFields: ['event', 'transaction_id', 'timestamp', 'data'],
    signatureHeader: 'X-SendComms-Signature',
    signsTime: false,
  },
  emailflow: {
    secrets: ['b41c0f8a2e6d4c3b9a8f7e6d5c4b3a29', '19a2b3c4d5e6f70819a2b3c4d5e6f708'],
    privateKeys: [],
    accepts: ({ headers, body, secret, now }) =>
      verifyEmailflow({ secret, header: headers['X-EmailFlow-Signature'], body, now }).valid,
    idOf: (_headers, body) => body.id,
    bodyFields: ['id', 'event', 'occurred_at', 'data'],
    signatureHeader: 'X-EmailFlow-Signature',
    signsTime: true,
  },
};
