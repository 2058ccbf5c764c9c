/** Slices of each; the machine's mood changes from one to the next, and both should meet the same moods. */
const rounds = 2;

/**
 * Does both in turn, so that what is compared was measured at the same time.
 * @returns what each slice of both came to
 */
export async function alternate<Floor, Own>(
  floor: () => Promise<Floor>,
  own: () => Promise<Own>,
): Promise<{ floors: Floor[]; owns: Own[] }> {
  const [floors, owns]: [Floor[], Own[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    floors.push(await floor());
    owns.push(await own());
  }
  return { floors, owns };
}
