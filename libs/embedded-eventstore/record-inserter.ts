import type { ClientBase } from 'pg';
import type { LogRecord } from './log-record.js';

/** One statement, hence one transaction: all records of a group or none. Payloads travel as one run of bytes. */
const INSERT = `
  INSERT INTO log.record (position, stream, revision, id, type, is_json, created, data, metadata)
  SELECT position, stream, revision, id, type, is_json, created,
         substring($8::bytea FROM data_from FOR data_length), substring($8::bytea FROM data_from + data_length FOR metadata_length)
  FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::uuid[], $5::text[], $6::boolean[], $7::bigint[], $9::int[], $10::int[], $11::int[])
    AS row (position, stream, revision, id, type, is_json, created, data_from, data_length, metadata_length)`;

export async function insertRecords(client: ClientBase, records: readonly LogRecord[]): Promise<void> {
  const payloads: Uint8Array[] = [];
  const from: number[] = [];
  let offset = 1;
  for (const { data, metadata } of records) {
    payloads.push(data, metadata);
    from.push(offset);
    offset += data.length + metadata.length;
  }
  await client.query({
    name: 'insert-records',
    text: INSERT,
    values: [
      records.map(({ position }) => position),
      records.map(({ stream }) => stream),
      records.map(({ revision }) => revision.toString()),
      records.map(({ id }) => id),
      records.map(({ type }) => type),
      records.map(({ isJson }) => isJson),
      records.map(({ created }) => created.toString()),
      Buffer.concat(payloads),
      from,
      records.map(({ data }) => data.length),
      records.map(({ metadata }) => metadata.length),
    ],
  });
}
