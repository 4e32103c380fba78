import { randomUUID } from 'node:crypto';
import type { sendUnaryData, ServerUnaryCall } from '@grpc/grpc-js';
import { gossip, shared } from './protocol.js';

/** The only member, always leader, at the address that clients reach it by. */
export function gossipHandler(endPoint: () => { readonly host: string; readonly port: number }) {
  const bits = BigInt(`0x${randomUUID().replaceAll('-', '')}`);
  const instanceId = new shared.UUID.Structured();
  instanceId.setMostSignificantBits(String(BigInt.asIntN(64, bits >> 64n)));
  instanceId.setLeastSignificantBits(String(BigInt.asIntN(64, bits)));
  return (_call: ServerUnaryCall<unknown, unknown>, callback: sendUnaryData<InstanceType<typeof gossip.ClusterInfo>>): void => {
    const { host, port } = endPoint();
    const member = new gossip.MemberInfo();
    member.setInstanceId(new shared.UUID().setStructured(instanceId));
    member.setTimeStamp(String(BigInt(Date.now()) * 10_000n));
    member.setState(gossip.MemberInfo.VNodeState.LEADER);
    member.setIsAlive(true);
    const address = new gossip.EndPoint();
    address.setAddress(host);
    address.setPort(port);
    member.setHttpEndPoint(address);
    callback(null, new gossip.ClusterInfo().setMembersList([member]));
  };
}
