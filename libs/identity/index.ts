export { DEMO_STORE, seedDemoUsers, type DemoSignIn } from './demo-users.js';
export { migrateIdentity } from './identity.schema.js';
export { normaliseUserName, roleFrom, storesFrom } from './new-user.js';
export * from './permissions.js';
export * from './sign-in.port.js';
export { createSignIns, signingKeyFrom, type SignInsOptions } from './sign-ins.js';
export { createUsers, type UsersOptions } from './users.js';
export * from './users.port.js';
