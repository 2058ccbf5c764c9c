import type { RequestSend, SendResult, SendTicket } from '@qflow/contracts';
import { insertRows, type Sql, type StoredOutboxEntry } from '@qflow/persistence';
import { KnownPast } from './known-past.js';
import { lockAll, lockOne } from './lock-sends.js';
import { decide, type Earlier } from './previous-send.js';
import { storeSends, type NewSend } from './store-sends.js';

export interface RequestedSends {
  results: SendResult[];
  entries: StoredOutboxEntry[];
}

/**
 * Decides about requests of one account, in their order, and stores those that are allowed, in the caller's
 * transaction. One of them alone does not hold up other pairs.
 */
export async function requestSendsIn(sql: Sql, requests: readonly RequestSend[]): Promise<RequestedSends> {
  const [first] = requests;
  if (!first) return { results: [], entries: [] };
  await (requests.length === 1 ? lockOne(sql, first) : lockAll(sql, first.accountId));
  const past = await KnownPast.read(sql, first.accountId, requests);
  const decided: Decided = { created: [], answered: [] };
  const results = requests.map((request) => decideOne(request, past, decided));
  await rememberAnswers(sql, decided.answered);
  return { results, entries: await storeSends(sql, decided.created) };
}

interface Decided {
  created: NewSend[];
  /** Callers' ids that are answered with a send that was made for something else. */
  answered: { account_id: string; request_id: string; send_id: string }[];
}

function decideOne(request: RequestSend, past: KnownPast, { created, answered }: Decided): SendResult {
  const known = past.of(request);
  const decision = decide(request, known);
  switch (decision.is) {
    case 'existing': {
      const { accountId, requestId } = request;
      if (requestId !== null && !known.sameRequest) {
        answered.push({ account_id: accountId, request_id: requestId, send_id: decision.send.id });
        past.addAnswer(requestId, decision.send);
      }
      return { is: 'existing', ticket: ticketOf(decision.send) };
    }
    case 'refused': {
      const { code, detail, extras } = decision.error;
      return { is: 'rejected', code, detail, extras };
    }
    case 'allowed': {
      const send = newSend(request);
      created.push({ sendId: send.id, createdAt: send.created_at.toISOString(), request });
      past.add(request, send);
      return { is: 'created', ticket: ticketOf(send) };
    }
  }
}

const answerColumns = { account_id: 'uuid', request_id: 'uuid', send_id: 'uuid' };

/** Without this, a repetition that comes once that send has arrived would mail the guest again. */
async function rememberAnswers(sql: Sql, answered: Decided['answered']): Promise<void> {
  if (answered.length > 0) await sql(...insertRows('answered_requests', answerColumns, answered));
}

function newSend({ sendId, merge }: RequestSend): Earlier {
  const now = new Date();
  return {
    id: sendId,
    state: 'queued',
    announced: false,
    recipient: merge.guest.email,
    ended_at: null,
    created_at: now,
    updated_at: now,
  };
}

export const ticketOf = ({ id, state }: Pick<Earlier, 'id' | 'state'>): SendTicket => ({
  attendeeInvitationId: id,
  status: state,
});
