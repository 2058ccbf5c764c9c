import type { KeyObject } from 'node:crypto';
import type { CommsEventV1, EventType } from '@qflow/contracts';

/** What is signed: the event's id, the body exactly as it will be posted, and the secrets in force. */
export interface SignedPart {
  webhookId: string;
  type: EventType;
  body: Buffer;
  /** Newest first; more than one while a rotation overlaps. */
  secrets: string[];
  /** Ed25519 keys; only `standard` signs with them. */
  privateKeys: KeyObject[];
  /** Unix seconds: new on every attempt, because receivers refuse old ones. */
  timestamp: number;
}

/** How one family of receivers wants its webhooks. One engine, one adapter per format. */
export interface WireFormat {
  /** The JSON that is posted; it survives `JSON.stringify(JSON.parse(body))` unchanged. */
  body(event: CommsEventV1): string;
  /** The headers of one attempt, signature included. */
  headers(part: SignedPart): Record<string, string>;
}
