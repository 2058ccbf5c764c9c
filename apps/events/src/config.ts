import { httpSettings, loadConfig, messagingSettings, setting, type ConfigOf } from '@qflow/service';
import { importSendgridPublicKey } from '@qflow/signing';

/** Every setting of the events service, with its default. */
export const settings = {
  ...httpSettings(3003),
  ...messagingSettings,

  SENDGRID_WEBHOOK_PUBLIC_KEYS: setting.custom<readonly string[]>({
    expects:
      'SendGrid verification keys separated by commas, each the base64 of a P-256 public key without BEGIN and END lines',
    read: readPublicKeys,
    doc: "Keys of SendGrid's Signed Event Webhook; posts signed with any of them are accepted. While keys rotate, put the busy one first.",
  }),
  // SendGrid repeats a post for 24 hours and does not document whether a repetition is signed anew. If it is not, a
  // narrow window would lose every event of an outage longer than itself, while a replayed post does no harm: events
  // are recognised by their ids for ever. So the default is those 24 hours and one for clocks that differ.
  SENDGRID_REPLAY_WINDOW_SECONDS: setting.integer({
    min: 1,
    max: 172_800,
    default: 90_000,
    doc: 'How far the signed timestamp of a post may be from our clock.',
  }),
  REQUEST_TIMEOUT_SECONDS: setting.integer({
    min: 1,
    max: 300,
    default: 30,
    doc: 'How long a post may take to arrive, from its first byte to its last, before its connection is closed.',
  }),
};

/** What `migrate.js` needs to make the streams. */
export const streamSettings = {
  ...messagingSettings,
  NATS_REPLICAS: setting.integer({
    min: 1,
    max: 5,
    default: 1,
    doc: 'Copies of each stream: 1 on a single server, 3 in a cluster.',
  }),
};

export type EventsConfig = ConfigOf<typeof settings>;

/** @throws ConfigError */
export const loadEventsConfig = (env?: Record<string, string | undefined>): EventsConfig =>
  loadConfig(settings, env);

function readPublicKeys(raw: string): string[] {
  const keys = raw
    .split(',')
    .map((key) => key.trim())
    .filter(Boolean);
  if (keys.length === 0) throw new Error('no key');
  keys.forEach((key) => importSendgridPublicKey(key));
  return keys;
}
