import type { NatsConnection } from '@nats-io/transport-node';
import type { Logger } from 'pino';
import { natsReason, notAllowed, violationIn } from '../boot/wait-for-nats.js';

/** The same trouble is told again after this, ms: while NATS refuses us, it does so several times a second. */
const quietMs = 10_000;

/**
 * Tells in the log when NATS is lost and back, and what it refuses. Much of what a service says to NATS has no answer, so
 * a refusal would show nowhere else. Lives as long as the connection.
 */
export async function logNats(
  connection: Pick<NatsConnection, 'status'>,
  logger: Logger,
  user: string | undefined,
): Promise<void> {
  const toldAt = new Map<string, number>();
  for await (const status of connection.status())
    switch (status.type) {
      case 'disconnect':
        logger.warn({ server: status.server }, 'the connection to NATS is lost');
        break;
      case 'reconnect':
        logger.info({ server: status.server }, 'the connection to NATS is back');
        break;
      case 'error': {
        const line = refusal(status.error, user);
        const now = performance.now();
        if (now - (toldAt.get(line) ?? -Infinity) < quietMs) break;
        if (toldAt.size > 100) toldAt.clear();
        toldAt.set(line, now);
        logger.error(line);
        break;
      }
      default:
      // How the client goes about it is nobody's trouble.
    }
}

function refusal(error: Error, user: string | undefined): string {
  const violation = violationIn(error);
  return violation ? notAllowed(violation, user) : `trouble with NATS: ${natsReason(error, user)}`;
}
