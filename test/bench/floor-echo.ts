import { makeGenericClientConstructor, type ServiceDefinition } from '@grpc/grpc-js';

const asIs = (bytes: Buffer): Buffer => bytes;

/** A unary call that gives its bytes back: what a gRPC request costs when nothing is done with it. */
export const echoService: ServiceDefinition = {
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
