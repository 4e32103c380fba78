import { randomUUID } from 'node:crypto';
import { holdToContract } from './promised.js';

export interface Reply<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
  readonly text: string;
}

/** What the API answers to a command. */
export interface CommandAnswer {
  readonly orderId: string;
  readonly orderNumber: string;
  readonly commandId: string;
  readonly revision: string | number;
  readonly position: string;
  readonly repeated: boolean;
  readonly events: readonly { readonly id: string; readonly type: string; readonly revision: string | number }[];
  readonly created?: Readonly<Partial<Record<'lineId' | 'holdId' | 'alertId' | 'shipmentId' | 'appeasementId' | 'methodId' | 'appointmentId' | 'chargeId', string>>> & { readonly lineIds?: readonly string[] };
}

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly code: string;
  readonly rule?: string;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly correlationId?: string;
}

/** Answers of either kind, for assertions that name the fields they mean. */
export type Answered = CommandAnswer & Problem;

export type Headers_ = Readonly<Record<string, string>>;

/** One signed-in user, speaking to one API. What it answers is held to its contract. */
export class Session {
  constructor(
    readonly baseUrl: string,
    readonly token: string | undefined,
  ) {}

  async send<T>(method: string, path: string, body?: unknown, headers: Headers_ = {}): Promise<Reply<T>> {
    const response = await fetch(`${this.baseUrl}${path}`, {
      method,
      headers: {
        ...(this.token === undefined ? {} : { authorization: `Bearer ${this.token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
    const text = await response.text();
    const contentType = response.headers.get('content-type') ?? '';
    await holdToContract(this.baseUrl, { method, path, status: response.status, contentType, text });
    const isJson = contentType.includes('json');
    return { status: response.status, headers: response.headers, text, body: (isJson && text !== '' ? JSON.parse(text) : undefined) as T };
  }

  get<T>(path: string, headers: Headers_ = {}): Promise<Reply<T>> {
    return this.send('GET', path, undefined, headers);
  }

  post<T = Answered>(path: string, body: unknown = {}, headers: Headers_ = {}): Promise<Reply<T>> {
    return this.send('POST', path, body, headers);
  }

  /** A command with a key of its own unless one is given. @throws Error with the problem, when it is not done */
  async command(path: string, body: unknown = {}, headers: Headers_ = {}): Promise<Reply<CommandAnswer>> {
    const reply = await this.post(path, body, { 'idempotency-key': randomUUID(), ...headers });
    if (reply.status >= 300) throw new Error(`POST ${path} answered ${String(reply.status)}: ${reply.text}`);
    return reply;
  }
}

/** The headers that make a query wait for what an answer has told. */
export const atLeast = (reply: Reply<unknown>): Headers_ => {
  const position = reply.headers.get('docket-position');
  if (position === null) throw new Error('the answer carries no position');
  return { 'docket-at-least': position };
};

/** The strict way to say what was seen. */
export const ifMatch = (reply: Reply<unknown>): Headers_ => ({ 'if-match': reply.headers.get('etag') ?? '' });
