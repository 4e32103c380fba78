import { ServerInterceptingCall, status as code, type ServerInterceptor } from '@grpc/grpc-js';

/** The calls that are being served, so that a stop can tell each of them (eventstore-protocol 2.12, rule 6). */
export class OpenCalls {
  readonly #open = new Set<() => void>();

  readonly interceptor: ServerInterceptor = (_method, call) => {
    const end = (): void => {
      call.sendStatus({ code: code.UNAVAILABLE, details: 'The event store is stopping.' });
    };
    return new ServerInterceptingCall(call, {
      start: (next) => {
        this.#open.add(end);
        next({
          onCancel: () => {
            this.#open.delete(end);
          },
        });
      },
    });
  };

  get size(): number {
    return this.#open.size;
  }

  /** Ends every call with UNAVAILABLE: clients connect anew, elsewhere or when the store is back. */
  endAll(): void {
    for (const end of [...this.#open]) end();
    this.#open.clear();
  }
}
