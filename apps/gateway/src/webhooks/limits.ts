/** The longest time, in seconds, that a subscription may give its endpoint for a whole exchange. */
export const maxTimeoutSeconds = 20;

/** A test call waits for its endpoint, and the answer has to travel; a keyed request may not take 30 s. */
export const testTimeoutMs = (maxTimeoutSeconds + 5) * 1_000;

/** What a subscription may ask to be told of. */
export const filterLimits = { entries: 50, length: 64 };

/** Characters of a secret; how few there may be, and of what kind, is told by how easily it is guessed. */
export const maxSecret = 256;
