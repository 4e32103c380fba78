export * from './given.js';
export * from './in-memory-event-store.js';
export * from './in-memory-subject-keys.js';
export * from './order-moves.js';
export * from './order-samples.js';
export * from './postgres.js';
export * from './story.js';
export * from './tcp-proxy.js';
