import { Controller, Param, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { invoicesOf, paymentInquiryOf, type InvoiceWithBalance, type OrderDetails, type PaymentInquiry } from '#projections';
import { CurrentCaller, type Caller } from '../http/caller.js';
import { Query } from '../http/operation.js';
import { problem } from '../http/problem.js';
import { orderIdFrom } from '../orders/order-commands.js';
import { FreshEnough } from './fresh-enough.js';

/** Money of an order, to look at (A43, A46). */
@ApiTags('payments')
@Controller('api/orders/:id')
export class PaymentsQueryController {
  constructor(private readonly fresh: FreshEnough) {}

  @Query('getPaymentInquiry', 'payments', { summary: 'Charges, refunds, what is outstanding and every transaction' })
  async inquiry(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string): Promise<PaymentInquiry> {
    return paymentInquiryOf(await this.details(caller, reply, ref));
  }

  @Query('listInvoices', 'invoices', { summary: 'Invoices with what was collected and the balance' })
  async invoices(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string): Promise<{ readonly orderId: string; readonly currency: string; readonly invoices: readonly InvoiceWithBalance[] }> {
    const details = await this.details(caller, reply, ref);
    return { orderId: details.orderId, currency: details.currency, invoices: invoicesOf(details) };
  }

  private async details(caller: Caller, reply: FastifyReply, ref: string): Promise<OrderDetails> {
    const details = await this.fresh.answer(caller, reply, { model: 'order-details', pastModel: 'order-versions', asOf: undefined }, (models) => models.getOrder(orderIdFrom(ref), caller.user.stores));
    if (details === undefined) throw problem('order-not-found');
    void reply.header('etag', `"${String(details.revision)}"`);
    return details;
  }
}
