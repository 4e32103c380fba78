import type { sendUnaryData, ServerUnaryCall } from '@grpc/grpc-js';
import { serverFeatures } from './protocol.js';

/** The version whose behaviour was measured. */
export const SERVER_VERSION = '23.10.6';

const PERSISTENT = ['create', 'update', 'delete', 'read', 'getinfo', 'replayparked', 'list', 'restartsubsystem'];
const USERS = ['create', 'update', 'delete', 'disable', 'enable', 'details', 'changepassword', 'resetpassword'];

const METHODS: readonly (readonly [service: string, method: string, features: readonly string[]])[] = [
  ...PERSISTENT.map((method) => ['persistent_subscriptions.persistentsubscriptions', method, ['stream', 'all']] as const),
  ...USERS.map((method) => ['users.users', method, []] as const),
  ['streams.streams', 'read', ['position', 'events']],
  ['streams.streams', 'append', []],
  ['streams.streams', 'delete', []],
  ['streams.streams', 'tombstone', []],
  ['streams.streams', 'batchappend', ['deadline_duration']],
  ['gossip.gossip', 'read', []],
  ['server_features.serverfeatures', 'getsupportedmethods', []],
];

/** Which methods there are: by it a client decides how it appends. */
export function supportedMethodsHandler(advertiseBatchAppend: boolean) {
  return (_call: ServerUnaryCall<unknown, unknown>, callback: sendUnaryData<InstanceType<typeof serverFeatures.SupportedMethods>>): void => {
    const answer = new serverFeatures.SupportedMethods().setEventStoreServerVersion(SERVER_VERSION);
    for (const [service, method, features] of METHODS) {
      if (method === 'batchappend' && !advertiseBatchAppend) continue;
      const supported = new serverFeatures.SupportedMethod();
      supported.setServiceName(`event_store.client.${service}`);
      supported.setMethodName(method);
      supported.setFeaturesList([...features]);
      answer.addMethods(supported);
    }
    callback(null, answer);
  };
}
