import { beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { OPERATION_IDS } from '#identity';
import { createInMemoryEventStore } from '#testing';
import type { ApiParts } from '../api.module.js';
import { createApi } from '../create-api.js';

interface Document {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required: boolean; readonly schema: Schema }[];
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Readonly<Record<string, { readonly schema: Schema }>> }>>;
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema; readonly example?: unknown }>> };
}

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly example?: unknown;
  readonly [more: string]: unknown;
}

/** Names that outsiders rely on since the first release: one that is gone breaks them. */
const PROMISED = [
  'signIn', 'createOrder', 'addOrderLine', 'changeOrderLineQuantity', 'removeOrderLine', 'submitOrder', 'confirmOrder', 'releaseOrder', 'voidOrder', 'lockOrder', 'renewOrderLock',
  'unlockOrder', 'takeOverAndUnlockOrder', 'suspendOrder', 'resumeOrder', 'applyOrderHold', 'resolveOrderHold', 'addOrderComment', 'changeOrderAddress', 'cancelOrder',
  'cancelOrderLine', 'recordShipment', 'recordDelivery', 'reshipOrder', 'appeaseOrder', 'searchOrders', 'listPendingOrders', 'getOrder', 'getOrderHistory',
];

/** The document is made of the controllers alone: nothing behind them is asked. */
const parts = { writeSide: { store: createInMemoryEventStore() }, readModels: {}, users: {}, signIns: {}, catalogue: {}, readiness: {}, metrics: { answered: () => undefined } } as unknown as ApiParts;

describe('the contract', () => {
  let document: Document;
  let operations: readonly (readonly [path: string, method: string, operation: Operation])[];
  const ajv = new Ajv2020({ strict: true, allErrors: true, formats: {} });

  beforeAll(async () => {
    addFormats.default(ajv);
    for (const word of ['example']) ajv.addKeyword(word);
    const app = await createApi(parts, { bodyLimitBytes: 1_024, rateLimitPerMinute: 1_000, signInLimitPerMinute: 1_000, logLevel: 'silent' });
    await app.listen(0, '127.0.0.1');
    document = (await (await fetch(`${await app.getUrl()}/openapi.json`)).json()) as Document;
    await app.close();
    operations = Object.entries(document.paths).flatMap(([path, item]) => Object.entries(item).map(([method, operation]) => [path, method, operation] as const));
    for (const [name, schema] of Object.entries(document.components.schemas)) ajv.addSchema(schema, `#/components/schemas/${name}`);
  }, 60_000);

  it('is OpenAPI 3.1, with names that are given once', () => {
    expect(document.openapi).toMatch(/^3\.1\.\d+$/);
    expect(document.info).toMatchObject({ title: 'Docket', version: expect.stringMatching(/^\d+\.\d+\.\d+$/) });
    const ids = operations.map(([, , { operationId }]) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(Object.keys(document.components.schemas).filter((name) => !/^[A-Za-z0-9._-]+$/.test(name))).toEqual([]);
  });

  it('keeps every name that was promised, and has one for each row of the permissions table', () => {
    const ids = operations.map(([, , { operationId }]) => operationId);
    expect([...PROMISED, ...OPERATION_IDS].filter((operationId) => !ids.includes(operationId))).toEqual([]);
  });

  it('declares exactly the parameters that its addresses have', () => {
    for (const [path, , { operationId, parameters = [] }] of operations) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
      const declared = parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name).sort();
      expect({ operationId, declared }).toEqual({ operationId, declared: named });
    }
  });

  it('tells what every answer is, success and problem', () => {
    for (const [, , { operationId, summary, responses }] of operations) {
      expect({ operationId, summary: summary.length > 0, statuses: Object.keys(responses).length >= 2, problem: 'default' in responses }).toEqual({ operationId, summary: true, statuses: true, problem: true });
      for (const [status, { description, content = {} }] of Object.entries(responses)) {
        expect({ operationId, status, described: description !== '', kinds: Object.keys(content).length }).toEqual({ operationId, status, described: true, kinds: status === '204' ? 0 : 1 });
      }
    }
  });

  it('gives every answer a shape of its own', () => {
    const shapeless = operations.filter(([, , { responses }]) => Object.values(responses).some(({ content = {} }) => content['application/json'] !== undefined && !('$ref' in content['application/json'].schema)));
    expect(shapeless).toEqual([]);
  });

  it('has schemas that are valid JSON Schema and refer to nothing that is missing', () => {
    for (const name of Object.keys(document.components.schemas)) expect(() => ajv.getSchema(`#/components/schemas/${name}`)).not.toThrow();
    for (const [, , { parameters = [], requestBody, responses }] of operations) {
      const schemas = [...parameters.map(({ schema }) => schema), ...[requestBody, ...Object.values(responses)].flatMap((part) => Object.values(part?.content ?? {}).map(({ schema }) => schema))];
      for (const schema of schemas) expect(() => ajv.compile(schema)).not.toThrow();
    }
  });

  it('gives examples that it would take itself', () => {
    let examples = 0;
    for (const [name, { properties = {} }] of Object.entries(document.components.schemas)) {
      for (const [property, schema] of Object.entries(properties)) {
        if (schema.example === undefined) continue;
        examples += 1;
        expect({ name, property, valid: ajv.validate(schema, schema.example), errors: ajv.errors }).toEqual({ name, property, valid: true, errors: null });
      }
    }
    expect(examples).toBeGreaterThan(5);
  });

  it('gives each command a body to begin with, of fields that it has', () => {
    const fieldsOf = (schema: Schema): object => document.components.schemas[String(schema.$ref).replace('#/components/schemas/', '')]?.properties ?? {};
    for (const [, , { operationId, requestBody }] of operations) {
      for (const { schema, example } of Object.values(requestBody?.content ?? {})) {
        const validate = ajv.compile(schema);
        expect({ operationId, valid: validate(example), errors: validate.errors }).toEqual({ operationId, valid: true, errors: null });
        expect(Object.keys(fieldsOf(schema))).toEqual(expect.arrayContaining(Object.keys(example as object)));
      }
    }
  });
});
