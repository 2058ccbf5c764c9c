import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { createSendgridVerifier } from '@qflow/signing';
import type { EventsConfig } from './config.js';
import { IngestMetrics } from './ingest/ingest-metrics.js';
import { PostGate } from './ingest/post-gate.js';
import { PostIntake } from './ingest/post-intake.js';
import { PostsInHand } from './ingest/posts-in-hand.js';
import { ProblemFilter } from './ingest/problem.filter.js';
import { SENDGRID_VERIFIER, SendgridController } from './ingest/sendgrid.controller.js';
import { NatsLink } from './publish/nats-link.js';
import { StreamWriter } from './publish/stream-writer.js';

/** Takes what providers report and puts it on the PROVIDER stream. */
@Module({})
export class AppModule {
  static register(config: EventsConfig): DynamicModule {
    return {
      module: AppModule,
      controllers: [SendgridController],
      providers: [
        {
          provide: SENDGRID_VERIFIER,
          useFactory: () =>
            createSendgridVerifier(config.SENDGRID_WEBHOOK_PUBLIC_KEYS, {
              toleranceSeconds: config.SENDGRID_REPLAY_WINDOW_SECONDS,
            }),
        },
        NatsLink,
        StreamWriter,
        PostsInHand,
        {
          provide: PostGate,
          inject: [PostsInHand],
          useFactory: (inHand: PostsInHand) => new PostGate(inHand, config.SENDGRID_REPLAY_WINDOW_SECONDS),
        },
        IngestMetrics,
        PostIntake,
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
    };
  }
}
