import { UnmetExpectation } from '../api/unmet-expectation.js';
import { type MessageSummary, summarise } from './describe-message.js';
import type { MessagePage } from './inbox.js';
import type { MessageQuery } from './message-query.js';
import type { MessageSearch } from './read-message-search.js';

/** A page of the list as `GET /inbox/messages` answers it. */
export interface SummaryPage {
  messages: MessageSummary[];
  next: string | null;
}

/**
 * Shows what was found, if it is what was expected.
 *
 * @param there how many messages fit, counted up to the expected number
 * @throws UnmetExpectation that says what there is instead
 */
export function expectMessages(search: MessageSearch, page: MessagePage, there: number): SummaryPage {
  const found: SummaryPage = { messages: page.messages.map(summarise), next: page.next };
  const { expected, count, waitMs } = search;
  const within = waitMs > 0 ? ` within ${waitMs / 1000} s` : '';
  if (expected === 'count' && there < count) {
    throw new UnmetExpectation(
      `Expected at least ${messages(count)}${withWhat(search.query)}${within}, but there ${there === 1 ? 'is' : 'are'} ${there}.`,
      { ...found },
    );
  }
  const [unexpected] = found.messages;
  if (expected === 'absence' && unexpected) {
    const { subject, to, receivedAt } = unexpected;
    throw new UnmetExpectation(
      `Expected no message${withWhat(search.query)}${within}, but there is “${subject}” to ${to}, received at ${receivedAt}.`,
      { ...found },
    );
  }
  return found;
}

const messages = (count: number): string => (count === 1 ? '1 message' : `${count} messages`);

function withWhat({ customArgs, since, ...texts }: MessageQuery): string {
  const parts = [
    ...Object.entries(texts),
    ...(since === undefined ? [] : [['since', new Date(since).toISOString()]]),
    ...Object.entries(customArgs).map(([name, value]) => [`customArg.${name}`, value]),
  ].map(([name, value]) => `${name}=${value}`);
  return parts.length > 0 ? ` with ${parts.join(' and ')}` : '';
}
