import { addressOf, type ListView, readListView } from '../list-view.js';

/** The tabs of a message's page, in their order. */
export const tabs = ['html', 'text', 'source', 'headers', 'events', 'details'] as const;
export type Tab = (typeof tabs)[number];

/** How a message is looked at; all of it is in the page's address. */
export interface MessageView extends ListView {
  /** None in particular when empty. */
  tab: Tab | '';
  /** Of the frame with the HTML. */
  width: 'phone' | '';
  /** Whether images, stylesheets and fonts from elsewhere are loaded: senders see by them who reads. */
  remote: 'on' | '';
}

/** Reads the parameters of a message's page. What makes no sense counts as not given. */
export function readMessageView(parameters: Record<string, unknown>): MessageView {
  const { tab, width, remote } = parameters;
  return {
    ...readListView(parameters),
    tab: tabs.find((name) => name === tab) ?? '',
    width: width === 'phone' ? 'phone' : '',
    remote: remote === 'on' ? 'on' : '',
  };
}

/** The address of a message's page. */
export const messageAddress = (id: string, view: Partial<MessageView>): string =>
  addressOf(`/inbox/view/${encodeURIComponent(id)}`, { ...view });
