/** A mailbox as `/v3/mail/send` writes one. */
export interface EmailAddress {
  email: string;
  name?: string;
}

/** One envelope of a request: who gets a copy, and what differs from the request's own fields. */
export interface Personalization {
  to: EmailAddress[];
  cc: EmailAddress[];
  bcc: EmailAddress[];
  from?: EmailAddress;
  subject?: string;
  headers: Record<string, string>;
  /** The request's and its own, its own winning. */
  customArgs: Record<string, string>;
  /** Unix seconds. */
  sendAt?: number;
}

/** A part of the mail's body. */
export interface ContentPart {
  type: string;
  value: string;
}

/** Everything about an attachment but its content. */
export interface AttachmentLabel {
  filename: string;
  type: string;
  /** Decoded size. */
  bytes: number;
  disposition: 'attachment' | 'inline';
  /** What the HTML calls it: `<img src="cid:…">`. */
  contentId?: string;
}

export interface Attachment extends AttachmentLabel {
  /** Base64. */
  content: string;
}

/**
 * A request to `POST /v3/mail/send` that has passed every check. Names are ours (camelCase); what the
 * sandbox has no use for (tracking settings, footers) was checked and left out.
 *
 * @see https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send
 */
export interface MailRequest {
  personalizations: Personalization[];
  from: EmailAddress;
  replyTo: EmailAddress[];
  subject?: string;
  content: ContentPart[];
  headers: Record<string, string>;
  categories: string[];
  attachments: Attachment[];
  templateId?: string;
  /** The unsubscribe group, `asm.group_id`. */
  asmGroupId?: number;
  ipPoolName?: string;
  /** Unix seconds. */
  sendAt?: number;
  /** Checked only: answered with 200, not delivered, no events. */
  sandboxMode: boolean;
}
