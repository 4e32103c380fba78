/** What operations answer when they succeed. A test holds the schemas to real answers; they may say less than there is. */

interface AnswerSchema {
  readonly type: 'object';
  readonly required: readonly string[];
  readonly properties: Readonly<Record<string, object>>;
}

const text = { type: 'string' } as const;
const whole = { type: 'integer' } as const;
const flag = { type: 'boolean' } as const;
const uuid = { type: 'string', format: 'uuid' } as const;
const time = { type: 'string', format: 'date-time' } as const;
const listOf = (items: object): object => ({ type: 'array', items });
const reference = (name: string): object => ({ $ref: `#/components/schemas/${name}` });

/** All members but those named are always there. */
const answer = (properties: Readonly<Record<string, object>>, ...optional: readonly string[]): AnswerSchema => ({
  type: 'object',
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  properties,
});

const ROW = { orderId: uuid, orderNumber: text, storeId: text, customerName: text, currency: text, totalMinor: whole, lineCount: whole, updatedAt: time, suspended: flag, revision: whole } as const;

export const ANSWERS = {
  EventAnswer: answer({ id: uuid, type: text, revision: whole }),
  CommandAnswer: answer(
    {
      orderId: uuid,
      orderNumber: text,
      revision: whole,
      position: { ...text, description: 'Token for Docket-At-Least.' },
      repeated: { ...flag, description: 'Executed before: this is the first answer again.' },
      events: listOf(reference('EventAnswer')),
      created: { type: 'object', additionalProperties: text, description: 'Ids of what the command made.' },
    },
    'created',
  ),
  CallAnswer: answer({ callId: uuid, orderId: uuid, revision: whole, position: text, repeated: flag, events: listOf(reference('EventAnswer')) }, 'orderId'),
  OrderSearchAnswer: answer({ orders: listOf(answer({ ...ROW, status: text, city: text, country: text, orderedAt: time })), truncated: { ...flag, description: 'There are more than 20.' } }),
  PendingOrdersPage: answer({ orders: listOf(answer({ ...ROW, locked: flag, agentId: text })), total: whole, nextCursor: text }, 'nextCursor'),
  OrderDetails: answer({ orderId: uuid, orderNumber: text, storeId: text, revision: whole, status: text, currency: text, contact: { type: 'object' }, shipTo: { type: 'object' }, lines: listOf({ type: 'object' }), totals: { type: 'object' }, holds: listOf({ type: 'object' }), shipments: listOf({ type: 'object' }), comments: listOf({ type: 'object' }), orderedAt: time }),
  HistoryPage: answer(
    {
      orderId: uuid,
      entries: listOf(answer({ eventId: uuid, type: text, title: text, revision: whole, position: text, recordedAt: time, occurredAt: time, actor: answer({ id: text, role: text }), origin: text })),
      total: whole,
      nextCursor: text,
    },
    'nextCursor',
  ),
  SignedIn: answer({ accessToken: text, refreshToken: text, expiresInSeconds: whole, user: { type: 'object' } }),
} as const satisfies Readonly<Record<string, AnswerSchema>>;

type AnswerName = keyof typeof ANSWERS;

const NAMED: Readonly<Record<string, AnswerName>> = {
  searchOrders: 'OrderSearchAnswer',
  listPendingOrders: 'PendingOrdersPage',
  getOrder: 'OrderDetails',
  getOrderHistory: 'HistoryPage',
  signIn: 'SignedIn',
  refreshSignIn: 'SignedIn',
};

const MEDIA: Readonly<Record<string, string>> = { watchChanges: 'text/event-stream', readMetrics: 'text/plain' };

const HEADERS = {
  'Docket-Position': { description: 'What the answer holds: send it as Docket-At-Least.', schema: text },
  'Docket-Correlation-Id': { description: 'Id of the request.', schema: text },
};

/** The answer of an operation that succeeded. `isOrderCommand`: it answers what happened to an order. */
export function successOf(operationId: string, isOrderCommand: boolean): object {
  const name = NAMED[operationId] ?? (operationId.endsWith('Call') && !operationId.startsWith('get') ? 'CallAnswer' : isOrderCommand ? 'CommandAnswer' : undefined);
  const media = MEDIA[operationId];
  return {
    description: name === 'CommandAnswer' || name === 'CallAnswer' ? 'Done: the events that happened, and the position at which they can be read' : 'The answer',
    headers: HEADERS,
    content: media === undefined ? { 'application/json': { schema: name === undefined ? { type: 'object' } : reference(name) } } : { [media]: { schema: text } },
  };
}
