import type { IncomingMessage, ServerOptions as HttpServerOptions } from 'node:http';
import { type DynamicModule, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { JetStreamServer } from '@qflow/messaging';
import type { FastifyError, FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify';
import type { Logger } from 'pino';
import { ConfigError } from './config/load-config.js';
import { Readiness } from './health/health.js';
import { logRequests, requestIdOf } from './http/request-log.js';
import { dropSilentConnections } from './http/silent-connections.js';
import { createLogger, NestLogger } from './logging/logger.js';
import { Metrics } from './metrics/metrics.js';
import { PlatformModule, type PlatformOptions } from './platform/platform.module.js';

export interface ServiceOptions {
  platform: PlatformOptions;
  http: { HOST: string; PORT: number; LOG_LEVEL: string };
  module: Type | DynamicModule;
  /** Bytes of a request body at the most; Fastify answers 413 beyond it. */
  bodyLimit?: number;
  /** Keeps the exact bytes of request bodies as `request.rawBody`, for signatures. */
  rawBody?: boolean;
  /** Answers what Fastify refuses before any hook or route runs: a malformed URL, an over-long path parameter. */
  refuseUrl?: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => void;
  /** More of Fastify's server options, for what happens to a request before there is a request to speak of. */
  server?: Pick<
    FastifyServerOptions,
    'clientErrorHandler' | 'rewriteUrl' | 'requestTimeout' | 'trustProxy'
  > & {
    http?: HttpServerOptions;
  };
  /** Last touches before the port opens. */
  configure?: (app: NestFastifyApplication) => Promise<void> | void;
}

export interface RunningService {
  app: NestFastifyApplication;
  /** Where it listens, such as `http://127.0.0.1:3000`. */
  url: string;
  close: () => Promise<void>;
}

/** Work in hand must end within this, or the process ends without it (and the streams deliver it again). */
const shutdownLimitMs = 25_000;

/** Starts a service and answers when it is ready for traffic. For tests and {@link runService}. */
export async function startService(options: ServiceOptions, logger?: Logger): Promise<RunningService> {
  const { platform, http, configure, rawBody = false, bodyLimit = 1024 * 1024 } = options;
  const log = logger ?? createLogger(platform.name, http.LOG_LEVEL);
  class Root {}
  const app = await NestFactory.create<NestFastifyApplication>(
    { module: Root, imports: [PlatformModule.forService(platform, log), options.module] },
    new FastifyAdapter({
      bodyLimit,
      genReqId: (request: Pick<IncomingMessage, 'headers'>) => requestIdOf(request.headers['x-request-id']),
      ...(options.refuseUrl && { frameworkErrors: options.refuseUrl }),
      ...options.server,
    }),
    { logger: new NestLogger(log), rawBody, abortOnError: false },
  );
  const fastify = app.getHttpAdapter().getInstance();
  dropSilentConnections(fastify);
  logRequests(fastify, log, app.get(Metrics));
  await configure?.(app);
  if (platform.messaging) {
    app.connectMicroservice({ strategy: app.get(JetStreamServer) });
    await app.startAllMicroservices();
  }
  await app.listen({ host: http.HOST, port: http.PORT });
  const url = (await app.getUrl()).replace('[::1]', '127.0.0.1').replace('0.0.0.0', '127.0.0.1');
  log.info({ url }, `${platform.name} is listening on ${url}`);
  return { app, url, close: () => stop(app) };
}

/**
 * Runs a service until it is told to stop. SIGTERM and SIGINT: unready, no new work, what is in hand is finished,
 * connections closed, exit 0. A configuration that does not load: one readable message, exit 78 (`EX_CONFIG`).
 */
export async function runService(prepare: () => ServiceOptions): Promise<void> {
  try {
    const options = prepare();
    const logger = createLogger(options.platform.name, options.http.LOG_LEVEL);
    process.on('unhandledRejection', (err) =>
      logger.error({ err }, 'a promise was rejected and nobody looked'),
    );
    const service = await startService(options, logger);
    for (const signal of ['SIGTERM', 'SIGINT'] as const)
      process.once(signal, () => void leave(service, logger, signal));
  } catch (error) {
    process.stderr.write(`${error instanceof ConfigError ? error.message : describe(error)}\n`);
    process.exit(error instanceof ConfigError ? 78 : 1);
  }
}

async function leave(service: RunningService, logger: Logger, signal: string): Promise<void> {
  logger.info({ signal }, 'shutting down');
  setTimeout(() => {
    logger.error('work in hand did not end in time');
    process.exit(1);
  }, shutdownLimitMs).unref();
  try {
    await service.close();
    logger.info('stopped');
    process.exit(0);
  } catch (err) {
    logger.error({ err }, 'shutting down failed');
    process.exit(1);
  }
}

async function stop(app: NestFastifyApplication): Promise<void> {
  app.get(Readiness).shutDown();
  await app.close();
}

const describe = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);
