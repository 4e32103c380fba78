export * from './canonical-json.js';
export * from './clock.js';
export * from './day.js';
export * from './decider.js';
export * from './envelope.js';
export * from './ids.js';
export * from './money.js';
export * from './personal.js';
