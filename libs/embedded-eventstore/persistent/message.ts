import type { LogRecord } from '../log-record.js';
import type { Measurements } from './measurements.js';

/** Who has a message now. */
export interface Holder {
  readonly measurements: Measurements;
  release(message: Message): void;
}

/** A record on its way to consumers, until it is settled: acknowledged, skipped or parked. */
export interface Message {
  readonly event: LogRecord | undefined;
  readonly link: LogRecord | undefined;
  /** What it is acknowledged by: the link's id if there is a link. */
  readonly id: string;
  /** Its number in `Progress`; undefined when it comes from the parked ones. */
  readonly number: number | undefined;
  retryCount: number;
  holder: Holder | undefined;
  sentAt: number;
  isSettled: boolean;
}

/** @param number undefined for a parked one */
export function messageOf({ event, link }: Pick<Message, 'event' | 'link'>, number: number | undefined): Message {
  return { event, link, id: (link ?? event)?.id ?? '', number, retryCount: 0, holder: undefined, sentAt: 0, isSettled: false };
}
