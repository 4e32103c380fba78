export { CHANGES_CHANNEL } from './applying.js';
export { ensureGenerations, generationsOf, requestRebuild, type Generation } from './generations.js';
export { checkRows, type CheckedTable } from './check-rows.js';
export { LogMismatch } from './log-check.js';
export * from './position.js';
export * from './projection.js';
export { createProjector, type Projector, type ProjectorOptions, type ProjectorStatus } from './projector.js';
export { PROJECTING_TABLES } from './tables.js';
