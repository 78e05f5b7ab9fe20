-- Bulk work that goes on after its call: imports of old cases and exports of disputes. A step of an
-- operation is one short transaction that holds the operation's row; what is not committed is done
-- again by whoever takes the row next.

CREATE TABLE operations (
  operation_id text COLLATE "C" PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('IMPORT', 'EXPORT')),
  -- STAGING while the rows of an import come in: not yet told to anybody.
  state text NOT NULL CHECK (state IN ('STAGING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED')),
  -- Whose cases are brought in; of an export the caller's own, or empty.
  organisation text NOT NULL,
  -- Who ordered it, with the rights that it is done with.
  principal text NOT NULL CHECK (principal <> ''),
  roles text[] NOT NULL CHECK (cardinality(roles) > 0),
  division text NOT NULL,
  court text NOT NULL,
  trace_id text NOT NULL,
  -- Of an import: its first line, sealed, and what of it is not read.
  heading bytea,
  ignored_columns text[] NOT NULL DEFAULT '{}',
  -- Of an export: what it asks for, and the last number that was written.
  filter text NOT NULL DEFAULT '',
  filter_organisation text NOT NULL DEFAULT '',
  filter_division text NOT NULL DEFAULT '',
  filter_state text NOT NULL DEFAULT '',
  after_number text COLLATE "C" NOT NULL DEFAULT '',
  row_count bigint NOT NULL DEFAULT 0 CHECK (row_count >= 0),
  done_count bigint NOT NULL DEFAULT 0,
  imported_count bigint NOT NULL DEFAULT 0,
  repeated_count bigint NOT NULL DEFAULT 0,
  refused_count bigint NOT NULL DEFAULT 0,
  -- Steps that failed for a fault of ours, one after the other.
  fault_count integer NOT NULL DEFAULT 0,
  chunk_count integer NOT NULL DEFAULT 0,
  result_size bigint NOT NULL DEFAULT 0,
  create_time timestamptz NOT NULL,
  update_time timestamptz NOT NULL,
  end_time timestamptz,
  expire_time timestamptz CHECK (expire_time > end_time),
  result_destroyed boolean NOT NULL DEFAULT false,
  CHECK ((kind = 'IMPORT') = (heading IS NOT NULL)),
  CHECK (kind = 'EXPORT' OR organisation <> ''),
  CHECK (kind = 'EXPORT' OR state = 'STAGING' OR done_count <= row_count),
  CHECK (kind = 'EXPORT' OR done_count = imported_count + repeated_count + refused_count),
  CHECK ((state IN ('STAGING', 'RUNNING')) = (end_time IS NULL)),
  CHECK ((end_time IS NULL) = (expire_time IS NULL)),
  CHECK ((chunk_count = 0) = (result_size = 0))
) WITH (fillfactor = 80);
-- The one that waited longest comes next.
CREATE INDEX operations_waiting ON operations (update_time) WHERE state IN ('STAGING', 'RUNNING');
CREATE INDEX operations_organisation ON operations (organisation, operation_id)
  WHERE kind = 'IMPORT';
CREATE INDEX operations_principal ON operations (principal, operation_id);
CREATE INDEX operations_expiring ON operations (expire_time)
  WHERE end_time IS NOT NULL AND NOT result_destroyed;

-- Rows that wait to be looked at: a line of CSV, sealed. None is left of an operation that ended.
CREATE TABLE operation_rows (
  operation_id text COLLATE "C" NOT NULL REFERENCES operations,
  ordinal integer NOT NULL CHECK (ordinal > 0),
  -- Line of the file.
  line integer NOT NULL,
  cells bytea NOT NULL,
  -- Why it could not be read; empty when it could.
  fault text NOT NULL,
  PRIMARY KEY (operation_id, ordinal)
);

-- What an operation made, sealed.
CREATE TABLE operation_chunks (
  operation_id text COLLATE "C" NOT NULL REFERENCES operations,
  ordinal integer NOT NULL CHECK (ordinal >= 0),
  bytes bytea NOT NULL,
  PRIMARY KEY (operation_id, ordinal)
);

-- Who read a result.
CREATE TABLE operation_reads (
  operation_id text COLLATE "C" NOT NULL REFERENCES operations,
  principal text NOT NULL,
  read_time timestamptz NOT NULL,
  trace_id text NOT NULL
);
CREATE INDEX operation_reads_operation ON operation_reads (operation_id, read_time);

ALTER TABLE disputes
  DROP CONSTRAINT disputes_source_check,
  ADD CONSTRAINT disputes_source_check CHECK (source IN (
    'APPLICATION', 'INITIATIVE', 'INVESTIGATION', 'REFERRAL', 'POLICE', 'CENTRE', 'HOTLINE',
    'PETITION', 'IMPORT')),
  -- What ended before has nothing to come.
  ADD CHECK (source <> 'IMPORT' OR (state = 'ARCHIVED' AND clock = ''));

-- Each case of an old register once.
CREATE TABLE imported_cases (
  organisation text COLLATE "C" NOT NULL CHECK (organisation <> ''),
  register_number text COLLATE "C" NOT NULL CHECK (register_number <> ''),
  -- A keyed hash of all that the row said.
  content_match bytea NOT NULL,
  dispute text COLLATE "C" NOT NULL UNIQUE REFERENCES disputes,
  outcome text NOT NULL CHECK (outcome IN ('AGREED', 'PERFORMED', 'FAILED', 'WITHDRAWN')),
  conclude_day date NOT NULL,
  operation_id text COLLATE "C" NOT NULL REFERENCES operations,
  PRIMARY KEY (organisation, register_number)
);
