import { AccountController } from '../../identity/routes.js';
import { compatiblePath } from './compatible-path.js';

/** A controller of `/api/v1/webhooks`. */
export const CompatibleController = (): ClassDecorator =>
  AccountController('Webhooks of other systems', 'webhooks', compatiblePath);
