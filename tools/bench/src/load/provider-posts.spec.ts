import { describe, expect, it } from '@jest/globals';
import {
  createSendgridVerifier,
  importSendgridPrivateKey,
  mintSendgridKeyPair,
  SENDGRID_SIGNATURE_HEADER,
  SENDGRID_TIMESTAMP_HEADER,
} from '@qflow/signing';
import { providerPosts } from './provider-posts.js';

describe('providerPosts', () => {
  it('are signed as the provider signs, and no event comes twice', () => {
    const { privateKey, publicKey } = mintSendgridKeyPair();
    const posts = providerPosts({
      ...{ count: 3, eventsPerPost: 10 },
      privateKey: importSendgridPrivateKey(privateKey),
    });
    const verifier = createSendgridVerifier([publicKey]);
    const ids = new Set<string>();
    for (const { headers, body } of posts) {
      const signature = headers[SENDGRID_SIGNATURE_HEADER];
      const timestamp = headers[SENDGRID_TIMESTAMP_HEADER];
      expect(verifier({ signature, timestamp, body })).toMatchObject({ valid: true });
      for (const event of JSON.parse(body.toString()) as { sg_event_id: string }[])
        ids.add(event.sg_event_id);
    }
    expect(ids.size).toBe(30);
  });
});
