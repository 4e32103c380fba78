export { whenParentEnds } from './parent.js';
export { findMasterKey, resolveMasterKey, type ResolvedMasterKey } from './master-key-file.js';
export { loopback as isLoopback } from './readers.js';
export { readRunInfo, removeRunInfo, writeRunInfo, type RunInfo } from './run-info.js';
export { LOG_LEVELS, readSettings, SettingsError, type LogLevel, type Settings } from './settings.js';
