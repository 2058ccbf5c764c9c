import type { Logger } from 'pino';

/** What a service has to be able to do when its end comes. */
export interface Endable {
  /** Unready and without new messages, but requests are still answered. */
  retire: () => void;
  /** Finishes what is in hand and closes everything. */
  close: () => Promise<void>;
}

/** Work in hand must end within this, or the process ends without it (and the streams deliver it again). */
const shutdownLimitMs = 25_000;

/**
 * What SIGTERM and SIGINT do. While the service starts or waits for something: it ends at once, nothing is in hand yet.
 * Then: it retires, answers requests for as long as a load balancer may take to notice, and closes. A second signal
 * skips that time.
 */
export class Ending {
  private service: Endable | undefined;
  private leaving = false;
  private skip = (): void => {};

  constructor(
    private readonly logger: Logger,
    private readonly drainMs: number,
    private readonly exit: (code: number) => void = (code) => process.exit(code),
  ) {}

  /** From now on signals are ours. */
  listen(): void {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => this.told(signal));
  }

  /** It has started. */
  running(service: Endable): void {
    this.service = service;
  }

  /** A signal has come. */
  told(signal: NodeJS.Signals): void {
    if (!this.service) {
      this.logger.info({ signal }, 'stopped while starting');
      this.exit(0);
    } else if (this.leaving) this.skip();
    else {
      this.leaving = true;
      void this.leave(this.service, signal);
    }
  }

  private async leave(service: Endable, signal: NodeJS.Signals): Promise<void> {
    const { logger, drainMs } = this;
    const limit = setTimeout(() => {
      logger.error('work in hand did not end in time');
      this.exit(1);
    }, drainMs + shutdownLimitMs);
    try {
      logger.info({ signal, drainSeconds: drainMs / 1000 }, 'shutting down');
      service.retire();
      await this.drained();
      await service.close();
      logger.info('stopped');
      this.exit(0);
    } catch (err) {
      logger.error({ err }, 'shutting down failed');
      this.exit(1);
    } finally {
      clearTimeout(limit);
    }
  }

  private drained(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.drainMs);
      this.skip = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
