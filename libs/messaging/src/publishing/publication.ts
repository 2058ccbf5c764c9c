/** One message to publish. */
export interface Publication {
  subject: string;
  /** `Nats-Msg-Id`: a second publish with the same id inside the duplicate window is dropped by the stream. */
  msgId: string;
  /** JSON, serialised once. */
  body: string;
  headers?: Record<string, string>;
}
