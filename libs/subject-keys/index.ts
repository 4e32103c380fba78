export * from './subject-keys.port.js';
