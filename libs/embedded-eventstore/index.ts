export { startEventStore, type EmbeddedEventStore } from './start-event-store.js';
export type { EventStoreOptions, TlsOptions } from './event-store-options.js';
