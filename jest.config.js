import { readFileSync } from 'node:fs';

/** Native ESM: NestJS 12 ships no CommonJS. Workspace imports resolve to the TypeScript sources. */
const swc = JSON.parse(readFileSync(new URL('.swcrc', import.meta.url), 'utf8'));
delete swc.$schema;

export default {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['docket-source', 'node', 'node-addons'] },
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/projections', '<rootDir>/test'],
  testMatch: ['**/*.spec.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', { ...swc, swcrc: false, sourceMaps: 'inline' }] },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  setupFiles: ['<rootDir>/test/setup/seed.js'],
  testSequencer: '<rootDir>/test/setup/sequencer.js',
  globalSetup: '<rootDir>/test/setup/global-setup.js',
  globalTeardown: '<rootDir>/test/setup/global-teardown.js',
  // On one log the process managers of every running system do their work: one system at a time, then.
  maxWorkers: process.env.EVENTSTORE_URL === undefined ? 2 : 1,
  testTimeout: 30_000,
};
