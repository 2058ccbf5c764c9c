/** SQLSTATE of a failed statement, where there is one (PostgreSQL manual, appendix A). */
export const sqlState = (error: unknown): string | undefined => {
  const code =
    (error as { driverError?: { code?: unknown } })?.driverError?.code ?? (error as { code?: unknown })?.code;
  return typeof code === 'string' ? code : undefined;
};
