export { EmbeddedPostgresError, type EmbeddedPostgresProblem } from './embedded-postgres-error.js';
export { isFolderLocked, lockFolder, type FolderLock } from './folder-lock.js';
export { startPostgres, type EmbeddedPostgres, type StartPostgresOptions } from './start-postgres.js';
