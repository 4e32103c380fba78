export * from './event-store.port.js';
export * from './execute.port.js';
