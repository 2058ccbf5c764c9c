/** What runs: an image knows its version, outside of one nobody says which it is. */
export const serviceVersion = (): string => process.env.QFLOW_VERSION || 'development';
