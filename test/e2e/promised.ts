import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema: object }>>;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId: string; readonly responses: Readonly<Record<string, Content>> }>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

/** Clients let pass what they do not know; what Docket itself answers is all in the contract. */
const closed = <Schema>(schema: Schema): Schema => {
  if (Array.isArray(schema)) return schema.map(closed) as Schema;
  if (typeof schema !== 'object' || schema === null) return schema;
  const members = Object.fromEntries(Object.entries(schema).map(([name, member]: [string, unknown]) => [name, closed(member)]));
  return { ...(members.type === 'object' && { additionalProperties: false }), ...members } as Schema;
};

/** One answer, as it came. */
export interface Answered {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

interface Operation {
  readonly operationId: string;
  readonly method: string;
  readonly pattern: RegExp;
  readonly responses: Readonly<Record<string, Content>>;
}

/** The contract of the system under test, and what it has been seen to keep. */
class Promised {
  /** Operations that were seen to succeed as they promise. */
  readonly kept = new Set<string>();
  /** Answers that the contract does not allow. */
  readonly broken: string[] = [];
  readonly operations: readonly Operation[];
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true });

  constructor({ paths, components }: Document) {
    addFormats.default(this.#ajv);
    for (const [name, schema] of Object.entries(components.schemas)) this.#ajv.addSchema(closed(schema), `#/components/schemas/${name}`);
    this.operations = Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, { operationId, responses }]) => ({ operationId, method: method.toUpperCase(), pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`), responses })),
    );
  }

  /** @throws Error with what the contract does not allow about an answer */
  hold(answer: Answered): void {
    const operation = this.#operationOf(answer);
    if (operation === undefined) return;
    const wrong = this.#wrongWith(operation, answer);
    if (wrong !== undefined) {
      const told = `${operation.operationId} answered what its contract does not allow: ${String(answer.status)} ${wrong}\n${answer.text.slice(0, 2_000)}`;
      this.broken.push(told);
      throw new Error(told);
    }
    if (answer.status < 300) this.kept.add(operation.operationId);
  }

  /** @returns undefined when the contract allows it */
  wrongWith(answer: Answered): string | undefined {
    const operation = this.#operationOf(answer);
    return operation === undefined ? 'is of no operation' : this.#wrongWith(operation, answer);
  }

  /** The one with the fewest parameters, where several fit: `/api/users/me`. */
  #operationOf({ method, path }: Answered): Operation | undefined {
    const [address = ''] = path.split('?');
    const fitting = this.operations.filter((operation) => operation.method === method && operation.pattern.test(address));
    return fitting.sort((one, other) => one.pattern.source.split('[^/]+').length - other.pattern.source.split('[^/]+').length)[0];
  }

  #wrongWith({ responses }: Operation, { status, contentType, text }: Answered): string | undefined {
    const promised = responses[String(status)] ?? (status < 400 ? undefined : responses.default);
    if (promised === undefined) return 'is no status of it';
    const media = contentType.split(';')[0] ?? '';
    const { content = {} } = promised;
    if (Object.keys(content).length === 0) return text === '' ? undefined : 'has a body';
    const schema = content[media]?.schema;
    if (schema === undefined) return `is of another kind: ${media}`;
    if (!media.endsWith('json')) return undefined;
    return this.#ajv.validate(schema, JSON.parse(text)) ? undefined : `is not so: ${tell(this.#ajv.errors ?? [])}`;
  }
}

const tell = (errors: readonly ErrorObject[]): string => errors.map(({ instancePath, message, params }) => `${instancePath} ${message ?? ''} ${JSON.stringify(params)}`).slice(0, 8).join('; ');

let known: Promise<Promised | undefined> | undefined;

/** Asked once for all systems of a run: they run the same code. undefined: it could not be had just now. */
export async function promised(baseUrl: string): Promise<Promised | undefined> {
  known ??= fetch(`${baseUrl}/openapi.json`, { signal: AbortSignal.timeout(30_000) })
    .then(async (response) => (response.ok ? new Promised((await response.json()) as Document) : undefined))
    .catch(() => undefined);
  const found = await known;
  if (found === undefined) known = undefined;
  return found;
}

/** Every answer that a test gets is held to the contract. @throws Error with what it does not allow */
export async function holdToContract(baseUrl: string, answer: Answered): Promise<void> {
  (await promised(baseUrl))?.hold(answer);
}
