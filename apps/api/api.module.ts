import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import type { Catalogue } from '#catalogue';
import type { WriteSide } from '#event-store';
import type { SignIns, Users } from '#identity';
import type { ReadModels } from '#projections';
import { COMMAND_EXECUTOR } from '../../libs/ordering/handlers/command-executor.token.js';
import { CreateOrderHandler } from '../../libs/ordering/handlers/create-order.handler.js';
import { ExecuteDeskCommandHandler } from '../../libs/ordering/handlers/execute-desk-command.handler.js';
import { ExecuteCartCommandHandler } from '../../libs/ordering/handlers/execute-cart-command.handler.js';
import { ExecuteDraftCommandHandler } from '../../libs/ordering/handlers/execute-draft-command.handler.js';
import { ExecuteOrderCommandHandler } from '../../libs/ordering/handlers/execute-order-command.handler.js';
import { RegisterCustomerHandler } from '../../libs/ordering/handlers/register-customer.handler.js';
import { CATALOGUE, READ_MODELS, READINESS, SIGN_INS, USERS, WRITE_SIDE } from './http/ports.js';
import { PositionTokens } from './http/position-tokens.js';
import { ProblemFilter } from './http/problem.filter.js';
import { SignInGuard } from './http/sign-in.guard.js';
import { ActionsController } from './actions/actions.controller.js';
import { Calls } from './orders/calls.js';
import { CallsController } from './orders/calls.controller.js';
import { ChargesController } from './orders/charges.controller.js';
import { AmendmentController } from './orders/amendment.controller.js';
import { CommandRoutes } from './actions/command-routes.js';
import { NewOrderController } from './actions/new-order.controller.js';
import { Previews } from './actions/preview.js';
import { Undoing } from './actions/undo.js';
import { CaptureController } from './orders/capture.controller.js';
import { ControlController } from './orders/control.controller.js';
import { Carts } from './orders/carts.js';
import { CartsController } from './orders/carts.controller.js';
import { Copies } from './orders/copies.js';
import { Drafts } from './orders/drafts.js';
import { DraftsController } from './orders/drafts.controller.js';
import { OrderCommands } from './orders/order-commands.js';
import { AppeaseController } from './orders/appease.controller.js';
import { PaymentController } from './orders/payment.controller.js';
import { PaymentsQueryController } from './queries/payments-query.controller.js';
import { DeliveryController } from './orders/delivery.controller.js';
import { ReviewController } from './orders/review.controller.js';
import { ServiceController } from './orders/service.controller.js';
import { ChangesController } from './queries/changes.controller.js';
import { DetailsOfOrder } from './queries/details-of-order.js';
import { FreshEnough } from './queries/fresh-enough.js';
import { OrderStream } from './queries/order-stream.js';
import { Past } from './queries/past.js';
import { RefusalsController } from './queries/refusals.controller.js';
import { OrdersQueryController } from './queries/orders-query.controller.js';
import { HealthController, type Readiness } from './service/health.controller.js';
import { ListKeepingController } from './service/list-keeping.controller.js';
import { ListsController } from './service/lists.controller.js';
import { METRICS, type Metrics } from './service/metrics.js';
import { SignInController } from './service/sign-in.controller.js';

/** What the API is made of: adapters that the composition root chose. */
export interface ApiParts {
  readonly writeSide: Pick<WriteSide, 'store' | 'codec' | 'keys' | 'executor'>;
  readonly readModels: ReadModels;
  readonly users: Users;
  readonly signIns: SignIns;
  readonly catalogue: Catalogue;
  readonly readiness: Readiness;
  readonly metrics: Metrics;
}

@Module({})
export class ApiModule {
  static of({ writeSide, readModels, users, signIns, catalogue, readiness, metrics }: ApiParts): DynamicModule {
    return {
      module: ApiModule,
      imports: [CqrsModule, DiscoveryModule],
      controllers: [ActionsController, NewOrderController, CaptureController, AmendmentController, ChargesController, ControlController, ReviewController, DeliveryController, CallsController, DraftsController, CartsController, ServiceController, AppeaseController, PaymentController, OrdersQueryController, PaymentsQueryController, RefusalsController, ChangesController, SignInController, ListsController, ListKeepingController, HealthController],
      providers: [
        { provide: WRITE_SIDE, useValue: writeSide },
        { provide: COMMAND_EXECUTOR, useValue: writeSide.executor },
        { provide: READ_MODELS, useValue: readModels },
        { provide: USERS, useValue: users },
        { provide: SIGN_INS, useValue: signIns },
        { provide: CATALOGUE, useValue: catalogue },
        { provide: READINESS, useValue: readiness },
        { provide: METRICS, useValue: metrics },
        { provide: APP_GUARD, useClass: SignInGuard },
        { provide: APP_FILTER, useClass: ProblemFilter },
        PositionTokens,
        OrderCommands,
        Calls,
        Drafts,
        Copies,
        Carts,
        CommandRoutes,
        Previews,
        Undoing,
        DetailsOfOrder,
        FreshEnough,
        Past,
        OrderStream,
        CreateOrderHandler,
        ExecuteOrderCommandHandler,
        ExecuteDeskCommandHandler,
        ExecuteDraftCommandHandler,
        ExecuteCartCommandHandler,
        RegisterCustomerHandler,
      ],
    };
  }
}
