import { createHash } from 'node:crypto';
import { base, en, Faker } from '@faker-js/faker';
import { createdIdOf, newOrderNumber, orderIdOf, personal, type Actor } from '#kernel';
import type { PriceAndTaxPort } from '#catalogue';
import type { CommandRequest } from '#event-store';
import { ORDER_TAX_CLASS, type CustomerCommand, type OrderCommand } from '#ordering';
import type { People } from '../people.js';
import { customerOf, type DemoCustomer } from './customers.js';
import { demoRequest, type DemoContext } from './demo-requests.js';
import { StepCommands, type DemoLine } from './step-commands.js';
import { scenarioOf, type DemoStep } from './scenarios.js';

const HOUR = 3_600_000;
const MOST_DAYS_AGO = 21;

export interface DemoWorld {
  readonly storeId: string;
  /** Those who serve customers. */
  readonly agents: readonly Actor[];
  readonly supervisor: Actor;
  /** Reports what ships and arrives. */
  readonly carrier: Actor;
  readonly prices: PriceAndTaxPort;
  readonly skus: readonly string[];
  readonly people: People;
  /** Milliseconds since 1970: orders lie in the three weeks before it. */
  readonly now: number;
}

export interface DemoOrder {
  readonly registration: CommandRequest<CustomerCommand> | undefined;
  readonly requests: readonly CommandRequest<OrderCommand>[];
}

/** The commands of the n-th demo order. Ids depend on `n` alone, so a repetition makes nothing twice. */
export async function demoOrder(world: DemoWorld, n: number): Promise<DemoOrder> {
  const { storeId, people } = world;
  const faker = new Faker({ locale: [en, base] });
  const digest = createHash('sha256').update(`docket-demo:${storeId}:${String(n)}`).digest();
  faker.seed(digest.readUInt32BE(0));
  const scenario = scenarioOf(n);
  const customer = customerOf(n, storeId);
  const orderNumber = newOrderNumber(digest.subarray(4));
  const agent = world.agents[n % world.agents.length] ?? world.supervisor;
  const placedAt = world.now - (scenario.isFresh === true ? faker.number.int({ min: 2, max: 7 }) * HOUR : faker.number.int({ min: 3 * 24, max: MOST_DAYS_AGO * 24 }) * HOUR);
  const context: DemoContext = { storeId, n, orderId: orderIdOf(orderNumber), customer };
  const place = { country: customer.country, address: personal(customer.subjectId, people.addressOf(customer.reference, customer.country)) };

  const created = demoRequest<OrderCommand>(context, 'create', agent, placedAt, {
    type: 'CreateOrder',
    orderNumber,
    storeId,
    currency: customer.currency,
    channel: faker.helpers.arrayElement(['phone', 'phone', 'web', 'store']),
    customer: customer.isGuest ? { kind: 'guest' } : { kind: 'registered', customerId: customer.subjectId },
    contact: personal(customer.subjectId, people.contactOf(customer.reference, customer.country)),
    shipTo: place,
  });
  const lines: DemoLine[] = [];
  const requests: CommandRequest<OrderCommand>[] = [created];
  for (const [index, sku] of faker.helpers.arrayElements(world.skus, { min: 2, max: 4 }).entries()) {
    const answer = await world.prices.quote({ sku, currency: customer.currency, country: customer.country, at: new Date(placedAt).toISOString() });
    if (answer.kind !== 'quoted') continue;
    const { description, parentSku, quote } = answer;
    const quantity = faker.number.int({ min: 1, max: 4 });
    const request = demoRequest<OrderCommand>(context, `line-${String(index)}`, agent, placedAt + (index + 1) * 30_000, {
      type: 'AddOrderLine',
      sku: answer.sku,
      description,
      ...(parentSku !== undefined && { parentSku }),
      quantity,
      quote,
    });
    requests.push(request);
    lines.push({ lineId: createdIdOf(request.commandId, 'line'), open: quantity, shipped: 0, unitPriceMinor: quote.unitPriceMinor });
  }
  const { [ORDER_TAX_CLASS]: chargeTax = 0 } = await world.prices.taxRates(customer.country, new Date(placedAt).toISOString());
  const commands = new StepCommands({ context, faker, people, lines, from: place, chargeTax });
  const spacing = Math.max(1, Math.floor((world.now - placedAt - HOUR) / (scenario.steps.length + 1)));
  for (const [index, step] of scenario.steps.entries()) {
    const at = placedAt + HOUR + index * spacing;
    const purpose = `step-${String(index)}`;
    requests.push(demoRequest<OrderCommand>(context, purpose, actorOf(step, world, agent), at, (commandId) => commands.next(step, commandId)));
  }
  return { registration: customer.isGuest ? undefined : registration(world, context, customer, agent, placedAt), requests };
}

function registration({ people }: DemoWorld, context: DemoContext, customer: DemoCustomer, agent: Actor, at: number): CommandRequest<CustomerCommand> {
  const contact = personal(customer.subjectId, people.contactOf(customer.reference, customer.country));
  const { storeId } = context;
  return demoRequest<CustomerCommand>({ ...context, orderId: customer.subjectId }, 'register', agent, at, { type: 'RegisterCustomer', customerId: customer.subjectId, storeId, contact });
}

function actorOf(step: DemoStep, world: DemoWorld, agent: Actor): Actor {
  switch (step.do) {
    case 'ship':
    case 'deliver':
    case 'return':
      return world.carrier;
    case 'take-over':
    case 'resolve':
    case 'appease':
      return world.supervisor;
    case 'lock':
    case 'unlock':
    case 'submit':
    case 'confirm':
    case 'release':
    case 'void':
    case 'suspend':
    case 'resume':
    case 'comment':
    case 'move':
    case 'cancel':
    case 'cancel-piece':
    case 'reship':
    case 'hold':
    case 'charge':
      return agent;
  }
}
