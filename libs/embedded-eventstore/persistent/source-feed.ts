import { followAll, followStream, type Run } from '../following.js';
import { resolveLink } from '../grpc/links.js';
import { matcher } from '../grpc/read-request.js';
import type { Log } from '../log-access.js';
import { isHiddenFromAll, type LogRecord } from '../log-record.js';
import { messageOf, type Message } from './message.js';
import type { Progress } from './progress.js';
import type { GroupEntry } from './settings.js';

/** What is called with each message; a promise resolves when there is room for another one. */
type Give = (message: Message) => Promise<void> | undefined;

/** Reads a group's source on from where the group is, no faster than its messages are taken. */
export class SourceFeed {
  readonly #matches: (record: LogRecord) => boolean;
  #at = -1n;
  #lastSeen: bigint | undefined;
  #isRunning = false;

  /** @throws StatusError when the filter is no regular expression */
  constructor(
    private readonly log: Log,
    private readonly entry: GroupEntry,
    private readonly progress: Progress,
    private readonly give: Give,
    private readonly signal: AbortSignal,
  ) {
    this.#matches = matches(entry);
  }

  /** Where reading is, and the last record of the source that was a message. */
  get place(): { readonly at: bigint; readonly lastSeen: bigint | undefined } {
    return { at: this.#at, lastSeen: this.#lastSeen };
  }

  goTo(at: bigint): void {
    this.#at = at;
  }

  /** Until the group ends; at once if it is reading already. Can be begun again when the log could not be read. */
  async run(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    try {
      for await (const run of this.#follow()) {
        for (const record of run) {
          await this.#take(record);
          if (this.signal.aborted) return;
        }
      }
    } finally {
      this.#isRunning = false;
    }
  }

  #follow(): AsyncGenerator<Run> {
    const { source } = this.entry;
    return source.kind === 'all' ? followAll(this.log, Number(this.#at), this.signal) : followStream(this.log, source.stream, this.#at, this.signal);
  }

  async #take(record: LogRecord): Promise<void> {
    const { source, settings } = this.entry;
    const at = source.kind === 'all' ? BigInt(record.position) : record.revision;
    let room: Promise<void> | undefined;
    if (source.kind === 'stream' || !isHiddenFromAll(record.stream)) {
      if (this.#matches(record)) {
        const resolved = settings.resolveLinks && record.type === '$>' ? await resolveLink(this.log, record) : { event: record, link: undefined };
        this.#lastSeen = at;
        room = this.give(messageOf(resolved, this.progress.add(at)));
      } else {
        this.progress.skip(at);
      }
    }
    this.#at = at;
    await room;
  }
}

function matches({ source }: GroupEntry): (record: LogRecord) => boolean {
  if (source.kind === 'stream' || source.filter === undefined) return () => true;
  const { of, regex, prefixes } = source.filter;
  const passes = matcher(regex, prefixes);
  return ({ stream, type }) => passes(of === 'stream' ? stream : type);
}
