import { encrypt, type KeyRing } from '@qflow/persistence';

/** Headers as they are stored: encrypted as a whole, since any of them may be a credential; null without any. */
export const sealedHeaders = (keys: KeyRing, headers: Readonly<Record<string, string>>): string | null =>
  Object.keys(headers).length === 0 ? null : encrypt(keys, JSON.stringify(headers));
