/** The command line is not one we know; its message says what to type instead. */
export class UsageError extends Error {}

/** `EX_USAGE` of sysexits. */
export const usageExitCode = 64;
