import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { A_PROBLEM, MORE_ANSWERS, successOf } from './answers.js';
import { ANSWER_SCHEMAS } from './answers.generated.js';
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

/** The contract, from the controllers, the request classes and the types of the answers. */
export function openApiDocument(app: INestApplication, version: string): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Docket')
    .setDescription('Event-sourced order management for customer service: find it, act on it, replay it, prove it.')
    .setVersion(version)
    .setOpenAPIVersion('3.1.0')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' }, 'bearer');
  for (const [tag, description] of Object.entries(TAGS)) config.addTag(tag, description);
  const document = SwaggerModule.createDocument(app, config.build());
  const { schemas: requests = {} } = document.components ?? {};
  const twice = Object.keys(requests).filter((name) => name in ANSWER_SCHEMAS);
  if (twice.length > 0) throw new Error(`a request and an answer are both named ${twice.join(', ')}`);
  document.components = { ...document.components, schemas: { ...requests, ...(ANSWER_SCHEMAS as object) } };
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
  const { operationId = '' } = operation;
  for (const status of Object.keys(operation.responses)) operation.responses[status] = successOf(operationId) as never;
  Object.assign(operation.responses, MORE_ANSWERS[operationId], { default: A_PROBLEM });
  const example = BODY_EXAMPLES[operationId];
  const body = operation.requestBody !== undefined && 'content' in operation.requestBody ? operation.requestBody.content['application/json'] : undefined;
  if (body !== undefined && example !== undefined) body.example = example;
}
