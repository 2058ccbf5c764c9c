/** Injection tokens of what has no class of its own. */
export const CONFIG = Symbol('SandboxConfig');
export const KEY_PAIR = Symbol('KeyPair');
export const WEBHOOK_CONNECTION = Symbol('WebhookConnection');
