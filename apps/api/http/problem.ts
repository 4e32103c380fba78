/** Everything that the API itself can answer besides success; what rules refuse brings codes of its own (409). */
export const PROBLEMS = {
  'invalid-request': { status: 400, title: 'The request is malformed' },
  'invalid-position': { status: 400, title: 'The position is not one of this log' },
  'not-signed-in': { status: 401, title: 'Sign in first' },
  'sign-in-failed': { status: 401, title: 'User name or password is wrong' },
  'not-allowed': { status: 403, title: 'Your role may not do that' },
  'store-not-in-scope': { status: 403, title: 'The store is not one of yours' },
  'not-found': { status: 404, title: 'There is no such thing' },
  'order-not-found': { status: 404, title: 'There is no such order' },
  'method-not-allowed': { status: 405, title: 'The address does not take that method' },
  'order-changed': { status: 409, title: 'The order changed since you saw it, in a way that matters here' },
  'stale-revision': { status: 412, title: 'The order is not at the revision that you named' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'Send application/json' },
  'idempotency-key-reused': { status: 422, title: 'The key was used for another request' },
  'revision-required': { status: 428, title: 'Say which revision you saw' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  'internal-error': { status: 500, title: 'Something went wrong here' },
  'event-store-unavailable': { status: 503, title: 'The event store cannot be reached' },
  'database-unavailable': { status: 503, title: 'The database cannot be reached' },
  'keys-unavailable': { status: 503, title: 'The keys of personal data cannot be reached' },
  'issuer-unavailable': { status: 503, title: 'Who issued the token cannot be reached' },
  'order-busy': { status: 503, title: 'Too many change the order at once' },
  'read-model-behind': { status: 503, title: 'The read model has not reached that position yet' },
  'stopping': { status: 503, title: 'The server is stopping' },
} as const;

export type ProblemCode = keyof typeof PROBLEMS;

/** RFC 9457, with a stable `code` and the id of the request. Never holds personal data. */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly code: string;
  /** The row of the rule that refused. */
  readonly rule?: string;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly correlationId: string;
}

export interface ProblemExtras {
  readonly detail?: string;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Thrown wherever the API cannot go on; the filter makes the answer of it. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';

  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly extras: ProblemExtras & { readonly rule?: string } = {},
  ) {
    super(code);
  }

  bodyFor(correlationId: string): ProblemBody {
    const { detail, rule, details } = this.extras;
    return {
      type: `urn:docket:problem:${this.code}`,
      title: this.title,
      status: this.status,
      ...(detail !== undefined && { detail }),
      code: this.code,
      ...(rule !== undefined && { rule }),
      ...(details !== undefined && { details }),
      correlationId,
    };
  }
}

export const problem = (code: ProblemCode, extras: ProblemExtras = {}): ProblemError =>
  new ProblemError(PROBLEMS[code].status, code, PROBLEMS[code].title, extras);
