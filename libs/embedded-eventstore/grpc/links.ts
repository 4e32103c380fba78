import type { Log } from '../log-access.js';
import type { LogRecord } from '../log-record.js';
import { firstReadable } from '../stream-heads.js';
import { standingOf } from '../stream-reading.js';

/** What a `$>` record points to, one level deep. Without target only the link; data that names none is an event itself. */
export async function resolveLink(log: Log, record: LogRecord): Promise<{ readonly event: LogRecord | undefined; readonly link: LogRecord | undefined }> {
  const target = /^(\d{1,19})@(.+)$/su.exec(Buffer.from(record.data).toString('utf8'));
  const revision = target?.[1];
  const stream = target?.[2];
  if (revision === undefined || stream === undefined) return { event: record, link: undefined };
  const standing = await standingOf(log, stream);
  const number = BigInt(revision);
  if (standing.kind !== 'readable' || number < firstReadable(stream, standing.head) || number > standing.head.last) return { event: undefined, link: record };
  const [event] = await log.reader.streamForwards(stream, number, number, 1);
  return { event, link: record };
}
