import { type ConfigOf, httpSettings, setting } from '@qflow/service';
import { type KeyPair, readKeyPair } from './event-webhook/key-pair.js';

/** Every setting of the sandbox, with its default and what it is for. All are environment variables. */
export const settings = {
  ...httpSettings(3005),

  SANDBOX_API_KEY: setting.string({
    default: 'SG.sandbox',
    secret: true,
    doc: 'The key that callers of /v3 must present as a bearer token.',
  }),

  // The event webhook. Without a URL mail is accepted and shown in the inbox, and nothing is posted.
  SANDBOX_EVENT_WEBHOOK_URL: setting.optional(
    setting.url({
      protocols: ['http:', 'https:'],
      doc: 'Where signed events are posted, such as http://127.0.0.1:3003/ingest/sendgrid.',
    }),
  ),
  SANDBOX_SIGNING_KEY: setting.optional(
    setting.custom<KeyPair>({
      expects: 'a P-256 private key as base64 of its PKCS #8 DER form',
      read: readKeyPair,
      secret: true,
      doc: 'Signs the event posts. A new key is made at every start when this is not set.',
    }),
  ),

  // How events are posted.
  SANDBOX_EVENT_CONCURRENCY: setting.integer({
    min: 1,
    max: 64,
    default: 2,
    doc: 'Event posts under way at once.',
  }),
  SANDBOX_EVENT_GAP_MS: setting.integer({
    min: 0,
    max: 30_000,
    default: 50,
    doc: 'Least time between two fresh posts, in milliseconds, in which events gather. The first after a quiet time never waits.',
  }),
  SANDBOX_EVENT_TIMEOUT_SECONDS: setting.integer({
    min: 1,
    max: 300,
    default: 10,
    doc: 'How long the webhook may take to answer a post.',
  }),
  SANDBOX_EVENT_RETRY_FIRST_MS: setting.integer({
    min: 1,
    max: 600_000,
    default: 500,
    doc: 'Gap before the first repetition of a failed post, in milliseconds. Later gaps double.',
  }),
  SANDBOX_EVENT_RETRY_LONGEST_MS: setting.integer({
    min: 1,
    max: 3_600_000,
    default: 30_000,
    doc: 'Longest gap between two repetitions, in milliseconds.',
  }),
  SANDBOX_EVENT_QUEUE_MB: setting.integer({
    min: 1,
    max: 4096,
    default: 64,
    doc: 'Events that may wait for the webhook. Beyond it mail is refused with 429, and no event is lost.',
  }),

  // Limits of the API.
  SANDBOX_RATE_LIMIT: setting.integer({
    min: 1,
    max: 1_000_000,
    default: 10_000,
    doc: 'Calls of /v3/mail/send per second before 429.',
  }),
  SANDBOX_BODY_LIMIT_MB: setting.integer({
    min: 1,
    max: 256,
    default: 30,
    doc: "Largest request body before 413; 30 is SendGrid's own limit.",
  }),

  // The inbox.
  SANDBOX_INBOX_MESSAGES: setting.integer({
    min: 1,
    max: 1_000_000,
    default: 20_000,
    doc: 'Messages in the inbox, which take about 1.5 KB each. Beyond it the oldest go.',
  }),
  SANDBOX_INBOX_SUMMARIES_MB: setting.integer({
    min: 1,
    max: 4096,
    default: 32,
    doc: 'Memory for messages without their bodies. Beyond it the oldest go, too.',
  }),
  SANDBOX_INBOX_CONTENT_MB: setting.integer({
    min: 1,
    max: 2048,
    default: 24,
    doc: 'Memory for bodies, headers and attachments. Beyond it the oldest messages lose theirs.',
  }),

  // Faults.
  SANDBOX_FAULT_SEED: setting.integer({
    min: -2_147_483_648,
    max: 2_147_483_647,
    default: 1,
    doc: 'Where the random sequence of the faults starts, until PUT /faults gives another seed.',
  }),
};

export type SandboxConfig = ConfigOf<typeof settings>;
