import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { App } from '../../src/bundle/apps.js';

const keyRing = (): string => `spec:${randomBytes(32).toString('base64')}`;

const publicKey = (): string =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' })
    .publicKey.export({ type: 'spki', format: 'der' })
    .toString('base64');

/** What each service has to be told beside where PostgreSQL and NATS are. */
export const ownSettings: Record<App, Record<string, string>> = {
  gateway: { SECRET_KEYS: keyRing() },
  templates: {},
  sender: { PROVIDERS: 'sandbox', SANDBOX_URL: 'http://127.0.0.1:9', SANDBOX_API_KEY: 'SG.spec' },
  events: { SENDGRID_WEBHOOK_PUBLIC_KEYS: publicKey() },
  webhooks: { WEBHOOK_SECRET_KEYS: keyRing() },
  sandbox: {},
};
