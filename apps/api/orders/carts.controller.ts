import { Body, Controller, Param, ParseUUIDPipe, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CurrentCaller, type Caller } from '../http/caller.js';
import { Query, Send } from '../http/operation.js';
import { LockCartBody, SubmitCartBody } from './cart.requests.js';
import { Carts, type CartAnswer, type CartView, type ReorderAnswer } from './carts.js';
import { Copies, type CopyAnswer } from './copies.js';
import { plain, type CommandAnswer } from './order-commands.js';
import { EmptyBody, LeaseBody, NewLineBody, QuantityBody } from './order.requests.js';

const CART = 'customers/:customerId/carts/:storeId';

/** Ordering again: into the customer's cart, or as a new order (A24, A59). */
@ApiTags('carts')
@Controller('api')
export class CartsController {
  constructor(
    private readonly carts: Carts,
    private readonly copies: Copies,
  ) {}

  @Send('reorderOrder', 'orders/:id/reorder', { summary: "Add the order's items to the customer's cart", description: 'Refused while anyone has locked the cart.' })
  reorder(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string, @Body() body: EmptyBody): Promise<ReorderAnswer> {
    return this.carts.reorder(caller, reply, ref, body);
  }

  @Send('copyOrder', 'orders/:id/copy', { summary: "Make a similar pending order of a confirmed one, at today's prices" }, 201)
  copy(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string, @Body() body: EmptyBody): Promise<CopyAnswer> {
    return this.copies.copy(caller, reply, ref, body);
  }

  @Query('getCart', CART, { summary: "A customer's cart in a store" })
  view(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('customerId', ParseUUIDPipe) customerId: string, @Param('storeId') storeId: string): Promise<CartView> {
    return this.carts.view(caller, reply, { customerId, storeId });
  }

  @Send('lockCart', `${CART}/lock`, { summary: 'Lock the cart while editing it; opens it if there is none' })
  lock(
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('customerId', ParseUUIDPipe) customerId: string,
    @Param('storeId') storeId: string,
    @Body() body: LockCartBody,
  ): Promise<CartAnswer> {
    return this.carts.lock(caller, reply, { customerId, storeId }, body);
  }

  @Send('unlockCart', `${CART}/unlock`, { summary: "Give up one's lock" })
  unlock(
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('customerId', ParseUUIDPipe) customerId: string,
    @Param('storeId') storeId: string,
    @Body() body: EmptyBody,
  ): Promise<CartAnswer> {
    return this.carts.send(caller, reply, { customerId, storeId }, body, { type: 'UnlockCart' });
  }

  @Send('takeOverCart', `${CART}/take-over`, { summary: "Take over another's lock; what the cart holds stays" })
  takeOver(
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('customerId', ParseUUIDPipe) customerId: string,
    @Param('storeId') storeId: string,
    @Body() body: LeaseBody,
  ): Promise<CartAnswer> {
    return this.carts.send(caller, reply, { customerId, storeId }, body, { type: 'TakeOverCart', leaseSeconds: body.leaseSeconds ?? 600 });
  }

  @Send('addCartLine', `${CART}/lines`, { summary: 'Add a line' })
  addLine(
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('customerId', ParseUUIDPipe) customerId: string,
    @Param('storeId') storeId: string,
    @Body() body: NewLineBody,
  ): Promise<CartAnswer> {
    return this.carts.addLine(caller, reply, { customerId, storeId }, body);
  }

  @Send('changeCartLine', `${CART}/lines/:lineId/change`, { summary: 'Change how many pieces of a line are wanted' })
  changeLine(
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('customerId', ParseUUIDPipe) customerId: string,
    @Param('storeId') storeId: string,
    @Param('lineId', ParseUUIDPipe) lineId: string,
    @Body() body: QuantityBody,
  ): Promise<CartAnswer> {
    return this.carts.send(caller, reply, { customerId, storeId }, { ...plain<object>(body), lineId }, { type: 'ChangeCartLine', lineId, quantity: body.quantity });
  }

  @Send('removeCartLine', `${CART}/lines/:lineId/remove`, { summary: 'Remove a line' })
  removeLine(
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('customerId', ParseUUIDPipe) customerId: string,
    @Param('storeId') storeId: string,
    @Param('lineId', ParseUUIDPipe) lineId: string,
    @Body() body: EmptyBody,
  ): Promise<CartAnswer> {
    return this.carts.send(caller, reply, { customerId, storeId }, { ...plain<object>(body), lineId }, { type: 'RemoveCartLine', lineId });
  }

  @Send('submitCart', `${CART}/submit`, { summary: 'Make an order of what the cart holds' }, 201)
  submit(
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('customerId', ParseUUIDPipe) customerId: string,
    @Param('storeId') storeId: string,
    @Body() body: SubmitCartBody,
  ): Promise<CommandAnswer> {
    return this.carts.submit(caller, reply, { customerId, storeId }, body);
  }
}
