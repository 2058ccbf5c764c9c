import prand from 'pure-rand';

const RESOLUTION = 2 ** 30;
/** Spreads small numbers over all 32 bits (the golden ratio, as in Fibonacci hashing). */
const SPREAD = 0x9e3779b1;

/** A random sequence: the same seed and stream give the same one. */
export class Chance {
  private random: prand.RandomGenerator;

  /** @param stream tells the sequences of one seed apart, so that none depends on how often another was asked */
  constructor(
    seed: number,
    private readonly stream: number,
  ) {
    this.random = sequenceOf(seed, stream);
  }

  /** Starts the sequence of this seed from its beginning. */
  restart(seed: number): void {
    this.random = sequenceOf(seed, this.stream);
  }

  /** Draws once, except for 0, which never happens. @param probability from 0 to 1 */
  happens(probability: number): boolean {
    return probability > 0 && this.upTo(RESOLUTION - 1) < probability * RESOLUTION;
  }

  /** A whole number from 0 to this one. */
  upTo(largest: number): number {
    return prand.unsafeUniformIntDistribution(0, largest, this.random);
  }
}

const sequenceOf = (seed: number, stream: number): prand.RandomGenerator =>
  prand.xoroshiro128plus(seed ^ Math.imul(stream, SPREAD));
