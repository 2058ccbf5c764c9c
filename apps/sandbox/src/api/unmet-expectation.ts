/** An assertion over REST that does not hold; answered with 409 and what there is instead. */
export class UnmetExpectation extends Error {
  override readonly name = 'UnmetExpectation';

  /**
   * @param message in words, for the output of a failed test
   * @param found members of the answer beside the usual ones of a problem
   */
  constructor(
    message: string,
    readonly found: Readonly<Record<string, unknown>>,
  ) {
    super(message);
  }
}
