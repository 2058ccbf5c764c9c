import type { EndpointReport } from '@qflow/contracts';
import { endpointName } from './endpoint-name.js';

/** What an account is told of in the app; of the first of them by e-mail as well. */
export const noticeKinds = ['endpoint.disabled', 'endpoint.failing', 'endpoint.recovered'] as const;

export type NoticeKind = (typeof noticeKinds)[number];

/** A notice in words. */
export interface Wording {
  /** One line, without a full stop. */
  title: string;
  text: string;
}

const wordings: Record<NoticeKind, (name: string, report: EndpointReport) => Wording> = {
  'endpoint.disabled': (name, report) => ({
    title: `Webhook disabled: ${name}`,
    text: [
      `Your webhook to ${name} is disabled.`,
      whyDisabled(report),
      'Nothing is sent to it until you enable it again; events that come meanwhile are kept in its log and can be',
      'replayed.',
    ].join(' '),
  }),
  'endpoint.failing': (name, report) => ({
    title: `Webhook failing: ${name}`,
    text: [
      `Your webhook to ${name} is failing.`,
      whatFailed(report),
      report.disableAfter === null
        ? 'It is not disabled for that: new events are still sent to it.'
        : `After ${report.disableAfter} in a row it is disabled.`,
    ].join(' '),
  }),
  'endpoint.recovered': (name) => ({
    title: `Webhook recovered: ${name}`,
    text: `Your webhook to ${name} takes deliveries again. What failed before can be replayed from its log.`,
  }),
};

export const wordingOf = (kind: NoticeKind, report: EndpointReport): Wording =>
  wordings[kind](endpointName(report.url), report);

/** Why it was disabled, in whole sentences. */
export const whyDisabled = (report: EndpointReport): string =>
  report.disabledReason === 'gone'
    ? 'The endpoint answered 410 Gone, which means that it will never be there again.'
    : whatFailed(report);

function whatFailed({ failures, lastError }: EndpointReport): string {
  const [how, which] =
    failures === 1 ? ['A delivery', 'It'] : [`${failures} deliveries in a row`, 'The last one'];
  const end = lastError === null ? 'got no answer' : `ended with: ${plain(lastError)}`;
  return `${how} failed for good. ${which} ${end}.`;
}

const longestError = 300;

/** In one line and without its full stop, whatever a receiver or a certificate had to say. */
const plain = (error: string): string => {
  const line = error
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
    .replace(/\.+$/, '');
  return line.length > longestError ? `${line.slice(0, longestError)}…` : line;
};
