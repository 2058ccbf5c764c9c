import { dataWithoutSend, type CommsEventV1 } from '@qflow/contracts';
import { v7 as uuidv7 } from 'uuid';

/** The event of a test call: like any other, about nothing (webhooks page, "safe to ignore"). */
export const testEvent = (accountId: string): CommsEventV1 => ({
  kind: 'comms.event',
  version: 1,
  id: uuidv7(),
  type: 'comms.test',
  accountId,
  createdAt: new Date().toISOString(),
  data: dataWithoutSend('comms.test'),
});
