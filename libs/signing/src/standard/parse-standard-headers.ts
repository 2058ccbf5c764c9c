import { headerText, type HeaderValue } from '../request/header-value.js';
import { parseUnixSeconds } from '../request/replay-window.js';
import type { RejectionReason } from '../request/verification.js';
import { decodeBase64 } from './standard-secret.js';
import { STANDARD_HEADERS } from './sign-standard.js';

/** Request headers as a plain object, names in any letter case. */
export type RequestHeaders = Readonly<Record<string, HeaderValue>>;

/** The three headers taken apart. */
export interface StandardHeaders {
  readonly id: string;
  readonly timestamp: number;
  /** The timestamp as it was written: the signature covers the text. */
  readonly signedTimestamp: string;
  /** The well-formed `v1` signatures, 32 bytes each. */
  readonly v1: readonly Buffer[];
  /** The well-formed `v1a` signatures, 64 bytes each. */
  readonly v1a: readonly Buffer[];
}

/** Ids are opaque, but no sender's is longer than this or has anything but printable ASCII in it. */
const MAX_ID_LENGTH = 256;

function find(headers: RequestHeaders, name: string): HeaderValue {
  // Node, Express and Fastify give lower case; only hand-made objects need the search.
  if (Object.hasOwn(headers, name)) return headers[name];
  const key = Object.keys(headers).find((candidate) => candidate.toLowerCase() === name);
  return key === undefined ? undefined : headers[key];
}

function isWebhookId(id: string): boolean {
  if (id.length > MAX_ID_LENGTH) return false;
  for (let i = 0; i < id.length; i++) {
    const code = id.charCodeAt(i);
    // A full stop would let one signed text be read as another id, time and body.
    if (code <= 32 || code >= 127 || code === 46) return false;
  }
  return true;
}

function readSignatures(header: string): Pick<StandardHeaders, 'v1' | 'v1a'> & { known: boolean } {
  const v1: Buffer[] = [];
  const v1a: Buffer[] = [];
  let known = false;
  for (const element of header.split(' ')) {
    const comma = element.indexOf(',');
    const version = element.slice(0, Math.max(comma, 0));
    if (version !== 'v1' && version !== 'v1a') continue;
    known = true;
    const bytes = decodeBase64(element.slice(comma + 1));
    if (version === 'v1' && bytes?.length === 32) v1.push(bytes);
    if (version === 'v1a' && bytes?.length === 64) v1a.push(bytes);
  }
  return { v1, v1a, known };
}

/**
 * Reads the three headers. Rules: names in any letter case; each at most once (two lines of
 * `webhook-signature` are one list); white space around values is dropped; signatures of unknown versions are
 * skipped, and so are malformed ones as long as one is well-formed.
 */
export function parseStandardHeaders(headers: RequestHeaders): StandardHeaders | RejectionReason {
  const id = headerText(find(headers, STANDARD_HEADERS.id), ' ');
  const time = headerText(find(headers, STANDARD_HEADERS.timestamp), ' ');
  const list = headerText(find(headers, STANDARD_HEADERS.signature), ' ');
  if (id === null || time === null || list === null) return 'malformed_header';
  if (id === undefined || time === undefined || list === undefined) return 'missing_signature';

  const signedTimestamp = time.trim();
  const timestamp = parseUnixSeconds(signedTimestamp);
  const signatures = readSignatures(list.trim());
  if (!signatures.known) return 'missing_signature';
  if (timestamp === undefined || !isWebhookId(id.trim())) return 'malformed_header';
  if (signatures.v1.length === 0 && signatures.v1a.length === 0) return 'malformed_header';
  return { id: id.trim(), timestamp, signedTimestamp, v1: signatures.v1, v1a: signatures.v1a };
}
