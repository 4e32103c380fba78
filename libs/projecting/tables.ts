/** Where read models stand. Positions are -1 before the first event. */
export const PROJECTING_TABLES: readonly string[] = [
  `CREATE SCHEMA IF NOT EXISTS projecting`,
  `CREATE SCHEMA IF NOT EXISTS read`,
  `CREATE TABLE projecting.leader (single boolean PRIMARY KEY DEFAULT true CHECK (single), epoch bigint NOT NULL)`,
  `INSERT INTO projecting.leader (epoch) VALUES (0)`,
  `CREATE SEQUENCE projecting.generation_number AS integer`,
  `CREATE TABLE projecting.generation (
     projection text NOT NULL,
     version integer NOT NULL,
     number integer NOT NULL,
     schema_name text NOT NULL UNIQUE,
     state text NOT NULL CHECK (state IN ('live', 'building')),
     position bigint NOT NULL DEFAULT -1,
     last_event_id uuid,
     log_identity text,
     epoch bigint NOT NULL DEFAULT 0,
     skipped bigint NOT NULL DEFAULT 0,
     stopped_because text,
     committed_at timestamptz NOT NULL DEFAULT now(),
     PRIMARY KEY (projection, number)
   )`,
  `CREATE UNIQUE INDEX one_live ON projecting.generation (projection) WHERE state = 'live'`,
  `CREATE UNIQUE INDEX one_building ON projecting.generation (projection) WHERE state = 'building'`,
  `CREATE TABLE projecting.dead_letter (
     projection text NOT NULL,
     number integer NOT NULL,
     position bigint NOT NULL,
     stream text NOT NULL,
     event_id text NOT NULL,
     type text NOT NULL,
     reason text NOT NULL,
     recorded_at timestamptz NOT NULL DEFAULT now(),
     PRIMARY KEY (projection, number, position),
     FOREIGN KEY (projection, number) REFERENCES projecting.generation ON DELETE CASCADE
   )`,
];
