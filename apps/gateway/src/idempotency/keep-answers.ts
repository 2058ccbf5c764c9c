import type { FastifyInstance } from 'fastify';
import type { IdempotencyKeys } from './idempotency-keys.js';
import { applyAnswer } from './replay.js';
import { answerOf } from './stored-answer.js';

/**
 * Stores the answer to a request that holds a claim, as the bytes it is made of, before the first of them is sent:
 * what a caller has seen is what a repetition gets. A caller that hung up meanwhile changes nothing.
 */
export function keepAnswers(fastify: FastifyInstance, keys: IdempotencyKeys): void {
  fastify.addHook('onSend', (request, reply, payload, done) => {
    const { claim } = request;
    if (!claim) return done(null, payload);
    // Where storing fails, the error is answered through here again, and holds no claim any more.
    request.claim = undefined;
    const answer = answerOf(reply, payload);
    keys.settle(claim, answer).then(
      (earlier) => done(null, earlier ? (applyAnswer(reply, earlier), earlier.body) : payload),
      (error: Error) => done(error),
    );
  });
}
