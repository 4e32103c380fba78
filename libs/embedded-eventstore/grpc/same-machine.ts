import { networkInterfaces } from 'node:os';

/** Whether a peer, as grpc names it (`127.0.0.1:5000`, `[::1]:5000`), shares this machine's clock. */
export function isSameMachine(peer: string): boolean {
  const address = /^\[?([^\]]*?)\]?:\d+$/.exec(peer)?.[1]?.replace(/^::ffff:/, '');
  if (address === undefined) return false;
  return Object.values(networkInterfaces()).some((addresses) => addresses?.some((own) => own.address === address));
}
