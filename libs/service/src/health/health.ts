import { Controller, Get, Inject, Injectable } from '@nestjs/common';
import { HealthCheckService, HealthIndicatorService, type HealthCheckResult } from '@nestjs/terminus';

/** Resolves when what it checks is usable; throws, saying why, when not. */
export type ReadinessCheck = () => Promise<void> | void;

/** What an operator should see of a part, whatever its state. */
export interface PartState {
  /** It works, but not as it should: shown, and no reason to send traffic elsewhere. */
  degraded: boolean;
  /** Shown as they are; times in RFC 3339. */
  details: Record<string, unknown>;
}

const checkTimeoutMs = 2_000;

/** What a replica needs before it may get traffic. */
@Injectable()
export class Readiness {
  private readonly checks = new Map<string, ReadinessCheck>();
  private readonly parts = new Map<string, () => PartState>();

  /** @param name shown in the answer of `/health/ready` */
  require(name: string, check: ReadinessCheck): void {
    this.checks.set(name, check);
  }

  /**
   * Shows the state of a part without making the replica unready: what is down for one replica is down for all, and
   * taking them out of traffic would not mend it.
   */
  show(name: string, state: () => PartState): void {
    this.parts.set(name, state);
  }

  /** Makes the replica unready for good: load balancers stop sending before the port closes. */
  shutDown(): void {
    this.require('shutdown', () => {
      throw new Error('this replica is shutting down');
    });
  }

  entries(): [string, ReadinessCheck][] {
    return [...this.checks];
  }

  states(): [string, PartState][] {
    return [...this.parts].map(([name, state]) => [name, state()]);
  }
}

/**
 * `/health/live`: the process serves (restart it if not). `/health/ready`: it can do its work (send it traffic).
 * A broken dependency makes a replica unready, never dead: restarting it would not mend the dependency.
 * `/health`: the same as ready, for people, who try that first.
 */
@Controller('health')
export class HealthController {
  constructor(
    @Inject(Readiness) private readonly readiness: Readiness,
    @Inject(HealthCheckService) private readonly health: HealthCheckService,
    @Inject(HealthIndicatorService) private readonly indicators: HealthIndicatorService,
  ) {}

  @Get('live')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get(['', 'ready'])
  ready(): Promise<HealthCheckResult> {
    return this.health.check([
      ...this.readiness.entries().map(
        ([name, check]) =>
          async () =>
            await this.indicators
              .check(name)
              .attempt(async () => await check())
              .withTimeout(checkTimeoutMs),
      ),
      ...this.readiness.states().map(([name, { degraded, details }]) => () => {
        const part = this.indicators.check(name);
        return degraded ? part.degraded(details) : part.up(details);
      }),
    ]);
  }
}
