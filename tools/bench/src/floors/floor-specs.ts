import { randomBytes } from 'node:crypto';
import type { BenchStack } from '../stack/bench-stack.js';
import type { DeliverFloor, IngestFloor } from './protocol.js';

/** Deliveries to so many endpoints of this stack's receiver. */
export async function deliverSpec(stack: BenchStack, count: number): Promise<DeliverFloor> {
  const names = Array.from({ length: count }, (_, index) => `floor-${index + 1}`);
  const urls = await stack.receiver.open(names, 'floor', 'answers');
  const secrets = Object.fromEntries(names.map((name) => [name, randomBytes(32).toString('hex')]));
  await stack.receiver.ask('trust', { secrets });
  return {
    kind: 'deliver',
    databaseUrl: stack.info.databaseUrl,
    endpoints: names.map((name) => ({ url: urls.get(name) as string, secret: secrets[name] as string })),
  };
}

export const ingestSpec = ({ info }: BenchStack, eventsPerPost: number): IngestFloor => ({
  ...{ kind: 'ingest', natsUrl: info.natsUrl, natsPassword: info.natsPasswords?.events, eventsPerPost },
});
