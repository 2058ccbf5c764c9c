export * from './database.js';
export * from './eventually.js';
export * from './factories.js';
export * from './messages.js';
export * from './nats.js';
export * from './quiet-logger.js';
export * from './test-platform.js';
export * from './webhook-receiver.js';
