import { createVerify, randomUUID } from 'node:crypto';
import { jetstream } from '@nats-io/jetstream';
import { connectNats } from '@qflow/messaging';
import {
  importSendgridPrivateKey,
  importSendgridPublicKey,
  mintSendgridKeyPair,
  SENDGRID_SIGNATURE_HEADER,
  SENDGRID_TIMESTAMP_HEADER,
} from '@qflow/signing';
import { providerPosts, type ProviderPost } from '../../load/provider-posts.js';
import type { IngestFloor, RunningFloor } from '../protocol.js';

/** Published at once: enough to hide the way to the stream and back. */
const lanes = 16;

/** On file storage like the others, and nobody consumes it: what a floor leaves there costs nobody anything. */
const subject = 'comms.dead.provider';

/** ECDSA, JSON.parse and JetStream publish: what taking events costs at least with these libraries. */
export async function startIngest(spec: IngestFloor): Promise<RunningFloor> {
  const { natsUrl: url, natsPassword: password, eventsPerPost } = spec;
  const connection = await connectNats({
    ...{ url, name: 'bench-floor' },
    ...(password !== undefined && { user: 'events', password }),
  });
  const stream = jetstream(connection);
  const { privateKey, publicKey } = mintSendgridKeyPair();
  const key = importSendgridPublicKey(publicKey);
  let posts: ProviderPost[] = [];
  let run = '';
  return {
    lanes,
    prepare: (count) => {
      run = randomUUID();
      posts = providerPosts({ count, eventsPerPost, privateKey: importSendgridPrivateKey(privateKey) });
    },
    async work(index) {
      const { headers, body } = posts[index] as ProviderPost;
      const signed = createVerify('sha256').update(headers[SENDGRID_TIMESTAMP_HEADER]).update(body);
      if (!signed.verify(key, headers[SENDGRID_SIGNATURE_HEADER], 'base64'))
        throw new Error('A signature of ours does not hold.');
      const entries = JSON.parse(body.toString('utf8')) as unknown[];
      if (entries.length !== eventsPerPost) throw new Error('A post of ours is not whole.');
      await stream.publish(subject, body, { msgID: `${run}-${index}` });
    },
  };
}
