import { Body, Controller, Param, ParseUUIDPipe, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CurrentCaller, type Caller } from '../http/caller.js';
import { Query, Send } from '../http/operation.js';
import { StageEditBody } from './draft.requests.js';
import { Drafts, type DraftAnswer, type ProposalsAnswer } from './drafts.js';
import type { CommandAnswer } from './order-commands.js';
import { EmptyBody } from './order.requests.js';

/** Edits that are staged under a lock, and what becomes of them when another takes it over (D5). */
@ApiTags('orders')
@Controller('api/orders/:id')
export class DraftsController {
  constructor(private readonly drafts: Drafts) {}

  @Send('stageOrderEdit', 'edits', { summary: 'Stage an edit under one\'s lock', description: 'The order does not change until it is applied.' })
  stage(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string, @Body() body: StageEditBody): Promise<DraftAnswer> {
    return this.drafts.stage(caller, reply, ref, body);
  }

  @Query('getOrderProposals', 'proposals', { summary: 'Staged edits that wait, each with whether it conflicts with what happened since' })
  proposals(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string): Promise<ProposalsAnswer> {
    return this.drafts.proposals(caller, reply, ref);
  }

  @Send('applyProposedEdit', 'proposals/:editId/apply', { summary: 'Do what a staged edit means, at today\'s price', description: 'Say what you saw, as for the command itself: `revision` of the proposals. What happened since and does not commute with it is answered as 409 `order-changed`, with what the agent who staged it saw.' })
  apply(
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('id') ref: string,
    @Param('editId', ParseUUIDPipe) editId: string,
    @Body() body: EmptyBody,
  ): Promise<CommandAnswer> {
    return this.drafts.apply(caller, reply, ref, editId, body);
  }

  @Send('dropProposedEdit', 'proposals/:editId/drop', { summary: 'Drop a staged edit' })
  drop(
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('id') ref: string,
    @Param('editId', ParseUUIDPipe) editId: string,
    @Body() body: EmptyBody,
  ): Promise<DraftAnswer> {
    return this.drafts.drop(caller, reply, ref, editId, body);
  }
}
