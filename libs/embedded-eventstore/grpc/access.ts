import type { Metadata } from '@grpc/grpc-js';

export type Right = 'read' | 'write' | 'delete' | 'read-metadata' | 'write-metadata' | 'manage-subscriptions';

/** Who calls, and what they may do. */
export interface Caller {
  /** `system` on a store without users. */
  readonly userName: string;
  /** @throws StatusError unauthenticated or access denied */
  require(right: Right, stream: string): Promise<void>;
}

export interface Access {
  of(metadata: Metadata): Caller;
}

/** Without users everyone on this machine may do everything (measured 2.3). */
export const EVERYONE: Access = {
  of: () => ({ userName: 'system', require: () => Promise.resolve() }),
};
