import { setting } from './setting.js';

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

/** What every service listens on and says. */
export const httpSettings = (port: number) => ({
  HOST: setting.string({ default: '0.0.0.0', doc: 'Address to listen on.' }),
  PORT: setting.port({ default: port, doc: 'Port to listen on; 0 takes a free one.' }),
  LOG_LEVEL: setting.oneOf(logLevels, { default: 'info', doc: 'Least severe log line that is written.' }),
});

/** NATS with JetStream. */
export const messagingSettings = {
  NATS_URL: setting.url({
    protocols: ['nats:', 'tls:'],
    secret: true,
    doc: 'NATS with JetStream enabled, such as nats://127.0.0.1:4222; several servers separated by commas.',
  }),
  NATS_REPLICAS: setting.integer({
    min: 1,
    max: 5,
    default: 1,
    doc: 'Copies of each stream: 1 on a single server, 3 in a cluster.',
  }),
};

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
