import { applyDecorators, Get, HttpCode, Post, SetMetadata } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import type { OperationId } from '#identity';

export const OPERATION = 'docket:operation';

/** Operations that need no sign-in; everything else must name a row of the permissions table. */
export type OpenOperationId = 'signIn' | 'refreshSignIn' | 'signOut' | 'isLive' | 'isReady' | 'readMetrics';

export interface OperationMark {
  readonly operationId: OperationId | OpenOperationId;
  readonly open: boolean;
}

interface Described {
  readonly summary: string;
  readonly description?: string;
}

const marked = (mark: OperationMark, { summary, description }: Described): (ClassDecorator & MethodDecorator)[] => [
  SetMetadata(OPERATION, mark),
  ApiOperation({ operationId: mark.operationId, summary, ...(description !== undefined && { description }) }) as ClassDecorator & MethodDecorator,
];

/** A query: `GET`, allowed to the roles that the permissions table gives. */
export const Query = (operationId: OperationId, path: string, described: Described): MethodDecorator =>
  applyDecorators(Get(path), ...marked({ operationId, open: false }, described));

/** A command: `POST`. 200 unless it creates an order or account. */
export const Send = (operationId: OperationId, path: string, described: Described, status: 200 | 201 = 200): MethodDecorator =>
  applyDecorators(Post(path), HttpCode(status), ...marked({ operationId, open: false }, described));

/** For nobody in particular: signing in, and being looked at by a supervisor. */
export const Open = (operationId: OpenOperationId, method: 'get' | 'post', path: string, described: Described, status: 200 | 204 = 200): MethodDecorator =>
  applyDecorators(method === 'get' ? Get(path) : Post(path), HttpCode(status), ...marked({ operationId, open: true }, described));
