import { jetstreamManager } from '@nats-io/jetstream';
import { errors, type NatsConnection } from '@nats-io/transport-node';
import { connectNats, missingStreams, type NatsOptions } from '@qflow/messaging';
import { keepTrying, reasonOf, type Trying } from './keep-trying.js';

type Violation = InstanceType<typeof errors.PermissionViolationError>;
type Waiting = Pick<Trying, 'say' | 'withinMs'>;

/** Connects as soon as NATS lets us: a password that is wrong may be mended meanwhile. */
export const waitForNats = (options: NatsOptions, waiting: Waiting): Promise<NatsConnection> =>
  keepTrying(() => connectNats(options), {
    ...waiting,
    what: 'NATS',
    reason: (error) => natsReason(error, options.user),
  });

/** Until all streams are there, which the `migrate.js` of events makes. */
export async function waitForStreams(connection: NatsConnection, waiting: Waiting): Promise<void> {
  const manager = await jetstreamManager(connection, { checkAPI: false });
  await keepTrying(
    async () => {
      const missing = await missingStreams(manager);
      if (missing.length > 0)
        throw new Error(`${missing.join(', ')} missing; the migrate.js of events makes what is missing`);
    },
    { ...waiting, what: 'the streams of NATS' },
  );
}

/** What stands between us and NATS, in words that name the setting which may be wrong. */
export function natsReason(error: unknown, user: string | undefined): string {
  if (error instanceof errors.AuthorizationError)
    return user
      ? `it refuses the user ${user}; the name or the password is wrong (NATS_USER, NATS_PASSWORD)`
      : 'it asks for a user (NATS_USER, NATS_PASSWORD)';
  const violation = violationIn(error);
  if (violation) return notAllowed(violation, user);
  const reason = reasonOf(error);
  return isAboutCertificate(error) ? `its certificate is not accepted: ${reason} (NATS_CA_FILE)` : reason;
}

/** Codes of OpenSSL's verification, and Node's for a name that does not fit. */
const isAboutCertificate = (error: unknown): boolean =>
  /CERT|SIGNATURE|ALTNAME/.test(String((error as NodeJS.ErrnoException | undefined)?.code));

/** What NATS does not let a user do, where that is what an error is about. */
export function violationIn(error: unknown): Violation | undefined {
  if (error instanceof errors.PermissionViolationError) return error;
  return error instanceof Error && error.cause !== undefined ? violationIn(error.cause) : undefined;
}

export const notAllowed = ({ operation, subject }: Violation, user: string | undefined): string =>
  `NATS does not let ${user ?? 'us'} ${operation === 'publish' ? 'publish' : 'subscribe'} to ${subject}`;
