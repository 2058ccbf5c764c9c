import { randomBytes, randomUUID, type KeyObject } from 'node:crypto';
import { signSendgridEvents, type SendgridHeaders } from '@qflow/signing';

/** A post of the provider, ready to leave. */
export interface ProviderPost {
  readonly headers: SendgridHeaders;
  readonly body: Buffer;
}

export interface ProviderPostsWanted {
  readonly count: number;
  readonly eventsPerPost: number;
  readonly privateKey: KeyObject;
}

/** Posts as SendGrid makes them, signed, each event with an id of its own and about a send that nobody knows. */
export function providerPosts({ count, eventsPerPost, privateKey }: ProviderPostsWanted): ProviderPost[] {
  return Array.from({ length: count }, () => {
    const events = Array.from({ length: eventsPerPost }, (_, index) => providerEvent(index));
    // SendGrid's posts end so, and the end is signed with the rest.
    const body = Buffer.from(`${JSON.stringify(events)}\r\n`);
    const timestamp = Math.floor(Date.now() / 1_000);
    return { body, headers: signSendgridEvents({ privateKey, timestamp, body }) };
  });
}

function providerEvent(index: number): object {
  const messageId = randomBytes(16).toString('base64url');
  return {
    email: `guest+${index}@sandbox.test`,
    timestamp: Math.floor(Date.now() / 1_000),
    'smtp-id': `<${messageId}@sandbox.test>`,
    event: index % 2 === 0 ? 'processed' : 'delivered',
    category: 'qflow',
    sg_event_id: randomUUID(),
    sg_message_id: `${messageId}.filter0001.3005.6A1B2C3D.0`,
    ...(index % 2 === 1 && { response: '250 2.0.0 OK: queued', ip: '192.0.2.10', tls: 1 }),
    qflow_send_id: randomUUID(),
    qflow_attempt: '1',
  };
}
