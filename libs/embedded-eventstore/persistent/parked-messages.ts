import { randomUUID } from 'node:crypto';
import type { Log } from '../log-access.js';
import { metastreamOf, type LogRecord } from '../log-record.js';
import type { LogWriter } from '../log-writer.js';
import { EMPTY_HEAD, isSoftDeleted, type StreamHead } from '../stream-head.js';
import { firstReadable } from '../stream-heads.js';
import { LogUnavailable } from '../write-request.js';
import type { Message } from './message.js';

/** Parked revisions that are given out again: from `from`, before `to`. */
export interface Stretch {
  readonly from: bigint;
  readonly to: bigint;
}

const ADMINS = '$admins';
const ACL = { $r: ADMINS, $w: ADMINS, $d: ADMINS, $mr: ADMINS, $mw: ADMINS };

/** The stream of what a group put aside: links to the events, with the reason (measured 2.11). */
export class ParkedMessages {
  constructor(
    private readonly log: Log,
    private readonly writer: LogWriter,
    private readonly stream: string,
  ) {}

  /** @throws LogUnavailable */
  async add({ event, link }: Pick<Message, 'event' | 'link'>, reason: string): Promise<void> {
    const data = event === undefined ? (link?.data ?? new Uint8Array()) : Buffer.from(`${String(event.revision)}@${event.stream}`);
    const number = Number((link ?? event)?.revision ?? 0);
    const metadata = Buffer.from(JSON.stringify({ added: isoWithTicks(new Date()), reason, ...(number !== 0 && { subscriptionEventNumber: number }) }, undefined, 2));
    await this.#append(this.stream, { type: '$>', isJson: false, data, metadata });
  }

  async count(): Promise<bigint> {
    const { first, end } = bounds(this.stream, await this.#head());
    return end - first;
  }

  /**
   * Takes what is parked, before revision `stopAt`, out of the parked ones. The place is kept beside `$tb` until all of
   * it is settled: nothing of it is lost if the process dies before.
   * @param after what an earlier replay has out, and is not settled yet
   */
  async take(stopAt: bigint | undefined, after: Stretch | undefined): Promise<Stretch | undefined> {
    const { first, end } = bounds(this.stream, await this.#head());
    const to = stopAt === undefined || stopAt > end ? end : stopAt;
    if (to <= first) return after;
    const from = after?.from ?? first;
    await this.#settings({ $tb: Number(to), $acl: ACL, replaying: Number(from) });
    return { from, to };
  }

  /** What an earlier process gave out, not all of it settled. */
  async unfinished(): Promise<Stretch | undefined> {
    const head = await this.#head();
    const settings = await this.log.reader.lastOfStream(metastreamOf(this.stream));
    const to = head.settings.truncateBefore;
    if (settings === undefined || to === undefined || isSoftDeleted(head)) return undefined;
    const { replaying } = JSON.parse(Buffer.from(settings.data).toString('utf8')) as { readonly replaying?: unknown };
    return typeof replaying === 'number' ? { from: BigInt(replaying), to } : undefined;
  }

  /** All of it is settled. */
  async forget({ to }: Stretch): Promise<void> {
    await this.#settings({ $tb: Number(to), $acl: ACL });
  }

  /** Also those that are no longer among the parked ones. */
  records(from: bigint, to: bigint, limit: number): Promise<readonly LogRecord[]> {
    return this.log.reader.streamForwards(this.stream, from, to - 1n, limit);
  }

  async #head(): Promise<StreamHead> {
    return (await this.log.heads.read([this.stream])).get(this.stream) ?? EMPTY_HEAD;
  }

  async #settings(settings: object): Promise<void> {
    await this.#append(metastreamOf(this.stream), { type: '$metadata', isJson: true, data: Buffer.from(JSON.stringify(settings)), metadata: new Uint8Array() });
  }

  async #append(stream: string, record: Pick<LogRecord, 'type' | 'isJson' | 'data' | 'metadata'>): Promise<void> {
    const outcome = await this.writer.write({ kind: 'append', stream, expected: 'any', records: [{ id: randomUUID(), ...record }] });
    if (outcome.kind !== 'written') throw new LogUnavailable(`The stream ${stream} cannot be written.`);
  }
}

/** First revision that is parked, and the one after the last. */
function bounds(stream: string, head: StreamHead): { readonly first: bigint; readonly end: bigint } {
  const end = head.last + 1n;
  const first = firstReadable(stream, head);
  return { first: first > end ? end : first, end };
}

/** Seven digits after the second, and the offset. */
const isoWithTicks = (time: Date): string => time.toISOString().replace(/(\.\d{3})Z$/, '$10000+00:00');
