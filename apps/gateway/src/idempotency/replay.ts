import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { StoredAnswer } from './stored-answer.js';

/** Ends the way of a request whose answer is there already. No error, but Nest ends a request early by throwing only. */
export class Replay extends Error {
  constructor(readonly answer: StoredAnswer) {
    super('the request was carried out before');
  }
}

/** Gives an answer again, byte for byte. */
@Catch(Replay)
export class ReplayFilter implements ExceptionFilter<Replay> {
  catch({ answer }: Replay, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    void reply.header('Idempotency-Replayed', 'true');
    void applyAnswer(reply, answer).send(Buffer.from(answer.body));
  }
}

/** Status and headers of an answer. */
export const applyAnswer = (reply: FastifyReply, { status, headers }: StoredAnswer): FastifyReply =>
  reply.code(status).headers(headers);
