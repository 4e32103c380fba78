import { customerRules, orderRules } from '#ordering';
import { concurrently } from '../concurrently.js';
import { openInput, type InputFile } from '../input-files.js';
import type { InvoiceImport } from '../online-retail/import-invoices.js';
import { patiently } from '../patience.js';
import { refusedBy, type Refused } from '../refused-by.js';
import { insertSource } from '../staging.js';
import { textLines, type TextLine } from '../text-lines.js';
import { documentRequests } from './document-requests.js';
import { documentAmount, readOrderDocument } from './read-order-document.js';
import { Misfit } from './reading.js';
import type { OrderDocument } from './order-document.js';
import { doneLines, saveDocuments, type DocumentRow } from './ndjson-staging.js';

/** More lines at once take more memory; fewer wait for the slowest more often. */
const CHUNK_LINES = 256;
const MOST_LINE_BYTES = 1_048_576;
const TOLERATED_FUTURE_MS = 24 * 3_600_000;

export type NdjsonImport = Omit<InvoiceImport, 'people'> & { readonly storeId: string; readonly now: number };

type ReadLine = { readonly rowNo: number } & ({ readonly kind: 'document'; readonly document: OrderDocument } | { readonly kind: 'refused'; readonly refused: Refused });

/** Takes a file of one order per line over; lines that an earlier run brought to their end are passed over. */
export async function importNdjson(options: NdjsonImport, file: InputFile, ordinal: number): Promise<void> {
  const { pool, storeId, now, signal, onProgress } = options;
  await insertSource(pool, file, { batchId: null, storeId, format: 'ndjson', ordinal });
  const done = await doneLines(pool, file.id);
  let rows = 0;
  let chunk: ReadLine[] = [];
  const importChunk = async (): Promise<void> => {
    signal?.throwIfAborted();
    await saveDocuments(pool, file.id, await importLines(options, file.id, chunk));
    rows += chunk.length;
    chunk = [];
    onProgress({ phase: 'reading', rows });
  };
  for await (const line of textLines(openInput(file.path), MOST_LINE_BYTES)) {
    if (done.has(line.number)) continue;
    chunk.push(readLine(line, now + TOLERATED_FUTURE_MS));
    if (chunk.length >= CHUNK_LINES) await importChunk();
  }
  if (chunk.length > 0) await importChunk();
}

function readLine({ number: rowNo, text, fault }: TextLine, latest: number): ReadLine {
  if (text === undefined) return { rowNo, kind: 'refused', refused: { reason: fault ?? 'not-text' } };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { rowNo, kind: 'refused', refused: { reason: 'bad-json' } };
  }
  try {
    return { rowNo, kind: 'document', document: readOrderDocument(value, latest) };
  } catch (error) {
    if (!(error instanceof Misfit)) throw error;
    return { rowNo, kind: 'refused', refused: { reason: 'bad-order', detail: error.message } };
  }
}

async function importLines(options: NdjsonImport, sourceId: string, lines: readonly ReadLine[]): Promise<readonly DocumentRow[]> {
  const saved: DocumentRow[] = [];
  // Lines that name the same order are taken one after the other: the first has the number.
  const byOrder = new Map<string, { readonly rowNo: number; readonly document: OrderDocument }[]>();
  for (const line of lines) {
    if (line.kind === 'refused') {
      saved.push({ rowNo: line.rowNo, refused: line.refused });
      continue;
    }
    const same = byOrder.get(line.document.orderNumber);
    if (same) same.push(line);
    else byOrder.set(line.document.orderNumber, [line]);
  }
  await concurrently(each(byOrder.values()), options.concurrency, options.signal, async (same) => {
    for (const { rowNo, document } of same) {
      const refused = await importDocument(options, sourceId, rowNo, document);
      const { orderNumber, currency, placedAt } = document;
      saved.push({ rowNo, orderNumber, currency, placedAt, amount: documentAmount(document), ...(refused && { refused }) });
    }
  });
  return saved;
}

async function importDocument({ executor, storeId }: NdjsonImport, sourceId: string, rowNo: number, document: OrderDocument): Promise<Refused | undefined> {
  const { registration, order } = documentRequests(document, { storeId, sourceId, rowNo });
  if (registration) {
    const refused = refusedBy(await patiently(() => executor.executeAll(customerRules, [registration])));
    if (refused) return refused;
  }
  return refusedBy(await patiently(() => executor.executeAll(orderRules, order)));
}

async function* each<T>(items: Iterable<T>): AsyncGenerator<T> {
  await Promise.resolve();
  yield* items;
}
