/**
 * Now, in microseconds on a clock that never jumps and that every process of this machine shares: what one process
 * stamps, another one can subtract.
 */
export const nowMicros = (): number => Number(process.hrtime.bigint() / 1_000n);
