/** How far the sender verification of a user or an enterprise has come; only `verified` may have e-mail sent. */
export const trustStates = ['unverified', 'pending', 'verified'] as const;
export type TrustState = (typeof trustStates)[number];
