/** Which part of the inbox is looked at. It is in every address, so that the way back leads to the same list. */
export interface ListView {
  /** What was searched for. */
  q: string;
  /** One of the {@link states}, or nothing for all. */
  state: string;
  /** The message before the first one shown, or nothing for the newest. */
  after: string;
}

/** A state by which the list can be narrowed down: the messages that have such an event. */
export interface State {
  /** As {@link eventLabel} says it. */
  event: string;
  label: string;
}

export const states: readonly State[] = [
  { event: 'delivered', label: 'Delivered' },
  { event: 'open', label: 'Opened' },
  { event: 'click', label: 'Clicked' },
  { event: 'deferred', label: 'Deferred' },
  { event: 'bounce', label: 'Bounced' },
  { event: 'blocked', label: 'Blocked' },
  { event: 'dropped', label: 'Dropped' },
  { event: 'spamreport', label: 'Spam' },
  { event: 'unsubscribe', label: 'Unsubscribed' },
];

/** Reads the parameters of a page. People edit addresses: what makes no sense counts as not given. */
export function readListView(parameters: Record<string, unknown>): ListView {
  const text = (name: string): string => {
    const value = parameters[name];
    return typeof value === 'string' ? value.trim() : '';
  };
  const state = text('state');
  return {
    q: text('q'),
    state: states.some(({ event }) => event === state) ? state : '',
    after: text('after'),
  };
}

/** An address of the inbox with its parameters; empty ones are left out. */
export function addressOf(path: string, parameters: Readonly<Record<string, string>>): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== '');
  const query = new URLSearchParams(given).toString();
  return query === '' ? path : `${path}?${query}`;
}
