export * from './permissions.js';
export * from './sign-in.port.js';
export * from './users.port.js';
