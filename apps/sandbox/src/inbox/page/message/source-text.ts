import { HttpException } from '@nestjs/common';
import type { Inbox } from '../../inbox.js';
import type { InboxMessage } from '../../inbox-message.js';
import { mailSource } from '../../mail-source.js';

/** A message's source as the page shows it. */
export interface SourceText {
  text: string;
  /** Whether there is more of it than a page should hold. */
  cut: boolean;
}

const MOST = 200_000;

/** @returns why there is none, in words, where something of the message was given up */
export async function sourceText(inbox: Inbox, message: InboxMessage): Promise<SourceText> {
  const detail = inbox.detailOf(message);
  if (!detail) return { text: '', cut: false };
  try {
    const source = await mailSource(message, detail, (attachment) => inbox.contentOf(attachment));
    return { text: source.subarray(0, MOST).toString('latin1'), cut: source.length > MOST };
  } catch (error) {
    if (error instanceof HttpException) return { text: error.message, cut: false };
    throw error;
  }
}
