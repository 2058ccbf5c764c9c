import type { SaveTemplate } from '@qflow/contracts';
import { RpcClient } from '@qflow/messaging';
import { startService, type RunningService } from '@qflow/service';
import { quietLogger, testPlatform, type TestPlatform } from '@qflow/testing';
import { loadTemplatesConfig, templatesSchema } from '../src/config.js';
import { migrations } from '../src/migrations/index.js';
import { templatesService } from '../src/service.js';

/** Two replicas of the templates service, and a client as other services have it. */
export interface RunningTemplates {
  platform: TestPlatform;
  rpc: RpcClient;
  replicas: RunningService[];
  stop(): Promise<void>;
}

/** @param settings beside where PostgreSQL and NATS are */
export async function startTemplates(settings: Record<string, string> = {}): Promise<RunningTemplates> {
  const platform = await testPlatform({ schema: templatesSchema, migrations });
  const start = (): Promise<RunningService> =>
    startService(
      templatesService(loadTemplatesConfig({ ...platform.env, ...settings })),
      quietLogger('templates'),
    );
  const replicas = await Promise.all([start(), start()]);
  return {
    platform,
    rpc: new RpcClient(platform.messages.connection),
    replicas,
    async stop() {
      await Promise.all(replicas.map((replica) => replica.close()));
      await platform.stop();
    },
  };
}

/** A template as the gateway hands it over, of an event of its own. */
export const saveRequest = (values: Partial<SaveTemplate> = {}): SaveTemplate => ({
  accountId: crypto.randomUUID(),
  eventId: crypto.randomUUID(),
  name: 'Ticket confirmation v1',
  subject: 'Your ticket for {{event}}',
  html: '<p>Hello {{firstname}}</p>',
  fromAddress: 'tickets@yourcompany.com',
  fromName: 'Your Company Tickets',
  replyTo: 'support@yourcompany.com',
  ...values,
});
