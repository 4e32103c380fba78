import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Identity, User } from '#identity';
import type { Actor } from '#kernel';
import { correlationIdOf } from './correlation.js';
import { problem } from './problem.js';

/** Who sends the request; attached by the guard. */
export interface Caller {
  readonly user: User;
  readonly actor: Actor;
  readonly correlationId: string;
  readonly expiresAtMs: number;
  readonly headers: FastifyRequest['headers'];
}

const CALLER = Symbol('caller');
type WithCaller = FastifyRequest & { [CALLER]?: Caller };

export function attachCaller(request: FastifyRequest, { user, expiresAtMs }: Identity): Caller {
  const caller: Caller = { user, actor: { id: user.id, role: user.role }, correlationId: correlationIdOf(request), expiresAtMs, headers: request.headers };
  (request as WithCaller)[CALLER] = caller;
  return caller;
}

export const callerOf = (request: FastifyRequest): Caller | undefined => (request as WithCaller)[CALLER];

export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const caller = callerOf(context.switchToHttp().getRequest<FastifyRequest>());
  if (caller === undefined) throw problem('not-signed-in');
  return caller;
});

/** Whether orders of the store exist for the user (case 63). */
export const seesStore = ({ stores }: User, storeId: string): boolean => stores === 'all' || stores.includes(storeId);

/** Whether there is a store that both see. */
export const sharesStores = (one: User, other: User): boolean => one.stores === 'all' || other.stores === 'all' || one.stores.some((store) => seesStore(other, store));
