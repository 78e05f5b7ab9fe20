// Tables that every service's database has.
#pragma once

namespace maplebridge::postgres {

inline constexpr char kCommonTables[] = R"sql(
-- Change feed. The position is drawn after the resource's row is locked and after the transaction
-- has its id, so that positions rise along a resource's revisions; CACHE 1 keeps the order.
CREATE SEQUENCE event_position AS bigint CACHE 1;
CREATE TABLE events (
  position bigint PRIMARY KEY,
  event_time timestamptz NOT NULL,
  type text NOT NULL,
  resource text NOT NULL,
  revision bigint NOT NULL CHECK (revision > 0),
  from_state text NOT NULL,
  to_state text NOT NULL,
  actor text NOT NULL,
  division text NOT NULL,
  organisation text NOT NULL,
  court text NOT NULL,
  payload_type text NOT NULL,
  payload bytea NOT NULL,
  trace_id text NOT NULL
);
CREATE UNIQUE INDEX events_resource_revision ON events (resource, revision);
CREATE INDEX events_court ON events (court, position) WHERE court <> '';
CREATE INDEX events_organisation ON events (organisation, position) WHERE organisation <> '';

-- Idempotency: the same (principal, method, request_id) with the same body gets the same answer.
CREATE TABLE request_ids (
  principal text NOT NULL,
  method text NOT NULL,
  request_id text NOT NULL,
  digest bytea NOT NULL,
  resource text NOT NULL,
  create_time timestamptz NOT NULL,
  PRIMARY KEY (principal, method, request_id)
);
CREATE INDEX request_ids_create_time ON request_ids (create_time);

-- Clocks that run. One per resource and kind; history is kept in deadline_changes.
CREATE TABLE deadlines (
  resource text NOT NULL,
  kind text NOT NULL,
  due_day date NOT NULL,
  due_time timestamptz NOT NULL,
  provisional boolean NOT NULL,
  state text NOT NULL CHECK (state IN ('RUNNING', 'MET', 'EXPIRED', 'SUSPENDED')),
  attempts integer NOT NULL DEFAULT 0,
  next_attempt timestamptz NOT NULL,
  PRIMARY KEY (resource, kind)
);
CREATE INDEX deadlines_due ON deadlines (next_attempt) WHERE state = 'RUNNING';
CREATE TABLE deadline_changes (
  resource text NOT NULL,
  kind text NOT NULL,
  change_time timestamptz NOT NULL,
  due_day date NOT NULL,
  state text NOT NULL,
  reason text NOT NULL,
  actor text NOT NULL
);
CREATE INDEX deadline_changes_resource ON deadline_changes (resource, kind);

-- How far this service has followed the feeds of others.
CREATE TABLE feed_cursors (
  source text PRIMARY KEY,
  position bigint NOT NULL
);

-- Bytes by content: materials and documents, in sealed chunks of at most 1 MiB. Rows and chunks
-- commit together; digests and size are those of the plain bytes.
CREATE TABLE contents (
  sha256 text PRIMARY KEY CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  sm3 text NOT NULL CHECK (sm3 ~ '^[0-9a-f]{64}$'),
  size bigint NOT NULL CHECK (size >= 0),
  create_time timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE content_chunks (
  sha256 text NOT NULL REFERENCES contents,
  ordinal integer NOT NULL,
  bytes bytea NOT NULL CHECK (octet_length(bytes) <= 1048576 + 64),
  PRIMARY KEY (sha256, ordinal)
);
ALTER TABLE content_chunks ALTER COLUMN bytes SET STORAGE EXTERNAL;
)sql";

}  // namespace maplebridge::postgres
