import type { RecordedEvent } from '#kernel';
import type { DocketEvent } from '#ordering';

/** A connection inside a transaction, or a pool of them. */
export interface Queryable {
  query(sql: string, parameters?: readonly unknown[]): Promise<unknown>;
}

/** Rows of a statement. */
export async function rowsOf<Row>(sql: Queryable, text: string, parameters: readonly unknown[] = []): Promise<readonly Row[]> {
  return (await sql.query(text, parameters)) as readonly Row[];
}

export type ProjectedEvent = RecordedEvent<DocketEvent>;

/** A view in schema `read`, over the live generation's tables: what queries and analysts look at. */
export interface PublishedView {
  readonly name: string;
  /** A SELECT; `{schema}` stands for the generation's schema. */
  readonly select: string;
}

/**
 * Writes what events in log order change, inside the transaction that moves the checkpoint. May remember what it wrote:
 * when a transaction fails, or rows change otherwise, the next one begins with a new writer.
 * @throws what the database throws; a fault that repeats is blamed on the events
 */
export type Writer = (events: readonly ProjectedEvent[], sql: Queryable) => Promise<void>;

/**
 * A read model. Its rows are the fold of the log and nothing else: every generation lives in a schema of its own, so
 * that a new one can be built beside the live one and take its place at once.
 */
export interface Projection {
  /** Kebab case, for example `order-search`. */
  readonly name: string;
  /** Raised with every change of its tables or of what is in them: a new generation is built then. */
  readonly version: number;
  /** Statements that make the tables; `{schema}` stands for the generation's schema. */
  readonly tables: readonly string[];
  readonly views: readonly PublishedView[];
  /** Tables (without schema) whose rows `--check` compares with a fold of the log, each with the order of its rows. */
  readonly checked: readonly { readonly table: string; readonly orderBy: string }[];
  /** Its commits are told on `CHANGES_CHANNEL`. Telling makes commits wait for each other: only what is watched says so. */
  readonly announced?: true;
  /** Of the rows in one generation's schema. */
  writer(schema: string): Writer;
}

export const inSchema = (statement: string, schema: string): string => statement.replaceAll('{schema}', schema);
