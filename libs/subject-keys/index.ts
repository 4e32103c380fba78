export * from './keys.schema.js';
export * from './rotate-master-key.js';
export * from './subject-keys.js';
export * from './subject-keys.port.js';
