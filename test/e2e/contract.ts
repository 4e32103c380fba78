import type { System } from './system.js';

/** As much of JSON Schema as the contract uses. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly example?: unknown;
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly schema: Schema;
}

export interface Operation {
  readonly operationId: string;
  readonly method: 'GET' | 'POST';
  /** With its parameters in braces. */
  readonly path: string;
  readonly open: boolean;
  readonly query: readonly Parameter[];
  /** Of what a command takes; references are resolved. */
  readonly body?: Schema;
  /** A body to begin with. */
  readonly example?: unknown;
}

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

interface OpenApiOperation {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema; readonly example?: unknown }>> };
  readonly security?: readonly unknown[];
}

/** Every operation that a running system offers, from its own contract: tests over all of them name none. */
export async function operationsOf(system: System): Promise<readonly Operation[]> {
  const document = (await (await fetch(`${system.baseUrl}/openapi.json`)).json()) as OpenApi;
  const resolved = (schema: Schema): Schema => {
    const named = schema.$ref?.replace('#/components/schemas/', '') ?? schema.allOf?.[0]?.$ref?.replace('#/components/schemas/', '');
    if (named !== undefined) {
      const found = document.components.schemas[named];
      if (found === undefined) throw new Error(`the contract has no schema "${named}"`);
      return resolved(found);
    }
    return {
      ...schema,
      ...(schema.items && { items: resolved(schema.items) }),
      ...(schema.properties && { properties: Object.fromEntries(Object.entries(schema.properties).map(([name, part]) => [name, resolved(part)])) }),
    };
  };
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, { operationId, parameters = [], requestBody, security = [] }]): Operation => {
      const { schema: body, example } = requestBody?.content['application/json'] ?? {};
      return {
        operationId,
        method: method.toUpperCase() as Operation['method'],
        path,
        open: security.length === 0,
        query: parameters.filter((parameter) => parameter.in === 'query'),
        ...(body && { body: resolved(body) }),
        ...(example !== undefined && { example }),
      };
    }),
  );
}

/** The path with `id` for the order, and something well-formed that is not there for every other part. */
export const pathFor = ({ path }: Operation, id: string): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, name: string) => (name === 'id' ? id : '00000000-0000-4000-8000-00000000dead'));

const CANDIDATES = ['x', 'GB', 'GBP', 'ada@example.net', '+44 20 7946 0000', '2030-01-31', 'customer-request'];

export interface BodyOptions {
  /** Members that may be absent are there too. */
  readonly whole?: boolean;
  /** Values of fields by their names, where any value would not do. */
  readonly given?: Readonly<Record<string, unknown>>;
}

/** A body that the contract allows: given values, examples, or the least that fits. */
export function validBody(schema: Schema | undefined, options: BodyOptions = {}): unknown {
  if (schema === undefined) return {};
  const { type, example, properties = {}, required = [], items, minItems = 1, minimum = 1, pattern } = schema;
  if (example !== undefined) return example;
  if (schema.enum) return schema.enum[0];
  switch (type) {
    case 'object':
      return Object.fromEntries(Object.entries(properties).filter(([name]) => options.whole === true || required.includes(name)).map(([name, part]) => [name, options.given?.[name] ?? validBody(part, options)]));
    case 'array':
      return Array.from({ length: Math.max(minItems, 1) }, () => validBody(items, options));
    case 'integer':
      return minimum;
    case 'boolean':
      return true;
    default:
      break;
  }
  if (schema.format === 'uuid') return '00000000-0000-4000-8000-00000000dead';
  const found = CANDIDATES.find((candidate) => pattern === undefined || new RegExp(pattern, 'u').test(candidate));
  if (found === undefined) throw new Error(`no candidate matches ${pattern ?? ''}: add one`);
  return found;
}

export interface Field {
  readonly path: readonly (string | number)[];
  readonly schema: Schema;
}

/** Every field of a body at every depth, optional ones too; lists by their first item. */
export function fieldsOf(schema: Schema | undefined, path: Field['path'] = []): readonly Field[] {
  if (schema === undefined) return [];
  const own = path.length === 0 ? [] : [{ path, schema }];
  if (schema.type === 'array' && schema.items) return [...own, ...fieldsOf(schema.items, [...path, 0])];
  return [...own, ...Object.entries(schema.properties ?? {}).flatMap(([name, part]) => fieldsOf(part, [...path, name]))];
}

/** A copy with another value at a path. */
export function withValueAt(body: unknown, [head, ...rest]: Field['path'], value: unknown): unknown {
  if (head === undefined) return value;
  if (Array.isArray(body)) return body.map((item: unknown, index) => (index === head ? withValueAt(item, rest, value) : item));
  return { ...(body as object), [head]: withValueAt((body as Readonly<Record<string, unknown>>)[head] ?? {}, rest, value) };
}
