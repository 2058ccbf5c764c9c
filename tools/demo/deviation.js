/** Something is not as documented; the message says what was expected and what came instead. */
export class Deviation extends Error {}

/**
 * @param {unknown} condition
 * @param {string} message What is wrong when the condition does not hold.
 * @throws {Deviation}
 */
export function must(condition, message) {
  if (!condition) throw new Deviation(message);
}

/**
 * Compares by value.
 * @param {string} what What is compared, as the subject of a sentence.
 * @throws {Deviation}
 */
export function mustEqual(what, got, wanted) {
  const [is, should] = [JSON.stringify(got), JSON.stringify(wanted)];
  must(is === should, `${what} is ${is}; it should be ${should}.`);
}
