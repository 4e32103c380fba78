import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { ANSWERS, successOf } from './answers.js';
import { BODY_EXAMPLES } from './examples.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

const HEADERS = {
  'Idempotency-Key': 'The same key from the same user executes once.',
  'If-Match': 'The revision seen, in quotes: any change since refuses the command.',
  'Docket-Seen-Revision': 'The revision seen: done if what happened since commutes.',
} as const;

/** What the page shows from top to bottom: a newcomer signs in, finds an order, acts on it. */
const TAGS = {
  'sign-in': 'Who you are',
  queries: 'Find an order, see it, its history, and what it was at any moment',
  orders: 'Act on an order',
  payments: 'Payment methods, requests and answers, invoices',
  calls: 'The call that an agent is in',
  carts: "A customer's cart, worked on together",
  lists: 'What can be chosen: products, reasons, hold types, and who keeps them',
  health: 'For whoever runs it',
} as const;

const PROBLEM = {
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'correlationId'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string' },
    rule: { type: 'string' },
    details: { type: 'object', additionalProperties: true },
    correlationId: { type: 'string' },
  },
} as const;

/** The contract, from the controllers and request classes. */
export function openApiDocument(app: INestApplication, version: string): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Docket')
    .setDescription('Event-sourced order management for customer service: find it, act on it, replay it, prove it.')
    .setVersion(version)
    .setOpenAPIVersion('3.1.0')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' }, 'bearer');
  for (const [tag, description] of Object.entries(TAGS)) config.addTag(tag, description);
  const document = SwaggerModule.createDocument(app, config.build());
  document.components = { ...document.components, schemas: { ...document.components?.schemas, ...(ANSWERS as object), Problem: PROBLEM as never } };
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of ['get', 'post'] as const) {
      const operation = item[method];
      if (operation !== undefined) complete(operation, path, method);
    }
  }
  return document;
}

function complete(operation: Operation, path: string, method: 'get' | 'post'): void {
  const open = /^\/(health|metrics|api\/auth)/.test(path);
  if (!open) operation.security = [{ bearer: [] }];
  const header = (name: string, description: string): void => {
    (operation.parameters ??= []).push({ name, in: 'header', required: false, description, schema: { type: 'string' } });
  };
  if (method === 'post' && !open) for (const [name, description] of Object.entries(HEADERS)) header(name, description);
  if (method === 'get' && !open) header('Docket-At-Least', 'A position: the answer is at least as fresh.');
  const isOrderCommand = method === 'post' && (path === '/api/orders' || path.startsWith('/api/orders/{id}/')) && !operation.operationId?.startsWith('preview');
  for (const status of Object.keys(operation.responses)) operation.responses[status] = successOf(operation.operationId ?? '', isOrderCommand) as never;
  const example = BODY_EXAMPLES[operation.operationId ?? ''];
  const body = operation.requestBody !== undefined && 'content' in operation.requestBody ? operation.requestBody.content['application/json'] : undefined;
  if (body !== undefined && example !== undefined) body.example = example;
  operation.responses.default = { description: 'A problem', content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } };
}
