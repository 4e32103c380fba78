export { inTransaction, underLock } from './in-transaction.js';
export { migrate, type SchemaMigrations } from './migrate.js';
