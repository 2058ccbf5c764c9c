import { AccountController } from '../identity/routes.js';

/** A controller of `/api/comms/webhooks`. */
export const WebhooksController = (): ClassDecorator =>
  AccountController('Webhooks', 'webhooks', 'api/comms/webhooks', 'comms/v1/api/comms/webhooks');
