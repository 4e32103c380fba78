export { moveProcesses, standingProcesses, type MovedProcess, type StandingProcess } from './moving.js';
export { createProcessManager, type ProcessManagerOptions } from './process-manager.js';
export { migrateProcesses } from './processing.schema.js';
export { processStatus, type ProcessStatus } from './process-status.js';
