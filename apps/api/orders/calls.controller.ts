import { Body, Controller, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Call } from '#ordering';
import { CurrentCaller, type Caller } from '../http/caller.js';
import { Query, Send } from '../http/operation.js';
import { Calls, type CallAnswer, type TransferTarget } from './calls.js';
import { LeaveCallBody, StartCallBody, TransferCallBody, VoidCallBody } from './call.requests.js';
import { OrderCommands } from './order-commands.js';
import { EmptyBody } from './order.requests.js';

const OUTCOME = 'orderOutcome says whether that was done to the order. What its rules refuse after all stands on it as an alert that names the guard.';
const DURING = 'Send the callId as Docket-Correlation-Id with every command of the call: its events carry it.';

/** Call management: one active call for an agent, and what becomes of the order in progress (A30–A32). */
@ApiTags('calls')
@Controller('api/calls')
export class CallsController {
  constructor(
    private readonly calls: Calls,
    private readonly orders: OrderCommands,
  ) {}

  @Send('startCall', '', { summary: 'Take a call', description: DURING }, 201)
  start(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Body() body: StartCallBody): Promise<CallAnswer> {
    return this.calls.start(caller, reply, body);
  }

  @Send('parkCall', 'current/park', { summary: 'Park the call: its order is saved as pending', description: OUTCOME })
  park(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Body() body: LeaveCallBody): Promise<CallAnswer> {
    return this.calls.leave(caller, reply, body, { type: 'ParkCall' });
  }

  @Send('transferCall', 'current/transfer', { summary: 'Transfer the call: its order is saved as pending and assigned to the other agent', description: OUTCOME })
  async transfer(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Body() body: TransferCallBody): Promise<CallAnswer> {
    return this.calls.leave(caller, reply, body, { type: 'TransferCall', toAgentId: await this.calls.target(caller, body.toAgentId) });
  }

  @Send('voidCall', 'current/void', { summary: 'Void the call: its order is voided', description: OUTCOME })
  async void(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Body() body: VoidCallBody): Promise<CallAnswer> {
    return this.calls.leave(caller, reply, body, { type: 'VoidCall', reasonCode: await this.orders.reason(body.reasonCode, 'void') });
  }

  @Send('endCall', 'current/end', { summary: 'End the call; nothing happens to any order' })
  end(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Body() body: EmptyBody): Promise<CallAnswer> {
    return this.calls.end(caller, reply, body);
  }

  @Query('getCurrentCall', 'current', { summary: 'The call that one is in' })
  async current(@CurrentCaller() caller: Caller): Promise<{ readonly call?: Call }> {
    const call = await this.calls.current(caller);
    return call === undefined ? {} : { call };
  }

  @Query('listTransferTargets', 'transfer-targets', { summary: 'To whom the call can be transferred' })
  async targets(@CurrentCaller() caller: Caller): Promise<{ readonly agents: readonly TransferTarget[] }> {
    return { agents: await this.calls.targets(caller) };
  }
}
