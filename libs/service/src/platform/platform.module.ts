import {
  Global,
  Module,
  type DynamicModule,
  type OnApplicationShutdown,
  type Provider,
} from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { jetstream, jetstreamManager, type JetStreamClient } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { connectNats, ensureStreams, JetStreamServer, Publisher, RpcClient } from '@qflow/messaging';
import { createDataSource, isDependencyDown, OutboxRelay, type DatabaseOptions } from '@qflow/persistence';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import { HealthController, Readiness } from '../health/health.js';
import { Metrics, MetricsController } from '../metrics/metrics.js';

export interface PlatformOptions {
  /** The service's name: in logs, metrics, NATS' connection list and as queue group. */
  name: string;
  messaging?: { url: string; replicas: number };
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
      Metrics,
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

function messagingProviders(name: string, options: NonNullable<PlatformOptions['messaging']>): Provider[] {
  return [
    {
      provide: NATS,
      inject: [Foundations, Readiness],
      useFactory: async (foundations: Foundations, readiness: Readiness): Promise<NatsConnection> => {
        const connection = await connectNats({ url: options.url, name });
        foundations.connection = connection;
        await ensureStreams(await jetstreamManager(connection), options.replicas);
        readiness.require('nats', () => connection.rtt().then(() => undefined));
        return connection;
      },
    },
    { provide: JETSTREAM, inject: [NATS], useFactory: (connection: NatsConnection) => jetstream(connection) },
    {
      provide: Publisher,
      inject: [JETSTREAM],
      useFactory: (client: JetStreamClient) => new Publisher(client),
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
        const settled = metrics.counter(
          'qflow_messages_total',
          'Messages settled, by consumer and outcome.',
          ['consumer', 'outcome'],
        );
        return new JetStreamServer({
          connection,
          jetstream: client,
          publisher,
          service: name,
          isUnavailable: isDependencyDown,
          onSettled: (consumer, outcome, count) => settled.inc({ consumer, outcome }, count),
        });
      },
    },
  ];
}

function databaseProviders(options: DatabaseOptions): Provider[] {
  return [
    {
      provide: DataSource,
      inject: [Foundations, Readiness],
      useFactory: async (foundations: Foundations, readiness: Readiness): Promise<DataSource> => {
        const dataSource = await createDataSource(options).initialize();
        foundations.dataSource = dataSource;
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
