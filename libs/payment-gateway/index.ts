export { createTestGateway } from './test-gateway.js';
export { migrateTestGateway } from './test-gateway.schema.js';
export { TEST_TOKENS, type TestToken } from './test-tokens.js';
