import { problemOf, type CodedError, type ProblemDocument } from '@qflow/contracts';

/** The catalogue speaks to integrators with bearer tokens; whoever posts here has a signature instead. */
export const ingestProblem = (error: CodedError, requestId: string): ProblemDocument => ({
  ...problemOf(error, requestId),
  ...(error.code === 'unauthorized' && { title: 'The post is not signed by the provider' }),
});
