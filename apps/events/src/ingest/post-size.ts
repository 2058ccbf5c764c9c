/**
 * Bytes of a post, unpacked, at the most. SendGrid posts once it has gathered 768 KB (Twilio docs, "Event Webhook
 * Reference"), so a post is that and one event more; the rest is room to spare.
 */
export const maxPostBytes = 2 * 1024 * 1024;
