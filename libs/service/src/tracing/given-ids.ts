import { RandomIdGenerator, type IdGenerator } from '@opentelemetry/sdk-trace-base';
import type { SpanIds } from '@qflow/messaging';

/** Random ids, but for a span that is to have given ones: the SDK asks for both of them while it starts a root. */
export class GivenIds implements IdGenerator {
  private readonly random = new RandomIdGenerator();
  private given: SpanIds | undefined;

  generateTraceId(): string {
    return this.given?.traceId ?? this.random.generateTraceId();
  }

  generateSpanId(): string {
    return this.given?.spanId ?? this.random.generateSpanId();
  }

  /** @param start starts one span, and does not wait for anything */
  use<T>(ids: SpanIds, start: () => T): T {
    this.given = ids;
    try {
      return start();
    } finally {
      this.given = undefined;
    }
  }
}
