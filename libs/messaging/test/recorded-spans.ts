import { randomBytes } from 'node:crypto';
import { trace, TraceFlags, type Attributes, type Context, type Span, type Tracer } from '@opentelemetry/api';
import type { SpanIds, SpanSource } from '../src/index.js';

export interface RecordedSpan extends SpanIds {
  name: string;
  parentSpanId: string | undefined;
  attributes: Attributes;
  links: SpanIds[];
  failed: boolean;
}

/** Spans as this library makes them, without the SDK, which only `@qflow/service` knows. In the order of their ends. */
export class RecordedSpans implements SpanSource {
  readonly ended: RecordedSpan[] = [];
  private given: SpanIds | undefined;
  readonly tracer = {
    startSpan: (name, options, context) => this.start(name, options ?? {}, context),
  } as Pick<Tracer, 'startSpan'> as Tracer;

  constructor(readonly isSampled: (traceId: string) => boolean = () => true) {}

  startAs(ids: SpanIds, start: () => Span): Span {
    this.given = ids;
    return start();
  }

  private start(name: string, options: Parameters<Tracer['startSpan']>[1] & object, context?: Context): Span {
    const parent = context && trace.getSpanContext(context);
    const span: RecordedSpan = {
      name,
      traceId: this.given?.traceId ?? parent?.traceId ?? randomBytes(16).toString('hex'),
      spanId: this.given?.spanId ?? randomBytes(8).toString('hex'),
      parentSpanId: parent?.spanId,
      attributes: { ...options.attributes },
      links: (options.links ?? []).map(({ context: { traceId, spanId } }) => ({ traceId, spanId })),
      failed: false,
    };
    this.given = undefined;
    const recording = {
      spanContext: () => ({ traceId: span.traceId, spanId: span.spanId, traceFlags: TraceFlags.SAMPLED }),
      setAttributes: (attributes: Attributes) => void Object.assign(span.attributes, attributes),
      setAttribute: (key: string, value: string) => {
        span.attributes[key] = value;
        return recording;
      },
      setStatus: () => void (span.failed = true),
      end: () => void this.ended.push(span),
    };
    return recording as unknown as Span;
  }
}
