import { Inject, Injectable } from '@nestjs/common';
import { eventLabel } from '../../event-label.js';
import { Inbox } from '../../inbox.js';
import type { InboxMessage, MessageDetail } from '../../inbox-message.js';
import { mailHeaders } from '../../mail-headers.js';
import { clock } from '../clock.js';
import { presentRow } from '../list/present-row.js';
import { addressOf } from '../list-view.js';
import { PageFrame } from '../page-frame.js';
import type { Page } from '../pages.js';
import { renderPage } from '../render-page.js';
import { toneOf } from '../tones.js';
import { linksOf } from './links-of.js';
import { messageAddress, type MessageView, type Tab, tabs } from './message-view.js';
import { neighboursOf } from './neighbours.js';
import { presentHistory } from './present-event.js';
import { presentFacts } from './present-facts.js';
import type { SourceText } from './source-text.js';
import { buttons } from './triggers-by-hand.js';

const LABELS: Readonly<Record<Tab, string>> = {
  html: 'HTML',
  text: 'Text',
  source: 'Source',
  headers: 'Headers',
  events: 'Events',
  details: 'Details',
};

/** The page of one message. */
@Injectable()
export class MessagePage {
  constructor(
    @Inject(Inbox) private readonly inbox: Inbox,
    @Inject(PageFrame) private readonly frame: PageFrame,
  ) {}

  /** @param source made only where it is shown: it can be long */
  render(id: string, view: MessageView, { source, flash }: { source?: SourceText; flash: string }): Page {
    const message = this.inbox.get(id);
    if (!message) return this.missing(view);
    const detail = this.inbox.detailOf(message);
    const tab = view.tab || firstTab(detail);
    const frame = this.frame.of({ place: 'inbox', title: message.subject || '(no subject)', flash });
    const html = renderPage('message', frame, {
      ...this.surroundings(message, view),
      ...describe(message, detail),
      tab,
      tabs: tabs.map((name) => ({
        name,
        label: LABELS[name],
        href: messageAddress(id, { ...view, tab: name }),
      })),
      switches: switchesOf(id, view),
      source: source ?? { text: '', cut: false },
      buttons,
    });
    return { status: 200, html };
  }

  private missing(view: MessageView): Page {
    const frame = this.frame.of({ place: 'inbox', title: 'No such message', flash: '' });
    return { status: 404, html: renderPage('missing', frame, { back: listAddress(view) }) };
  }

  private surroundings(message: InboxMessage, view: MessageView): Record<string, unknown> {
    const { around, newer, older } = neighboursOf(this.inbox, message, view);
    const there = (other: InboxMessage | undefined): string =>
      other ? messageAddress(other.id, { ...view }) : '';
    const { q, state, after } = view;
    return {
      view,
      back: `${listAddress(view)}#m-${message.id}`,
      newer: there(newer),
      older: there(older),
      rows: around.map((other) => presentRow(other, { q, state, after })),
    };
  }
}

const listAddress = ({ q, state, after }: MessageView): string => addressOf('/inbox', { q, state, after });

function firstTab(detail: MessageDetail | null): Tab {
  if (detail?.html) return 'html';
  return detail?.text ? 'text' : 'events';
}

function describe(message: InboxMessage, detail: MessageDetail | null): Record<string, unknown> {
  const { id, subject, to, from, receivedAt, history } = message;
  const last = history.at(-1);
  const lastEvent = last ? eventLabel(last) : 'accepted';
  const at = new Date(receivedAt);
  return {
    message: {
      id,
      subject,
      to,
      from: { name: from.name ?? '', email: from.email },
      iso: at.toISOString(),
      when: clock(at),
    },
    last: { label: lastEvent, tone: toneOf(lastEvent) },
    dropped: detail === null,
    html: detail?.html ?? '',
    text: detail?.text ?? '',
    templateId: detail?.templateId ?? '',
    links: linksOf(detail?.html ?? ''),
    history: presentHistory(message, detail),
    headers: mailHeaders(message, detail).map(([name, value]) => ({ name, value })),
    facts: presentFacts(message, detail),
  };
}

/** How the HTML is shown, and the addresses of the page with it shown otherwise. */
function switchesOf(id: string, view: MessageView): Record<string, unknown> {
  const html = { ...view, tab: 'html' as const };
  return {
    phone: view.width === 'phone',
    remote: view.remote === 'on',
    toPhone: messageAddress(id, { ...html, width: 'phone' }),
    toDesktop: messageAddress(id, { ...html, width: '' }),
    toRemote: messageAddress(id, { ...html, remote: 'on' }),
    toQuiet: messageAddress(id, { ...html, remote: '' }),
    frame: addressOf(`/inbox/view/${encodeURIComponent(id)}/frame`, { remote: view.remote }),
  };
}
