import { Injectable } from '@nestjs/common';
import { providerEventTypes } from '@qflow/contracts';
import { Metrics } from '@qflow/service';
import type { TypeCounts } from './read-post.js';
import { refusalReasons, type RefusalReason } from './refused-post.js';

/** What the service tells Prometheus about posts. */
@Injectable()
export class IngestMetrics {
  private readonly events;
  private readonly malformed;
  private readonly refused;
  private readonly seconds;

  constructor(metrics: Metrics) {
    this.events = metrics.counterFrom0(
      'qflow_provider_events_total',
      'Provider events stored, by type.',
      ['type'],
      providerEventTypes.map((type) => ({ type })),
    );
    this.malformed = metrics.counter(
      'qflow_provider_malformed_entries_total',
      'Entries of authentic posts that are no events and went to the DEAD stream.',
    );
    this.refused = metrics.counterFrom0(
      'qflow_provider_posts_refused_total',
      'Provider posts that were not taken, by reason.',
      ['reason'],
      refusalReasons.map((reason) => ({ reason })),
    );
    this.seconds = metrics.histogram(
      'qflow_provider_ingest_seconds',
      'Time from an authentic post to its last acknowledgement by the stream.',
    );
  }

  stored(types: TypeCounts, malformed: number, ms: number): void {
    for (const [type, count] of Object.entries(types)) this.events.inc({ type }, count);
    this.malformed.inc(malformed);
    this.seconds.observe(ms / 1000);
  }

  refusedPost(reason: RefusalReason): void {
    this.refused.inc({ reason });
  }
}
