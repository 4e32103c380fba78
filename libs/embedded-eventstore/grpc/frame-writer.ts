import type { ServiceError } from '@grpc/grpc-js';

/** The writing side of a call, as far as it is needed here. */
interface Writable {
  readonly cancelled: boolean;
  write(frame: Buffer): boolean;
  end(): void;
  emit(event: 'error', error: Partial<ServiceError>): boolean;
  once(event: 'drain' | 'cancelled' | 'close' | 'error', listener: () => void): unknown;
  removeListener(event: 'drain', listener: () => void): unknown;
  on(event: 'error', listener: () => void): unknown;
}

/** Writes frames no faster than the other side takes them, so that a slow reader costs no memory. */
export class FrameWriter {
  readonly #gone = new AbortController();

  constructor(private readonly call: Writable) {
    const leave = (): void => {
      this.#gone.abort();
    };
    call.once('cancelled', leave);
    call.once('close', leave);
    call.on('error', leave);
  }

  get signal(): AbortSignal {
    return this.#gone.signal;
  }

  get isGone(): boolean {
    return this.#gone.signal.aborted || this.call.cancelled;
  }

  /** Resolves when there is room for the next one, or nobody is there any more. */
  write(frame: Buffer): Promise<void> | undefined {
    if (this.isGone || this.call.write(frame)) return undefined;
    return new Promise((resolve) => {
      const go = (): void => {
        this.call.removeListener('drain', go);
        this.signal.removeEventListener('abort', go);
        resolve();
      };
      this.call.once('drain', go);
      this.signal.addEventListener('abort', go, { once: true });
    });
  }

  end(): void {
    if (!this.isGone) this.call.end();
  }

  fail(error: Partial<ServiceError>): void {
    if (!this.isGone) this.call.emit('error', error);
  }
}
