import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { InvalidToken, mayCall, type OperationId, type SignIns } from '#identity';
import { attachCaller } from './caller.js';
import { OPERATION, type OperationMark } from './operation.js';
import { SIGN_INS } from './ports.js';
import { problem, type ProblemError } from './problem.js';

/** Nothing is open unless it says so: a route without a mark is refused to everybody. */
@Injectable()
export class SignInGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    @Inject(SIGN_INS) private readonly signIns: SignIns,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const mark = this.reflector.get<OperationMark | undefined>(OPERATION, context.getHandler());
    if (mark?.open === true) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const identity = await this.verified(bearerOf(request.headers.authorization));
    if (mark === undefined || !mayCall(identity.user.role, mark.operationId as OperationId)) {
      throw problem('not-allowed', { detail: `The role ${identity.user.role} may not call ${mark?.operationId ?? 'this'}.` });
    }
    attachCaller(request, identity);
    return true;
  }

  private async verified(token: string): ReturnType<SignIns['verify']> {
    try {
      return await this.signIns.verify(token);
    } catch (error) {
      if (error instanceof InvalidToken) throw unauthorised('invalid_token');
      throw error;
    }
  }
}

/** @throws ProblemError 401 */
export function bearerOf(authorization: string | undefined): string {
  const token = /^Bearer ([A-Za-z0-9._~+/-]+=*)$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) throw unauthorised();
  return token;
}

const unauthorised = (error?: string): ProblemError =>
  problem('not-signed-in', { headers: { 'www-authenticate': error === undefined ? 'Bearer' : `Bearer error="${error}"` } });
