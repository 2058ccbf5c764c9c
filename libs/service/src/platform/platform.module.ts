import {
  Global,
  Module,
  type DynamicModule,
  type OnApplicationShutdown,
  type Provider,
} from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { jetstream, type JetStreamClient } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { JetStreamServer, Publisher, RpcClient, type NatsOptions } from '@qflow/messaging';
import { isDependencyDown, OutboxRelay, type DatabaseOptions } from '@qflow/persistence';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import { waitForDatabase } from '../boot/wait-for-database.js';
import { waitForNats, waitForStreams } from '../boot/wait-for-nats.js';
import { HealthController, Readiness } from '../health/health.js';
import { AcceptedSends } from '../metrics/accepted-sends.js';
import { measureBuild } from '../metrics/measure-build.js';
import { measureDatabase } from '../metrics/measure-database.js';
import { deadLetterCount, measureLag, messageHooks } from '../metrics/measure-messages.js';
import { measureNats } from '../metrics/measure-nats.js';
import { Metrics, MetricsController } from '../metrics/metrics.js';
import { StageTimes } from '../metrics/stage-times.js';
import { logNats } from './log-nats.js';

export interface PlatformOptions {
  /** The service's name: in logs, metrics, NATS' connection list and as queue group. */
  name: string;
  /** How NATS is reached, see `natsOf`. */
  messaging?: Omit<NatsOptions, 'name'>;
  database?: DatabaseOptions;
  /** Whether the service writes messages in its transactions; needs both of the above. */
  outbox?: boolean;
}

/** Injection tokens of what has no class of its own. */
export const NATS = Symbol('NatsConnection');
export const JETSTREAM = Symbol('JetStreamClient');
export const LOGGER = Symbol('Logger');

/** Entries waiting to be published beyond which the replica reports itself unready. */
const maxOutboxLag = 10_000;

/** Closes what the service stands on, after everything that stands on it has stopped. */
class Foundations implements OnApplicationShutdown {
  relay?: OutboxRelay;
  dataSource?: DataSource;
  connection?: NatsConnection;

  async onApplicationShutdown(): Promise<void> {
    await this.relay?.stop();
    await this.dataSource?.destroy();
    await this.connection?.close();
  }
}

/**
 * The ground every service stands on: its log, metrics and health, and, where asked for, PostgreSQL, NATS and the
 * outbox between them. Global, and first to come and last to go.
 */
@Global()
@Module({})
export class PlatformModule {
  static forService(options: PlatformOptions, logger: Logger): DynamicModule {
    const providers: Provider[] = [
      { provide: Metrics, useFactory: newMetrics },
      StageTimes,
      AcceptedSends,
      Readiness,
      Foundations,
      { provide: LOGGER, useValue: logger },
      ...(options.messaging ? messagingProviders(options.name, options.messaging) : []),
      ...(options.database ? databaseProviders(options.database) : []),
      ...(options.outbox ? [outboxProvider] : []),
    ];
    return {
      module: PlatformModule,
      imports: [TerminusModule.forRoot({ errorLogStyle: 'json', logger: false })],
      controllers: [HealthController, MetricsController],
      providers,
      exports: providers.filter((provider) => provider !== Foundations),
    };
  }
}

function newMetrics(): Metrics {
  const metrics = new Metrics();
  measureBuild(metrics);
  return metrics;
}

/** What a service waits for at boot is told even where only warnings are. */
const sayIn = (logger: Logger) => ({ say: (line: string): void => logger.warn(line) });

function messagingProviders(name: string, options: NonNullable<PlatformOptions['messaging']>): Provider[] {
  return [
    {
      provide: NATS,
      inject: [Foundations, Readiness, Metrics, LOGGER],
      useFactory: async (
        foundations: Foundations,
        readiness: Readiness,
        metrics: Metrics,
        logger: Logger,
      ): Promise<NatsConnection> => {
        const connection = await waitForNats({ ...options, name }, sayIn(logger));
        foundations.connection = connection;
        void logNats(connection, logger, options.user);
        void measureNats(metrics, connection);
        await waitForStreams(connection, sayIn(logger));
        readiness.require('nats', () => connection.rtt().then(() => undefined));
        return connection;
      },
    },
    { provide: JETSTREAM, inject: [NATS], useFactory: (connection: NatsConnection) => jetstream(connection) },
    {
      provide: Publisher,
      inject: [JETSTREAM, Metrics],
      useFactory: (client: JetStreamClient, metrics: Metrics) =>
        new Publisher(client, deadLetterCount(metrics)),
    },
    {
      provide: RpcClient,
      inject: [NATS],
      useFactory: (connection: NatsConnection) => new RpcClient(connection),
    },
    {
      provide: JetStreamServer,
      inject: [NATS, JETSTREAM, Publisher, Metrics],
      useFactory: (
        connection: NatsConnection,
        client: JetStreamClient,
        publisher: Publisher,
        metrics: Metrics,
      ) => {
        const server = new JetStreamServer({
          connection,
          jetstream: client,
          publisher,
          service: name,
          isUnavailable: isDependencyDown,
          ...messageHooks(metrics),
        });
        measureLag(metrics, server, client);
        return server;
      },
    },
  ];
}

function databaseProviders(options: DatabaseOptions): Provider[] {
  return [
    {
      provide: DataSource,
      inject: [Foundations, Readiness, Metrics, LOGGER],
      useFactory: async (
        foundations: Foundations,
        readiness: Readiness,
        metrics: Metrics,
        logger: Logger,
      ): Promise<DataSource> => {
        const dataSource = await waitForDatabase(options, sayIn(logger));
        foundations.dataSource = dataSource;
        measureDatabase(metrics, dataSource);
        readiness.require('postgres', () => dataSource.query('SELECT 1').then(() => undefined));
        return dataSource;
      },
    },
  ];
}

const outboxProvider: Provider = {
  provide: OutboxRelay,
  inject: [DataSource, Publisher, Foundations, Readiness, Metrics, LOGGER],
  useFactory: (
    dataSource: DataSource,
    publisher: Publisher,
    foundations: Foundations,
    readiness: Readiness,
    metrics: Metrics,
    logger: Logger,
  ) => {
    const onError = (err: unknown): void =>
      logger.warn({ err }, 'publishing from the outbox failed, will retry');
    const relay = new OutboxRelay({
      dataSource,
      publish: (entries) => publisher.publishAll(entries, onError),
      onError,
    });
    foundations.relay = relay;
    metrics.gauge(
      'qflow_outbox_age_seconds',
      'How long the oldest committed message had been waiting to be published at the last look, every two seconds unless many wait.',
      () => relay.ageMs / 1000,
    );
    metrics.gauge(
      'qflow_outbox_lag_messages',
      'Committed messages that wait to be published.',
      () => relay.lag,
    );
    readiness.require('outbox', () => {
      if (relay.lag > maxOutboxLag) throw new Error(`${relay.lag} messages wait to be published`);
    });
    relay.start();
    return relay;
  },
};
