import type { Faker } from '@faker-js/faker';
import { createdIdOf, personal, type MinorUnits } from '#kernel';
import type { AppeasementOffer, HoldEffect, LineQuantity, OrderCommand, Place } from '#ordering';
import type { People } from '../people.js';
import type { DemoContext } from './demo-requests.js';
import type { DemoStep } from './scenarios.js';

export interface DemoLine {
  readonly lineId: string;
  open: number;
  shipped: number;
  readonly unitPriceMinor: MinorUnits;
}

const HOLD_EFFECTS: Readonly<Record<Extract<DemoStep, { do: 'hold' }>['type'], readonly HoldEffect[]>> = {
  'fraud-check': ['confirm', 'release', 'ship'],
  'payment-check': ['confirm', 'release', 'ship'],
  'address-check': ['release', 'ship'],
  'stock-check': ['release', 'ship'],
  'customer-request': ['ship'],
};

const COMMENTS = [
  'Rang to ask when it arrives; told three to five days.',
  'Wants the parcel left with the neighbour at number 4.',
  'It is a present: no prices in the parcel, please.',
  'Could not be reached by telephone, message left.',
  'Asked for an invoice with the company name.',
  'Prefers to be written to.',
  'The box was open when it came; pictures are to follow.',
];

/** Turns the steps of one order into commands, keeping in mind what the steps before have made. */
export class StepCommands {
  readonly #context: DemoContext;
  readonly #faker: Faker;
  readonly #people: People;
  readonly #lines: DemoLine[];
  readonly #from: Place;
  /** Basis points, of what is charged on the order as a whole. */
  readonly #chargeTax: number;
  #holdId = '';
  #shipment = { id: '', externalId: '' };

  constructor(options: { readonly context: DemoContext; readonly faker: Faker; readonly people: People; readonly lines: readonly DemoLine[]; readonly from: Place; readonly chargeTax: number }) {
    this.#context = options.context;
    this.#faker = options.faker;
    this.#people = options.people;
    this.#lines = options.lines.map((line) => ({ ...line }));
    this.#from = options.from;
    this.#chargeTax = options.chargeTax;
  }

