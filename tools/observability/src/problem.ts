/** What is wrong, in words: where it is, and what it should be instead. */
export type Problem = string;

/** The same problems, each with the place it was found at in front. */
export const at = (place: string, problems: readonly Problem[]): Problem[] =>
  problems.map((problem) => `${place}: ${problem}`);
