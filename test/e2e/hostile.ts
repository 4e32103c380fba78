import type { Session } from './http.js';
import { holdToContract } from './promised.js';

/** What no answer may show: where the program stands on the disk, its stack, the database's words. */
const INSIDE = /\bat \S+ \(|\.(?:js|ts):\d+|node_modules|\/dist\/|\b(?:SELECT|INSERT|UPDATE|DELETE)\b .*\b(?:FROM|INTO|SET|WHERE)\b|syntax error at|relation "|QueryFailedError|TypeError|RangeError|SyntaxError|ECONN|pg_/;

export interface RawReply {
  readonly status: number;
  readonly text: string;
  readonly contentType: string;
  readonly code?: string;
  readonly detail?: string;
  readonly retryAfter?: string;
  readonly tookMs: number;
}

/** Sends a body as it is, whatever it is. */
export async function sendRaw(by: Session, method: string, path: string, body?: string | Buffer, headers: Readonly<Record<string, string>> = {}): Promise<RawReply> {
  const started = performance.now();
  const response = await fetch(`${by.baseUrl}${path}`, {
    method,
    headers: { ...(by.token === undefined ? {} : { authorization: `Bearer ${by.token}` }), ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body }),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await response.text();
  const contentType = response.headers.get('content-type') ?? '';
  await holdToContract(by.baseUrl, { method, path, status: response.status, contentType, text });
  const problem = contentType.startsWith('application/problem+json') ? (JSON.parse(text) as { readonly code: string; readonly detail?: string }) : undefined;
  const retryAfter = response.headers.get('retry-after');
  return {
    status: response.status,
    text,
    contentType,
    tookMs: performance.now() - started,
    ...(problem && { code: problem.code }),
    ...(problem?.detail !== undefined && { detail: problem.detail }),
    ...(retryAfter !== null && { retryAfter }),
  };
}

/** What is wrong with an answer to something hostile, if anything: it failed inside, is no problem document, or tells of the inside (case 77). */
export function harmIn({ status, text, contentType, code }: RawReply): string | undefined {
  if (status >= 500) return `failed inside: ${String(status)} ${text.slice(0, 200)}`;
  if (status >= 400 && (code === undefined || !contentType.startsWith('application/problem+json'))) return `${String(status)} without a problem: ${contentType} ${text.slice(0, 200)}`;
  const told = INSIDE.exec(text)?.[0];
  return told === undefined ? undefined : `tells of the inside: ${told}`;
}

/** Works through many with a few at a time. */
export async function each<T>(items: readonly T[], work: (item: T) => Promise<void>, atOnce = 8): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
