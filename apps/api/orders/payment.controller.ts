import { Body, Controller, Param, ParseUUIDPipe, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { personal } from '#kernel';
import type { OrderCommandOf } from '#ordering';
import { CurrentCaller, type Caller } from '../http/caller.js';
import { Send } from '../http/operation.js';
import { problem, ProblemError } from '../http/problem.js';
import { OrderCommands, plain, type CommandAnswer } from './order-commands.js';
import { AllocateBody, holdsCardNumber, InvoiceBody, PaymentBody, PaymentLimitBody, PaymentMethodBody } from './payment.requests.js';

const INVOICES =
  'Nothing stands on two invoices; an order can have several. What is charged or given on a line goes with its pieces in equal parts; ' +
  'what is charged on the order stands on the first invoice, what is given on the order on the first as far as it fits, and the rest on the next. ' +
  'What was charged since all was invoiced is invoiced alone: name neither a shipment nor lines.';

/** How an order is paid, what payment providers report, and invoices (A43, A44, A46). */
@ApiTags('payments')
@Controller('api/orders/:id')
export class PaymentController {
  constructor(private readonly orders: OrderCommands) {}

  @Send('addPaymentMethod', 'payment-methods', { summary: 'Add a way to pay', description: 'Cards, gift cards and wallets by the token of the payment provider; a card number is refused.' })
  add(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string, @Body() body: PaymentMethodBody): Promise<CommandAnswer> {
    const { kind, token, label, limitMinor } = body;
    // Before anything is kept: what is refused by `decide` is stored, too.
    if ([token, label].some((text) => text !== undefined && holdsCardNumber(text))) {
      throw new ProblemError(400, 'card-number-refused', 'The request is malformed', { rule: 'A44', detail: 'That looks like the number of a card: send the token of the payment provider.' });
    }
    return this.orders.send({ caller, reply, ref, body }, 'AddPaymentMethod', ({ order }) => ({
      kind,
      ...(token !== undefined && { token: personal(order.contact.subjectId, token) }),
      ...(label !== undefined && { label: personal(order.contact.subjectId, label) }),
      ...(limitMinor !== undefined && { limitMinor }),
    }));
  }

  @Send('changePaymentMethod', 'payment-methods/:methodId/change', { summary: 'Change the most that may be charged to a payment method' })
  change(
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('id') ref: string,
    @Param('methodId', ParseUUIDPipe) methodId: string,
    @Body() body: PaymentLimitBody,
  ): Promise<CommandAnswer> {
    return this.orders.send({ caller, reply, ref, part: methodId, body }, 'ChangePaymentMethod', () => ({ methodId, ...(body.limitMinor !== undefined && { limitMinor: body.limitMinor }) }));
  }

  @Send('allocateCharges', 'allocations', { summary: 'Split what the order comes to over its payment methods' })
  allocate(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string, @Body() body: AllocateBody): Promise<CommandAnswer> {
    return this.orders.send({ caller, reply, ref, body }, 'AllocateCharges', () => ({ allocations: body.allocations.map(plain) }));
  }

  @Send('recordPayment', 'payments', { summary: 'Record what a payment provider did' })
  record(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string, @Body() body: PaymentBody): Promise<CommandAnswer> {
    const fact = factFrom(body);
    return this.orders.send({ caller, reply, ref, body }, 'RecordPayment', () => fact);
  }

  @Send('issueInvoice', 'invoices', { summary: 'Invoice a shipment, shipped pieces, or what is charged besides', description: INVOICES })
  invoice(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string, @Body() body: InvoiceBody): Promise<CommandAnswer> {
    return this.orders.send({ caller, reply, ref, body }, 'IssueInvoice', () => ({ of: invoiced(body) }));
  }
}

function invoiced({ shipmentId, lines }: InvoiceBody): OrderCommandOf<'IssueInvoice'>['of'] {
  if (shipmentId !== undefined && lines !== undefined) throw problem('invalid-request', { detail: 'Name a shipment or lines, not both.' });
  if (shipmentId !== undefined) return { kind: 'shipment', shipmentId };
  return lines === undefined ? { kind: 'charges' } : { kind: 'lines', lines: lines.map(plain) };
}

/** @throws ProblemError when the parts do not fit together */
function factFrom({ outcome, action, failureCode, externalId, methodId, amountMinor, paymentId }: PaymentBody): Omit<OrderCommandOf<'RecordPayment'>, 'type'> {
  const fact = { externalId, methodId, amountMinor, ...(paymentId !== undefined && { paymentId }) };
  if (outcome !== 'declined' && action === undefined && failureCode === undefined) return { ...fact, result: { outcome } };
  if (outcome === 'declined' && action !== undefined && failureCode !== undefined) return { ...fact, result: { outcome, action, failureCode } };
  throw problem('invalid-request', { detail: 'What was declined has an action and a failureCode, and nothing else has.' });
}
