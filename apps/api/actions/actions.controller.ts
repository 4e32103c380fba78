import { Body, Controller, Inject, Param, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Catalogue } from '#catalogue';
import { systemClock } from '#kernel';
import { CurrentCaller, seesStore, type Caller } from '../http/caller.js';
import { Query, Send } from '../http/operation.js';
import { tellPosition } from '../http/outcome.js';
import { CATALOGUE } from '../http/ports.js';
import { PositionTokens } from '../http/position-tokens.js';
import { problem } from '../http/problem.js';
import { Carts } from '../orders/carts.js';
import { Drafts } from '../orders/drafts.js';
import { orderIdFrom, type CommandAnswer } from '../orders/order-commands.js';
import { unavailableOf } from '../orders/unavailable.js';
import { OrderStream, type RecordedOrderEvent } from '../queries/order-stream.js';
import { PreviewBody, UndoBody } from './actions.requests.js';
import { explainOrder, orderAfter, type ActionAnswer } from './order-actions.js';
import { orderRights } from './order-rights.js';
import { Previews, type PreviewAnswer } from './preview.js';
import { Undoing } from './undo.js';
import { explainUndo } from './undo-action.js';

interface ActionsAnswer {
  readonly orderId: string;
  readonly revision: number;
  readonly actions: readonly ActionAnswer[];
}

/** What can be done with an order, explained. */
@ApiTags('orders')
@Controller('api/orders/:id')
export class ActionsController {
  constructor(
    private readonly stream: OrderStream,
    private readonly positions: PositionTokens,
    @Inject(CATALOGUE) private readonly catalogue: Catalogue,
    private readonly previews: Previews,
    private readonly undoing: Undoing,
    private readonly carts: Carts,
    private readonly drafts: Drafts,
  ) {}

  @Query('listOrderActions', 'actions', {
    summary: 'What you can do with an order now, and why not the rest',
    description: 'Every command: allowed, within which bounds; or which guard refuses it, since which event, and who could. Straight from the log, never behind.',
  })
  async actions(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string): Promise<ActionsAnswer> {
    const orderId = orderIdFrom(ref);
    const { events, last } = await this.seen(caller, orderId);
    const order = orderAfter(events);
    if (order.status === 'none') throw problem('order-not-found');
    const rights = await orderRights(this.catalogue, await unavailableOf(this.catalogue, order), await this.carts.refusalOfReorder(caller.actor, order));
    const now = systemClock.now();
    const actions = [...explainOrder(events, caller.actor, now, rights), explainUndo(events, caller.actor, now, rights), ...(await this.drafts.actions(caller, orderId, order, events))];
    tellPosition(reply, this.positions.format(last.position), last.revision);
    return { orderId, revision: Number(last.revision), actions };
  }

  @Send('previewOrderCommand', 'preview', {
    summary: 'What a command would do, without doing it',
    description: 'The events it would make in words, what the order comes to before and after, or the rule that refuses. Whoever may not send the command may not ask either.',
  })
  async preview(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string, @Body() { operation, part, body = {} }: PreviewBody): Promise<PreviewAnswer> {
    const { events, last } = await this.seen(caller, orderIdFrom(ref));
    tellPosition(reply, this.positions.format(last.position), last.revision);
    return this.previews.ask(caller, { operation, ref, part, body }, events);
  }

  @Send('undoOrderCommand', 'undo', {
    summary: 'Take a command back',
    description: 'By its inverse, while later work that does not depend on it stands. If there is no way back, the problem says why, what depends on it, and what to do instead.',
  })
  undo(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string, @Body() { commandId }: UndoBody): Promise<CommandAnswer> {
    const orderId = orderIdFrom(ref);
    return this.undoing.undo(caller, reply, orderId, commandId, async () => (await this.seen(caller, orderId)).events);
  }

  private async seen(caller: Caller, orderId: string): Promise<{ readonly events: readonly RecordedOrderEvent[]; readonly last: RecordedOrderEvent }> {
    const events = await this.stream.read(orderId);
    const [created, last] = [events[0]?.event, events.at(-1)];
    if (last === undefined || created?.type !== 'OrderCreated' || !seesStore(caller.user, created.data.storeId)) throw problem('order-not-found');
    return { events, last };
  }
}
