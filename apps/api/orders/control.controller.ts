import { Body, Controller, Inject, Param, ParseUUIDPipe, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Catalogue } from '#catalogue';
import { personal } from '#kernel';
import { CurrentCaller, type Caller } from '../http/caller.js';
import { Send } from '../http/operation.js';
import { CATALOGUE } from '../http/ports.js';
import { problem, ProblemError } from '../http/problem.js';
import { holdEffects } from './hold-effects.js';
import { OrderCommands, type CommandAnswer } from './order-commands.js';
import { CommentBody, EmptyBody, HoldBody, LeaseBody, NoteBody, ReasonAndNoteBody, ResolveHoldBody, scopeOf } from './order.requests.js';

const LEASE_SECONDS = 600;

/** Locks, suspension, holds and comments: what stops an order or is said about it. */
@ApiTags('orders')
@Controller('api/orders/:id')
export class ControlController {
  constructor(
    private readonly orders: OrderCommands,
    @Inject(CATALOGUE) private readonly catalogue: Catalogue,
  ) {}

  @Send('lockOrder', 'lock', { summary: 'Lock a pending order while working on it' })
  lock(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string, @Body() body: LeaseBody): Promise<CommandAnswer> {
    return this.orders.send({ caller, reply, ref, body }, 'LockOrder', () => ({ leaseSeconds: body.leaseSeconds ?? LEASE_SECONDS }));
  }

  @Send('renewOrderLock', 'renew-lock', { summary: "Renew one's lock" })
  renew(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string, @Body() body: LeaseBody): Promise<CommandAnswer> {
    return this.orders.send({ caller, reply, ref, body }, 'RenewOrderLock', () => ({ leaseSeconds: body.leaseSeconds ?? LEASE_SECONDS }));
  }

  @Send('unlockOrder', 'unlock', { summary: "Give up one's lock" })
  unlock(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string, @Body() body: EmptyBody): Promise<CommandAnswer> {
    return this.orders.send({ caller, reply, ref, body }, 'UnlockOrder', () => ({}));
  }

  @Send('takeOverOrderLock', 'take-over-lock', { summary: "Take over another agent's lock" })
  takeOver(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string, @Body() body: LeaseBody): Promise<CommandAnswer> {
    return this.orders.send({ caller, reply, ref, body }, 'TakeOverOrderLock', () => ({ leaseSeconds: body.leaseSeconds ?? LEASE_SECONDS }));
  }

  @Send('takeOverAndUnlockOrder', 'take-over-and-unlock', { summary: "Take over another agent's lock and end it" })
  takeOverAndUnlock(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string, @Body() body: EmptyBody): Promise<CommandAnswer> {
    return this.orders.send({ caller, reply, ref, body }, 'TakeOverAndUnlockOrder', () => ({}));
  }

  @Send('suspendOrder', 'suspend', { summary: 'Suspend an order: nothing advances' })
  suspend(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string, @Body() body: ReasonAndNoteBody): Promise<CommandAnswer> {
    return this.orders.send({ caller, reply, ref, body }, 'SuspendOrder', async ({ note }) => ({ reasonCode: await this.orders.reason(body.reasonCode, 'suspend'), ...note(body.note) }));
  }

  @Send('resumeOrder', 'resume', { summary: 'Resume a suspended order' })
  resume(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string, @Body() body: NoteBody): Promise<CommandAnswer> {
    return this.orders.send({ caller, reply, ref, body }, 'ResumeOrder', ({ note }) => note(body.note));
  }

  @Send('applyOrderHold', 'holds', { summary: 'Hold an order, or some of its lines' })
  hold(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string, @Body() body: HoldBody): Promise<CommandAnswer> {
    const scope = scopeOf(body.scope);
    if (scope === undefined) throw problem('invalid-request', { detail: 'scope: the order, or lines with their lineIds.' });
    return this.orders.send({ caller, reply, ref, body }, 'ApplyOrderHold', async ({ note }) => {
      const type = await this.catalogue.activeHoldType(body.holdType);
      if (type === undefined) throw new ProblemError(409, 'hold-type-unknown', 'A rule refuses it', { rule: 'A50', detail: 'There is no such hold type.', details: { holdType: body.holdType } });
      return { holdType: type.code, scope, effects: holdEffects(type, body.effects), ...note(body.note) };
    });
  }

  @Send('resolveOrderHold', 'holds/:holdId/resolve', { summary: 'Resolve a hold' })
  resolve(
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('id') ref: string,
    @Param('holdId', ParseUUIDPipe) holdId: string,
    @Body() body: ResolveHoldBody,
  ): Promise<CommandAnswer> {
    const { resolutionCode } = body;
    return this.orders.send({ caller, reply, ref, part: holdId, body }, 'ResolveOrderHold', async ({ note }) => {
      await this.orders.resolution(resolutionCode, 'A51');
      return { holdId, resolutionCode, ...note(body.note) };
    });
  }

  @Send('addOrderComment', 'comments', { summary: 'Comment on an order' })
  comment(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string, @Body() body: CommentBody): Promise<CommandAnswer> {
    return this.orders.send({ caller, reply, ref, body }, 'AddOrderComment', ({ order }) => ({
      text: personal(order.contact.subjectId, body.text),
      visibility: body.visibility ?? 'internal',
    }));
  }
}
