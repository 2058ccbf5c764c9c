/** Whether there is anything to look at, in a text with escapes of this kind; almost always there is not. */
const suspicious = /\\u(?:0000|d[89a-f])/i;

/**
 * One escape of JSON text (RFC 8259 §7): a pair of surrogates; or, as the group, an escaped NUL or half a pair; or
 * any other, which is matched so that the `u0000` of `\\u0000` is not taken for an escape.
 */
const escapes = /\\(?:ud[89ab][\da-f]{2}\\ud[c-f][\da-f]{2}|(u0000|ud[89a-f][\da-f]{2})|[^])/gi;

/**
 * JSON text whose strings and names PostgreSQL can store: it refuses NUL in text, and half a surrogate pair in
 * jsonb, and with them the whole batch they came in. They become U+FFFD. Such characters get in through what strangers
 * control, such as the answer of a mail server.
 */
export const storableJson = (text: string): string =>
  // Most posts have no such escape at all, and that is found out much faster.
  text.includes('\\u') && suspicious.test(text)
    ? text.replace(escapes, (escape: string, flaw: string | undefined) => (flaw ? '\\ufffd' : escape))
    : text;
