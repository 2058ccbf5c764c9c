import { hostname } from 'node:os';
import { diag, DiagLogLevel } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { setSpanSource, type SpanSource } from '@qflow/messaging';
import type { Logger } from 'pino';
import { serviceVersion } from '../version.js';
import { GivenIds } from './given-ids.js';
import { ReportingExporter } from './reporting-exporter.js';
import { share } from './share.js';
import { troubleLog } from './trouble-log.js';

export interface ExportOptions {
  name: string;
  endpoint: string;
  ratio: number;
  logger: Logger;
}

/** Spans that wait to be sent at the most, about 2 KB each; more are dropped. */
const maxQueueSize = 8_192;
const maxExportBatchSize = 512;
const scheduledDelayMillis = 1_000;
/** For a batch, repetitions included: after it the batch is given up. */
const exportMs = 5_000;
/** A process that ends waits no longer for its last spans to arrive. */
const lastSpansMs = 3_000;

/** Records spans and sends them, in the background, over OTLP/HTTP. */
export function exportSpans({ name, endpoint, ratio, logger }: ExportOptions): () => Promise<void> {
  const trouble = troubleLog(logger, { endpoint: new URL(endpoint).origin });
  // The SDK's own words, such as that its queue is full.
  diag.setLogger(
    { ...silent, warn: trouble, error: trouble },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  const ids = new GivenIds();
  const { sampler, isSampled } = share(ratio);
  const exporter = new OTLPTraceExporter({ url: tracesUrl(endpoint), timeoutMillis: exportMs });
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({
      'service.name': `qflow-${name}`,
      'service.version': serviceVersion(),
      'service.instance.id': `${hostname()}/${process.pid}`,
    }),
    sampler,
    idGenerator: ids,
    spanProcessors: [
      new BatchSpanProcessor(new ReportingExporter(exporter, trouble), {
        maxQueueSize,
        maxExportBatchSize,
        scheduledDelayMillis,
        exportTimeoutMillis: exportMs * 2,
      }),
    ],
  });
  const source: SpanSource = {
    tracer: provider.getTracer('qflow'),
    isSampled,
    startAs: (given, start) => ids.use(given, start),
  };
  setSpanSource(source);
  logger.info({ endpoint: new URL(endpoint).origin, ratio }, 'traces are sent');
  return async () => {
    setSpanSource(undefined);
    const sent = provider.shutdown().catch(trouble);
    if (!(await isOverWithin(lastSpansMs, sent))) trouble(`no answer within ${lastSpansMs / 1000} s`);
  };
}

/** As the specification of the variable has it: a base address, to which each kind of telemetry adds its own path. */
const tracesUrl = (endpoint: string): string => `${endpoint.replace(/\/+$/, '')}/v1/traces`;

const ignore = (): void => undefined;
const silent = { error: ignore, warn: ignore, info: ignore, debug: ignore, verbose: ignore };

async function isOverWithin(ms: number, work: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), ms)));
  const isOver = await Promise.race([work.then(() => true), limit]);
  clearTimeout(timer);
  return isOver;
}
