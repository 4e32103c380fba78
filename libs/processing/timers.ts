import type { Clock } from '#kernel';
import { faultText, mayPass } from '#projecting';
import type { Checkpoints, DueTimer } from './checkpoints.js';
import type { Send } from './sending.js';

export interface TimersOptions {
  readonly checkpoints: Checkpoints;
  readonly send: Send;
  readonly clock: Clock;
  readonly log: (message: string, details: object) => void;
}

const LONGEST_WAIT_MS = 60_000;
const AFTER_FAULT_MS = 1_000;

/** Sends what waits for its time, and forgets it afterwards: sent again with the same id if the process died between. */
export class Timers {
  #wake: () => void = () => undefined;
  #changed = false;

  constructor(private readonly options: TimersOptions) {}

  /** A timer was set or cancelled. */
  changed(): void {
    this.#changed = true;
    this.#wake();
  }

  async run(signal: AbortSignal): Promise<void> {
    const wake = (): void => {
      this.#wake();
    };
    signal.addEventListener('abort', wake);
    try {
      while (!signal.aborted) {
        this.#changed = false;
        const waitMs = await this.#fireDue(signal).catch((error: unknown) => {
          this.options.log('timers wait', { fault: faultText(error) });
          return AFTER_FAULT_MS;
        });
        await this.#sleep(waitMs, signal);
      }
    } finally {
      signal.removeEventListener('abort', wake);
    }
  }

  /** @returns in how many milliseconds to look again */
  async #fireDue(signal: AbortSignal): Promise<number> {
    const { checkpoints, clock } = this.options;
    const due = await checkpoints.due(clock.now());
    for (const timer of due) {
      if (signal.aborted) return 0;
      await this.#fire(timer);
    }
    const next = due.length > 0 ? clock.now() : await checkpoints.nextDue();
    return next === undefined ? LONGEST_WAIT_MS : Math.min(Math.max(Date.parse(next) - Date.parse(clock.now()), 0), LONGEST_WAIT_MS);
  }

  async #fire(timer: DueTimer): Promise<void> {
    const { checkpoints, send, log } = this.options;
    const { message } = timer;
    const delivery = await send(message, `timer:${timer.timer}:${timer.dueAt}`).catch((error: unknown) => {
      if (mayPass(error)) throw error;
      return { kind: 'undeliverable', because: faultText(error) } as const;
    });
    if (delivery.kind !== 'undeliverable') {
      await checkpoints.fired(timer);
      return;
    }
    const { to, id, command } = message.addressed;
    log('a timer led nowhere', { command: command.type, because: delivery.because });
    await checkpoints.fired(timer, { eventId: message.causationId, position: -1n, stream: `${to}-${id}`, type: command.type, reason: `undeliverable: ${delivery.because}` });
  }

  #sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    if (this.#changed || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#wake = () => undefined;
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      this.#wake = done;
    });
  }
}
