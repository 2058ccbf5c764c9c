/** The command line is not one we know; its message says what to type instead. */
export class UsageError extends Error {}

/** `EX_USAGE` of sysexits. */
export const usageExitCode = 64;

export const usage = `qflow-admin: accounts and clients of the gateway

  qflow-admin user create --email E --password P [--enterprise PIN] [--comms] [--trust STATE] [--json]
      Creates a user with an account of its own. With --enterprise the user belongs to that enterprise (which is
      created if there is none) and logs in as PIN/E. Where the user exists, nothing is changed.
  qflow-admin user list [--json]
  qflow-admin user grant  --email E [--enterprise PIN] [--json]      Enables the Comms API for the user's account.
  qflow-admin user revoke --email E [--enterprise PIN] [--json]      Disables it.
  qflow-admin user trust  --email E [--enterprise PIN] --state STATE [--json]
      Sets the state of the sender verification.
  qflow-admin client create --id ID --secret S [--json]
      Creates an OAuth client. Where the client exists, its secret is replaced.

STATE is unverified, pending or verified. Sending needs the Comms API enabled and trust verified.
Rights take effect within five seconds. The database is the one of DATABASE_URL.
`;
