import type { Logger } from 'pino';

export interface TracingSettings {
  /** Base address of an OTLP/HTTP receiver; without it nothing is traced. */
  OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined;
  /** Share of traces that are recorded, 0 to 1. */
  OTEL_TRACES_SAMPLER_ARG: number;
}

const nothing = (): Promise<void> => Promise.resolve();

/**
 * Begins to record spans, where there is somebody to send them to. The SDK is not even loaded otherwise.
 * @param name the service's
 * @returns ends it: sends what is left, but does not wait for a receiver that is away
 */
export async function startTracing(
  name: string,
  settings: TracingSettings,
  logger: Logger,
): Promise<() => Promise<void>> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_TRACES_SAMPLER_ARG: ratio } = settings;
  if (!endpoint) return nothing;
  const { exportSpans } = await import('./export-spans.js');
  return exportSpans({ name, endpoint, ratio, logger });
}
