/** What a text may look like: as a pattern, which the OpenAPI document shows, and in words. */
export interface TextRule {
  /** ECMA-262, for the `u` flag. */
  readonly pattern: string;
  readonly message: string;
}

export const follows = (rule: TextRule, text: string): boolean => new RegExp(rule.pattern, 'u').test(text);

/** What stands before the slash where users of an enterprise log in. */
export const enterprisePin: TextRule = {
  pattern: '^[A-Za-z0-9_-]{1,64}$',
  message: 'must be 1 to 64 letters, digits, _ or -',
};

/** RFC 6749, appendix A.1; of that, what can stand in a URL as it is. */
export const clientId: TextRule = {
  pattern: '^[A-Za-z0-9][A-Za-z0-9._~-]{0,99}$',
  message: 'must be 1 to 100 letters, digits, ., _, ~ or -, and begin with a letter or a digit',
};

/** RFC 6749, appendix A.2. */
export const clientSecret: TextRule = {
  pattern: '^[ -~]{16,200}$',
  message: 'must be 16 to 200 printable ASCII characters long',
};

/** Any Unicode, emoji too; see `normalPassword` of the identity for how it is compared. */
export const password: TextRule = {
  pattern: '^[^\\u0000-\\u001F\\u007F-\\u009F\\uFFFD]{8,1024}$',
  message: 'must be 8 to 1024 characters long, without control characters',
};

/** A name for something in lists. */
export const label: TextRule = {
  pattern: '^(?=.*\\S)[^\\u0000-\\u001F\\u007F-\\u009F]{1,100}$',
  message: 'must be 1 to 100 characters long, without line breaks or other control characters',
};

export const textRules = [enterprisePin, clientId, clientSecret, password, label];
