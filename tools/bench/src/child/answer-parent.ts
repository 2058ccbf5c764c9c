import type { Answer, Question } from './asked-child.js';

/** How a child answers what an `AskedChild` may be asked; at once or later. */
export type Answers<Questions extends { [Name in keyof Questions]: (request: never) => unknown }> = {
  [Name in keyof Questions]: (
    request: Parameters<Questions[Name]>[0],
  ) => ReturnType<Questions[Name]> | Promise<ReturnType<Questions[Name]>>;
};

/** Answers the parent's questions from now on; this process ends when the parent does. */
export function answerParent<Questions extends { [Name in keyof Questions]: (request: never) => unknown }>(
  answers: Answers<Questions>,
): void {
  process.on('message', ({ number, name, request }: Question) => {
    const answer = answers[name as keyof Questions] as (request: unknown) => unknown;
    Promise.resolve()
      .then(() => answer(request))
      .then((value) => process.send?.({ number, value } satisfies Answer))
      .catch((error: Error) => process.send?.({ number, error: error.message } satisfies Answer));
  });
  process.on('disconnect', () => process.exit(0));
  // Ctrl-C reaches the whole group; the parent decides when we are no longer needed.
  process.on('SIGINT', () => {});
}
