import type { NatsOptions } from '@qflow/messaging';
import { readCertificatesPath } from './certificates-path.js';
import { ConfigError, type ConfigOf } from './load-config.js';
import { setting } from './setting.js';

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

/** What every service listens on and says. */
export const httpSettings = (port: number) => ({
  HOST: setting.string({ default: '0.0.0.0', doc: 'Address to listen on.' }),
  PORT: setting.port({ default: port, doc: 'Port to listen on; 0 takes a free one.' }),
  LOG_LEVEL: setting.oneOf(logLevels, { default: 'info', doc: 'Least severe log line that is written.' }),
  // A load balancer learns of an end with a delay, and sends requests until then. Nothing is in front of a process
  // that is started by hand, so it does not wait.
  SHUTDOWN_DRAIN_SECONDS: setting.integer({
    min: 0,
    max: 300,
    default: 0,
    doc: 'How long requests are still answered after SIGTERM, while /health/ready says 503 already.',
  }),
  OTEL_EXPORTER_OTLP_ENDPOINT: setting.optional(
    setting.url({
      protocols: ['http:', 'https:'],
      doc: 'Where traces are sent, such as http://collector:4318; without it there are none.',
    }),
  ),
  OTEL_TRACES_SAMPLER_ARG: setting.number({
    min: 0,
    max: 1,
    default: 1,
    doc: 'Share of requests that are traced.',
  }),
});

/** NATS with JetStream. */
export const messagingSettings = {
  NATS_URL: setting.url({
    protocols: ['nats:', 'tls:'],
    secret: true,
    doc: 'NATS with JetStream enabled, such as nats://127.0.0.1:4222; several servers separated by commas.',
  }),
  NATS_USER: setting.optional(setting.string({ doc: 'User of NATS, where it asks for one.' })),
  NATS_PASSWORD: setting.optional(setting.string({ secret: true, doc: 'The password of NATS_USER.' })),
  NATS_CA_FILE: setting.optional(
    setting.custom({
      expects: 'the path of a PEM file with certificates',
      read: readCertificatesPath,
      doc: 'Certificate authorities that NATS may be certified by, instead of the public ones. Demands TLS.',
    }),
  ),
};

/**
 * How a service reaches NATS.
 * @throws ConfigError where one of user and password is set without the other
 */
export function natsOf(config: ConfigOf<typeof messagingSettings>): Omit<NatsOptions, 'name'> {
  const { NATS_URL: url, NATS_USER: user, NATS_PASSWORD: password, NATS_CA_FILE: caFile } = config;
  if (user && !password) throw new ConfigError(['NATS_PASSWORD is missing, but NATS_USER is set.']);
  if (password && !user) throw new ConfigError(['NATS_USER is missing, but NATS_PASSWORD is set.']);
  return { url, user, password, caFile };
}

/** PostgreSQL; each service uses a schema of its own in it. */
export const databaseSettings = {
  DATABASE_URL: setting.url({
    protocols: ['postgres:', 'postgresql:'],
    secret: true,
    doc: 'PostgreSQL, such as postgres://qflow:secret@127.0.0.1:5432/qflow.',
  }),
  DATABASE_POOL: setting.integer({
    min: 2,
    max: 100,
    default: 8,
    doc: 'Connections to PostgreSQL of one replica.',
  }),
};
