import { isPersonal } from '#kernel';
import type { ProjectedEvent, Projection, Queryable } from '#projecting';
import { shownIn } from '../decisions.js';
import { ACTIVITY_DECISIONS } from './activity-history.decisions.js';

/**
 * A row for every event of an order, with its structured fields; the words are made when it is read (settled 2.6).
 * Comments and other notes of an erased person are erased here too, in the log's order.
 */
export const activityHistory: Projection = {
  name: 'activity-history',
  version: 2,
  tables: [
    `CREATE TABLE {schema}.activity (
       order_id uuid NOT NULL,
       revision bigint NOT NULL,
       position bigint NOT NULL,
       event_id uuid NOT NULL,
       type text NOT NULL,
       recorded_at timestamptz NOT NULL,
       occurred_at timestamptz NOT NULL,
       actor_id text NOT NULL,
       actor_role text NOT NULL,
       reason_code text,
       origin text NOT NULL,
       data jsonb NOT NULL,
       PRIMARY KEY (order_id, revision)
     )`,
    `CREATE INDEX activity_of_lines ON {schema}.activity (order_id) WHERE type = 'OrderLineAdded'`,
    `CREATE TABLE {schema}.activity_subject (subject_id text NOT NULL, order_id uuid NOT NULL, revision bigint NOT NULL, PRIMARY KEY (subject_id, order_id, revision))`,
  ],
  views: [{ name: 'activity', select: 'SELECT * FROM {schema}.activity' }],
  checked: [{ table: 'activity', orderBy: 'order_id, revision' }],
  writer: (schema) => async (events, sql) => {
    let pending: ProjectedEvent[] = [];
    for (const event of shownIn(ACTIVITY_DECISIONS, events)) {
      if (event.event.type === 'SubjectErased') {
        await insert(pending, sql, schema);
        pending = [];
        await erase(event.event.data.subjectId, sql, schema);
      } else {
        pending.push(event);
      }
    }
    await insert(pending, sql, schema);
  },
};

async function insert(events: readonly ProjectedEvent[], sql: Queryable, schema: string): Promise<void> {
  if (events.length === 0) return;
  const rows = events.map((recorded) => {
    const { event, id, stream, revision, position, metadata } = recorded;
    return {
      order_id: stream.slice('order-'.length),
      revision: String(revision),
      position: String(position),
      event_id: id,
      type: event.type,
      recorded_at: metadata.recordedAt,
      occurred_at: metadata.occurredAt,
      actor_id: metadata.actor.id,
      actor_role: metadata.actor.role,
      reason_code: metadata.reasonCode ?? null,
      origin: metadata.origin,
      data: event.data,
      subjects: [...subjectsIn(event.data)],
    };
  });
  await sql.query(
    `WITH rows AS (
       SELECT * FROM jsonb_to_recordset($1::jsonb) AS row (order_id uuid, revision bigint, position bigint, event_id uuid, type text, recorded_at timestamptz,
         occurred_at timestamptz, actor_id text, actor_role text, reason_code text, origin text, data jsonb, subjects text[])
     ), named AS (
       INSERT INTO ${schema}.activity_subject (subject_id, order_id, revision)
       SELECT subject_id, order_id, revision FROM rows, unnest(subjects) AS subject_id ON CONFLICT DO NOTHING
     )
     INSERT INTO ${schema}.activity (order_id, revision, position, event_id, type, recorded_at, occurred_at, actor_id, actor_role, reason_code, origin, data)
     SELECT order_id, revision, position, event_id, type, recorded_at, occurred_at, actor_id, actor_role, reason_code, origin, data FROM rows`,
    [JSON.stringify(rows)],
  );
}

/** Whose personal fields an event holds. */
function subjectsIn(value: unknown, found = new Set<string>()): Set<string> {
  if (isPersonal(value)) found.add(value.subjectId);
  else if (typeof value === 'object' && value !== null) for (const member of Object.values(value)) subjectsIn(member, found);
  return found;
}

async function erase(subjectId: string, sql: Queryable, schema: string): Promise<void> {
  const rows = (await sql.query(
    `SELECT order_id, revision::text, data FROM ${schema}.activity JOIN ${schema}.activity_subject USING (order_id, revision) WHERE subject_id = $1`,
    [subjectId],
  )) as readonly { readonly order_id: string; readonly revision: string; readonly data: unknown }[];
  const erased = rows.map(({ order_id, revision, data }) => ({ order_id, revision, data: withoutPerson(data, subjectId) }));
  await sql.query(
    `UPDATE ${schema}.activity AS activity SET data = row.data
     FROM jsonb_to_recordset($1::jsonb) AS row (order_id uuid, revision bigint, data jsonb)
     WHERE activity.order_id = row.order_id AND activity.revision = row.revision`,
    [JSON.stringify(erased)],
  );
  await sql.query(`DELETE FROM ${schema}.activity_subject WHERE subject_id = $1`, [subjectId]);
}

function withoutPerson(value: unknown, subjectId: string): unknown {
  if (isPersonal(value)) return value.subjectId === subjectId ? { subjectId, is: 'erased' } : value;
  if (Array.isArray(value)) return value.map((member) => withoutPerson(member, subjectId));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withoutPerson(member, subjectId)]));
}