  next(step: DemoStep, commandId: string): OrderCommand {
    switch (step.do) {
      case 'submit':
        return { type: 'SubmitOrder' };
      case 'confirm':
        return { type: 'ConfirmOrder' };
      case 'release':
        return { type: 'ReleaseOrder' };
      case 'void':
        return { type: 'VoidOrder', reasonCode: this.#oneOf('customer-request', 'duplicate-order', 'mistake') };
      case 'lock':
        return { type: 'LockOrder', leaseSeconds: step.leaseSeconds };
      case 'take-over':
        return { type: 'TakeOverOrderLock', leaseSeconds: step.leaseSeconds };
      case 'unlock':
        return { type: 'UnlockOrder' };
      case 'suspend':
        return { type: 'SuspendOrder', reasonCode: this.#oneOf('fraud-alert', 'payment-problem', 'customer-unreachable', 'address-problem') };
      case 'resume':
        return { type: 'ResumeOrder' };
      case 'comment':
        return { type: 'AddOrderComment', text: personal(this.#context.customer.subjectId, this.#oneOf(...COMMENTS)), visibility: 'internal' };
      case 'hold':
        this.#holdId = createdIdOf(commandId, 'hold');
        return { type: 'ApplyOrderHold', holdType: step.type, scope: { kind: 'order' }, effects: HOLD_EFFECTS[step.type] };
      case 'resolve':
        return { type: 'ResolveOrderHold', holdId: this.#holdId, resolutionCode: 'checked' };
      case 'move':
        return { type: 'ChangeOrderAddress', shipTo: this.#newPlace(), reasonCode: 'moved' };
      case 'cancel':
        return { type: 'CancelOrder', reasonCode: this.#oneOf('customer-request', 'duplicate-order', 'out-of-stock') };
      case 'cancel-piece':
        return this.#cancelPiece();
      case 'ship':
        return this.#ship(step.what, commandId);
      case 'deliver':
        return { type: 'RecordDelivery', shipmentId: this.#shipment.id, externalId: `${this.#shipment.externalId}-POD` };
      case 'return':
        return this.#return();
      case 'reship':
        return this.#reship(commandId);
      case 'charge':
        return step.kind === 'charge' ? this.#charge('charge', 'shipping', 'Express delivery', 500) : this.#charge('discount', 'goodwill', 'Goodwill', 100);
      case 'appease':
        return { type: 'AppeaseOrder', scope: { kind: 'order' }, offer: this.#offer(step.with), reasonCode: this.#oneOf('damaged', 'late-delivery', 'bad-experience'), limitMinor: null };
    }
  }

  #oneOf<T>(...choices: readonly T[]): T {
    return this.#faker.helpers.arrayElement(choices);
  }

  #newPlace(): Place {
    const { subjectId, reference, country } = this.#context.customer;
    return { ...this.#from, address: personal(subjectId, this.#people.addressOf(`${reference}:moved:${String(this.#context.n)}`, country)) };
  }

  #first(): DemoLine {
    const [line] = this.#lines;
    if (line === undefined) throw new Error('none of the products of the demo has a price');
    return line;
  }

  #cancelPiece(): OrderCommand {
    const line = this.#first();
    line.open -= 1;
    return { type: 'CancelOrderLine', lineId: line.lineId, quantity: 1, reasonCode: this.#oneOf('out-of-stock', 'customer-request') };
  }

  #ship(what: 'first-line' | 'rest', commandId: string): OrderCommand {
    const shipped: LineQuantity[] = [];
    for (const line of what === 'first-line' ? [this.#first()] : this.#lines) {
      if (line.open === 0) continue;
      shipped.push({ lineId: line.lineId, quantity: line.open });
      line.shipped += line.open;
      line.open = 0;
    }
    const externalId = `DEMO-${commandId.slice(0, 8).toUpperCase()}`;
    this.#shipment = { id: createdIdOf(commandId, 'shipment'), externalId };
    return { type: 'RecordShipment', externalId, lines: shipped, carrier: this.#oneOf('Parcelwing', 'Northern Post', 'Redcart'), trackingNumber: this.#faker.string.numeric(12) };
  }

  #return(): OrderCommand {
    const line = this.#first();
    line.shipped -= 1;
    return { type: 'RecordReturn', externalId: `${this.#shipment.externalId}-RMA`, lineId: line.lineId, quantity: 1, creditedMinor: line.unitPriceMinor };
  }

  #reship(commandId: string): OrderCommand {
    const line = this.#first();
    line.shipped -= 1;
    this.#lines.push({ lineId: createdIdOf(commandId, 'line'), open: 1, shipped: 0, unitPriceMinor: 0 });
    return { type: 'ReshipOrder', lineId: line.lineId, quantity: 1, reasonCode: this.#oneOf('damaged', 'never-received', 'wrong-item') };
  }

  /** A share, in thousandths, of what the first line's piece costs: a sensible figure in every currency. */
  #charge(kind: 'charge' | 'discount', category: string, name: string, thousandths: number): OrderCommand {
    const amountMinor = Math.max(1, Math.round((this.#first().unitPriceMinor * thousandths) / 1_000));
    return { type: 'AddOrderCharge', kind, category, name, scope: { kind: 'order' }, amountMinor, taxBasisPoints: this.#chargeTax, origin: 'manual', reasonCode: kind === 'charge' ? 'shipping-upgrade' : 'goodwill' };
  }

  #offer(kind: AppeasementOffer['kind']): AppeasementOffer {
    const amountMinor = Math.max(1, Math.round(this.#first().unitPriceMinor / 4));
    switch (kind) {
      case 'amount':
        return { kind, amountMinor, on: 'this-order' };
      case 'gift-card':
        return { kind, amountMinor };
      case 'percentage':
        return { kind, basisPoints: this.#oneOf(500, 1_000, 1_500), on: 'this-order' };
      case 'coupon':
        return { kind, code: `SORRY-${this.#faker.string.alphanumeric({ length: 6, casing: 'upper' })}` };
    }
  }
}
