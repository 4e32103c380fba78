import { Controller, Param, Query as QueryString, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { invoicesOf, paymentInquiryOf, type InvoiceWithBalance, type PaymentInquiry } from '#projections';
import { CurrentCaller, type Caller } from '../http/caller.js';
import { Query } from '../http/operation.js';
import { DetailsOfOrder } from './details-of-order.js';
import { OrderQuery } from './query.requests.js';

/** Money of an order, to look at, as it stands or stood (A43, A46, D1). */
@ApiTags('payments')
@Controller('api/orders/:id')
export class PaymentsQueryController {
  constructor(private readonly order: DetailsOfOrder) {}

  @Query('getPaymentInquiry', 'payments', { summary: 'Charges, refunds, what is outstanding and every transaction' })
  async inquiry(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string, @QueryString() query: OrderQuery): Promise<PaymentInquiry> {
    return paymentInquiryOf(await this.order.answer(caller, reply, ref, query));
  }

  @Query('listInvoices', 'invoices', { summary: 'Invoices with what was credited and collected, and the balance' })
  async invoices(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') ref: string, @QueryString() query: OrderQuery): Promise<{ readonly orderId: string; readonly currency: string; readonly invoices: readonly InvoiceWithBalance[] }> {
    const details = await this.order.answer(caller, reply, ref, query);
    return { orderId: details.orderId, currency: details.currency, invoices: invoicesOf(details) };
  }
}
