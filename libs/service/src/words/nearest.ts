/** More than this many typing mistakes and something else was meant. */
const maxMistakes = 2;

/** The one of these words that was probably meant, undefined where none is near. */
export function nearest(typed: string, words: readonly string[]): string | undefined {
  const [best] = words
    .map((word) => ({ word, mistakes: distance(typed, word) }))
    .filter(({ mistakes }) => mistakes <= maxMistakes)
    .sort((one, other) => one.mistakes - other.mistakes);
  return best?.word;
}

/** How many characters to add, drop or change (Levenshtein), row by row. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++)
      next.push(
        Math.min(
          (row[j] as number) + 1,
          (next[j - 1] as number) + 1,
          (row[j - 1] as number) + (from[i - 1] === to[j - 1] ? 0 : 1),
        ),
      );
    row = next;
  }
  return row[to.length] as number;
}
