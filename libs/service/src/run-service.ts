import type { IncomingMessage, ServerOptions as HttpServerOptions } from 'node:http';
import { type DynamicModule, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { JetStreamServer } from '@qflow/messaging';
import type { FastifyError, FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify';
import type { Logger } from 'pino';
import { Ending } from './boot/ending.js';
import type { httpSettings } from './config/common-settings.js';
import { ConfigError, type ConfigOf } from './config/load-config.js';
import { Readiness } from './health/health.js';
import { connectionsEnder } from './http/end-connections.js';
import { logRequests, requestIdOf } from './http/request-log.js';
import { dropSilentConnections } from './http/silent-connections.js';
import { createLogger, NestLogger } from './logging/logger.js';
import { Metrics } from './metrics/metrics.js';
import { PlatformModule, type PlatformOptions } from './platform/platform.module.js';
import { startTracing } from './tracing/start-tracing.js';

/** How loud the log is about a request that went well. */
export type RequestLine = 'debug' | 'info';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Of a route whose successes are told elsewhere; `info` where it says nothing. */
    requestLine?: RequestLine;
  }
  interface FastifyRequest {
    /** Refused with thousands of others, which are told of together: a line of its own is for debugging only. */
    isOneOfMany?: boolean;
  }
}

export interface ServiceOptions {
  platform: PlatformOptions;
  http: ConfigOf<ReturnType<typeof httpSettings>>;
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
  /** Unready at once and for good, and no new messages; requests are still answered, each over the last of its connection. */
  retire: () => void;
  close: () => Promise<void>;
}

/**
 * New connections that may wait to be accepted. Of those beyond it the system says nothing, and their callers try again
 * after 1, 3, 7, … seconds; Node's 511 are few where thousands come back at once, after a restart of ours. The system may
 * allow fewer (net.core.somaxconn, 4096 on Linux).
 */
const backlog = 4_096;

/** Starts a service and answers when it is ready for traffic. For tests and {@link runService}. */
export async function startService(options: ServiceOptions, logger?: Logger): Promise<RunningService> {
  const { platform, http, configure, rawBody = false, bodyLimit = 1024 * 1024 } = options;
  const log = logger ?? createLogger(platform.name, http.LOG_LEVEL);
  const stopTracing = await startTracing(platform.name, http, log);
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
  const endConnections = connectionsEnder(fastify);
  logRequests(fastify, log, app.get(Metrics));
  await configure?.(app);
  if (platform.messaging) {
    app.connectMicroservice({ strategy: app.get(JetStreamServer) });
    await app.startAllMicroservices();
  }
  await app.listen({ host: http.HOST, port: http.PORT, backlog });
  const url = (await app.getUrl()).replace('[::1]', '127.0.0.1').replace('0.0.0.0', '127.0.0.1');
  log.info({ url }, `${platform.name} is listening on ${url}`);
  const retire = (): void => {
    app.get(Readiness).shutDown();
    endConnections();
    // Awaited when the app closes.
    if (platform.messaging)
      app
        .get(JetStreamServer)
        .close()
        .catch(() => {});
  };
  return { app, url, retire, close: () => stop(app, stopTracing) };
}

/**
 * Runs a service until it is told to stop. SIGTERM and SIGINT: unready, no new work, requests are answered for
 * SHUTDOWN_DRAIN_SECONDS more, what is in hand is finished, connections closed, exit 0. A configuration that does not
 * load: one readable message, exit 78 (`EX_CONFIG`).
 */
export async function runService(prepare: () => ServiceOptions): Promise<void> {
  try {
    const options = prepare();
    const { LOG_LEVEL, SHUTDOWN_DRAIN_SECONDS } = options.http;
    const logger = createLogger(options.platform.name, LOG_LEVEL);
    const ending = new Ending(logger, SHUTDOWN_DRAIN_SECONDS * 1000);
    ending.listen();
    process.on('unhandledRejection', (err) =>
      logger.error({ err }, 'a promise was rejected and nobody looked'),
    );
    ending.running(await startService(options, logger));
  } catch (error) {
    process.stderr.write(`${error instanceof ConfigError ? error.message : describe(error)}\n`);
    process.exit(error instanceof ConfigError ? 78 : 1);
  }
}

async function stop(app: NestFastifyApplication, stopTracing: () => Promise<void>): Promise<void> {
  app.get(Readiness).shutDown();
  await app.close();
  await stopTracing();
}

const describe = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);
