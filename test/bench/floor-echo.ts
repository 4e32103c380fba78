import { makeGenericClientConstructor, type ServiceDefinition } from '@grpc/grpc-js';

const asIs = (bytes: Buffer): Buffer => bytes;

/**
 * A unary call that gives its bytes back, and a call that gives them back as often as their first four say: what gRPC
 * costs when nothing is done with it.
 */
export const echoService: ServiceDefinition = {
  repeat: {
    path: '/docket.bench.Floor/Repeat',
    requestStream: false,
    responseStream: true,
    requestSerialize: asIs,
    requestDeserialize: asIs,
    responseSerialize: asIs,
    responseDeserialize: asIs,
  },
  echo: {
    path: '/docket.bench.Floor/Echo',
    requestStream: false,
    responseStream: false,
    requestSerialize: asIs,
    requestDeserialize: asIs,
    responseSerialize: asIs,
    responseDeserialize: asIs,
  },
};

export const EchoClient = makeGenericClientConstructor(echoService, 'Floor');
