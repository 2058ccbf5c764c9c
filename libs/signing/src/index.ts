/**
 * Sign and verify webhooks in every wire format that Qflow Comms speaks, and SendGrid's signed events.
 * Depends on `node:crypto` and nothing else.
 */
export { EMAILFLOW_SIGNATURE_HEADER, signEmailflow } from './emailflow/sign-emailflow.js';
export { verifyEmailflow } from './emailflow/verify-emailflow.js';
export { QFLOW_SIGNATURE_HEADER, signQflow } from './qflow/sign-qflow.js';
export { verifyQflow } from './qflow/verify-qflow.js';
export type { HeaderValue } from './request/header-value.js';
export type { RawBody } from './request/raw-body.js';
export { DEFAULT_TOLERANCE_SECONDS, type ReplayWindow } from './request/replay-window.js';
export type { Rejected, RejectionReason, Verification, Verified } from './request/verification.js';
export {
  checkSecretStrength,
  type SecretStrength,
  type WeakSecret,
} from './secrets/check-secret-strength.js';
export { mintSecret, type SecretFormat } from './secrets/mint-secret.js';
export type { SigningSecrets } from './secrets/signing-secrets.js';
export {
  SENDCOMMS_PREVIOUS_SIGNATURE_HEADER,
  SENDCOMMS_SIGNATURE_HEADER,
  signSendcomms,
  type SendcommsHeaders,
} from './sendcomms/sign-sendcomms.js';
export { verifySendcomms, type SendcommsRequest } from './sendcomms/verify-sendcomms.js';
export {
  createSendgridVerifier,
  type SendgridRequest,
  type SendgridVerifier,
} from './sendgrid/create-sendgrid-verifier.js';
export { rejectSendgridHeaders, type SendgridHeaderValues } from './sendgrid/read-sendgrid-headers.js';
export {
  importSendgridPrivateKey,
  importSendgridPublicKey,
  mintSendgridKeyPair,
  sendgridPublicKeyOf,
} from './sendgrid/sendgrid-keys.js';
export {
  SENDGRID_SIGNATURE_HEADER,
  SENDGRID_TIMESTAMP_HEADER,
  signSendgridEvents,
  type SendgridHeaders,
} from './sendgrid/sign-sendgrid-events.js';
export type { RequestHeaders } from './standard/parse-standard-headers.js';
export { signStandard, STANDARD_HEADERS, type StandardMessage } from './standard/sign-standard.js';
export {
  importStandardPrivateKey,
  importStandardPublicKey,
  mintStandardKeyPair,
} from './standard/standard-keys.js';
export { verifyStandard, type StandardRequest } from './standard/verify-standard.js';
export type { TimestampedMessage } from './timestamped/sign-timestamped.js';
export type { TimestampedRequest } from './timestamped/verify-timestamped.js';
