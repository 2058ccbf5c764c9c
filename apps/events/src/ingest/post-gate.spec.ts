import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { observedPosts } from '../../test/posts-in-hand.js';
import { PostGate } from './post-gate.js';

const genuine = {
  'x-twilio-email-event-webhook-signature': 'AAAA',
  'x-twilio-email-event-webhook-timestamp': String(Math.floor(Date.now() / 1000)),
};

/** Bytes that a post with these headers takes. */
function roomFor(headers: IncomingHttpHeaders): unknown {
  const { inHand, state } = observedPosts();
  new PostGate(inHand, 300).admit({ ...genuine, ...headers });
  return state().details.bytesInHand;
}

describe('PostGate', () => {
  it.each<[string, IncomingHttpHeaders, number]>([
    ['its size', { 'content-length': '700000' }, 700_000],
    ['its size, as it is', { 'content-length': '700000', 'content-encoding': 'Identity' }, 700_000],
    ['what a request costs at least', { 'content-length': '2' }, 16_384],
    ['the most it can have, where it does not say', {}, 2_097_152],
    ['the most it can have, when packed', { 'content-length': '9', 'content-encoding': 'gzip' }, 2_097_152],
    [
      'the most it can have, by an old name',
      { 'content-length': '9', 'content-encoding': ' X-GZIP' },
      2_097_152,
    ],
  ])('gives a post the room of %s', (_, headers, bytes) => {
    expect(roomFor(headers)).toBe(bytes);
  });

  it.each<[string, string, IncomingHttpHeaders]>([
    ['missing_signature', 'unauthorized', { 'x-twilio-email-event-webhook-signature': undefined }],
    ['malformed_header', 'unauthorized', { 'x-twilio-email-event-webhook-timestamp': 'noon' }],
    ['timestamp_out_of_window', 'unauthorized', { 'x-twilio-email-event-webhook-timestamp': '1600112502' }],
    ['payload_too_large', 'payload_too_large', { 'content-length': '2097153' }],
    ['unsupported_encoding', 'unsupported_media_type', { 'content-encoding': 'br' }],
    ['unsupported_encoding', 'unsupported_media_type', { 'content-encoding': 'gzip, gzip' }],
  ])('refuses with the reason %s', (reason, code, headers) => {
    expect(() => roomFor(headers)).toThrow(expect.objectContaining({ reason, code }));
  });
});
