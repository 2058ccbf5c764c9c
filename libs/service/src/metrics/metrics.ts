import { Controller, Get, Header, Inject, Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Seconds: from a cached read to a provider's time-out. */
const latencyBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15];

/** Combinations of labels, each with its value. */
export type GaugeValues<Label extends string> = readonly (readonly [
  labels: Record<Label, string>,
  value: number,
])[];

/** A service's Prometheus registry. Names start with `qflow_` and end in their unit. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  counter<Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[] = [],
  ): Counter<Label> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  histogram<Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[] = [],
    buckets: readonly number[] = latencyBuckets,
  ): Histogram<Label> {
    return new Histogram({ name, help, labelNames, buckets: [...buckets], registers: [this.registry] });
  }

  /**
   * A counter that appears with its first count has not risen, as far as Prometheus can tell: where an alert looks for
   * the first, its labels are shown from the start.
   */
  counterFrom0<Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
    known: readonly Partial<Record<Label, string>>[],
  ): Counter<Label> {
    const counter = this.counter(name, help, labelNames);
    for (const labels of known) counter.inc(labels, 0);
    return counter;
  }

  /**
   * @param read called at each scrape; answers every combination of labels with its value. Where it promises them, the
   *   scrape waits, and where it rejects, the scrape fails: it has to bound both.
   */
  gauges<Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
    read: () => GaugeValues<Label> | Promise<GaugeValues<Label>>,
  ): void {
    new Gauge({
      name,
      help,
      labelNames,
      registers: [this.registry],
      async collect() {
        const values = await read();
        this.reset();
        for (const [labels, value] of values) this.set(labels, value);
      },
    });
  }

  /** @param read called at each scrape */
  gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.set(read());
      },
    });
  }
}

@Controller()
export class MetricsController {
  constructor(@Inject(Metrics) private readonly metrics: Metrics) {}

  @Get('metrics')
  @Header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
  scrape(): Promise<string> {
    return this.metrics.registry.metrics();
  }
}
