-- Sessions as planned, and minutes that each party confirms.

CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE TABLE planned_sessions (
  dispute text COLLATE "C" NOT NULL REFERENCES disputes,
  ordinal integer NOT NULL CHECK (ordinal > 0),
  organisation text NOT NULL CHECK (organisation <> ''),
  state text NOT NULL CHECK (state IN ('PLANNED', 'CANCELLED', 'HELD')),
  kind text NOT NULL CHECK (kind IN ('ONSITE', 'ONLINE', 'SEPARATE')),
  start_time timestamptz NOT NULL,
  end_time timestamptz NOT NULL CHECK (end_time > start_time),
  place text NOT NULL,
  room text NOT NULL,
  online_room text NOT NULL CHECK ((kind = 'ONLINE') = (online_room <> '')),
  mediators text[] NOT NULL CHECK (cardinality(mediators) > 0),
  party_ids text[] NOT NULL CHECK (cardinality(party_ids) > 0),
  recorded boolean NOT NULL DEFAULT false,
  move_count integer NOT NULL DEFAULT 0,
  move_time timestamptz,
  reason text NOT NULL DEFAULT '',
  create_time timestamptz NOT NULL,
  principal text NOT NULL,
  PRIMARY KEY (dispute, ordinal)
);
CREATE INDEX planned_sessions_organisation ON planned_sessions (organisation, start_time)
  WHERE state = 'PLANNED';

-- Who and what a planned session takes. Nobody is in two places at once.
CREATE TABLE session_bookings (
  kind text NOT NULL CHECK (kind IN ('MEDIATOR', 'ROOM', 'PARTY')),
  -- Name of the mediator, organisation and room, or hash of the party's identity.
  key text COLLATE "C" NOT NULL CHECK (key <> ''),
  during tstzrange NOT NULL,
  dispute text COLLATE "C" NOT NULL,
  ordinal integer NOT NULL,
  PRIMARY KEY (dispute, ordinal, kind, key),
  FOREIGN KEY (dispute, ordinal) REFERENCES planned_sessions,
  EXCLUDE USING gist (kind WITH =, key WITH =, during WITH &&)
);

CREATE TABLE session_notices (
  dispute text COLLATE "C" NOT NULL,
  planned_session integer NOT NULL,
  dispute_revision bigint NOT NULL,
  party_id text COLLATE "C" NOT NULL,
  method text NOT NULL CHECK (method IN ('TELEPHONE', 'MESSAGE', 'LETTER', 'IN_PERSON')),
  told_time timestamptz NOT NULL,
  evidence text NOT NULL CHECK (evidence <> ''),
  -- How often the session had moved then.
  move_count integer NOT NULL,
  is_late boolean NOT NULL,
  principal text NOT NULL,
  PRIMARY KEY (dispute, planned_session, dispute_revision),
  FOREIGN KEY (dispute, planned_session) REFERENCES planned_sessions,
  FOREIGN KEY (dispute, party_id) REFERENCES parties
);

CREATE TABLE recording_consents (
  dispute text COLLATE "C" NOT NULL,
  planned_session integer NOT NULL,
  dispute_revision bigint NOT NULL,
  party_id text COLLATE "C" NOT NULL,
  decision text NOT NULL CHECK (decision IN ('CONSENT', 'REFUSE')),
  evidence text NOT NULL CHECK (evidence <> ''),
  decision_time timestamptz NOT NULL,
  principal text NOT NULL,
  PRIMARY KEY (dispute, planned_session, dispute_revision),
  FOREIGN KEY (dispute, planned_session) REFERENCES planned_sessions,
  FOREIGN KEY (dispute, party_id) REFERENCES parties
);

CREATE TABLE session_attendances (
  dispute text COLLATE "C" NOT NULL,
  planned_session integer NOT NULL,
  party_id text COLLATE "C" NOT NULL,
  attendance text NOT NULL CHECK (attendance IN ('PRESENT', 'LATE', 'REPRESENTED', 'ABSENT')),
  explanation text NOT NULL,
  PRIMARY KEY (dispute, planned_session, party_id),
  FOREIGN KEY (dispute, planned_session) REFERENCES planned_sessions,
  FOREIGN KEY (dispute, party_id) REFERENCES parties
);

ALTER TABLE sessions
  ADD COLUMN planned_session integer,
  ADD FOREIGN KEY (dispute, planned_session) REFERENCES planned_sessions,
  ADD UNIQUE (dispute, planned_session);

ALTER TABLE disputes ADD COLUMN planned_session_count integer NOT NULL DEFAULT 0;

CREATE TABLE minutes (
  dispute text COLLATE "C" NOT NULL,
  session integer NOT NULL,
  version integer NOT NULL CHECK (version > 0),
  state text NOT NULL CHECK (state IN ('DRAFT', 'OPEN', 'CONFIRMED', 'REPLACED')),
  text text NOT NULL CHECK (text <> ''),
  sha256 text NOT NULL,
  sm3 text NOT NULL,
  create_time timestamptz NOT NULL,
  principal text NOT NULL,
  PRIMARY KEY (dispute, session, version),
  FOREIGN KEY (dispute, session) REFERENCES sessions
);
CREATE UNIQUE INDEX minutes_current ON minutes (dispute, session) WHERE state <> 'REPLACED';

CREATE TABLE minutes_confirmations (
  dispute text COLLATE "C" NOT NULL,
  session integer NOT NULL,
  version integer NOT NULL,
  party_id text COLLATE "C" NOT NULL,
  decision text NOT NULL CHECK (decision IN ('CONFIRM', 'OBJECT')),
  objection text NOT NULL CHECK ((decision = 'OBJECT') = (objection <> '')),
  -- Of a signature on paper; empty for a one-time code.
  evidence text NOT NULL DEFAULT '',
  confirm_time timestamptz NOT NULL,
  PRIMARY KEY (dispute, session, version, party_id),
  FOREIGN KEY (dispute, session, version) REFERENCES minutes,
  FOREIGN KEY (dispute, party_id) REFERENCES parties
);

-- A party's way to the minutes: only keyed hashes of link and code.
CREATE TABLE minutes_links (
  dispute text COLLATE "C" NOT NULL,
  session integer NOT NULL,
  party_id text COLLATE "C" NOT NULL,
  version integer NOT NULL,
  token_match bytea NOT NULL UNIQUE CHECK (length(token_match) = 32),
  expire_time timestamptz NOT NULL,
  code_match bytea,
  code_expire_time timestamptz,
  code_time timestamptz,
  code_count integer NOT NULL DEFAULT 0,
  try_count integer NOT NULL DEFAULT 0,
  PRIMARY KEY (dispute, session, party_id),
  FOREIGN KEY (dispute, session, version) REFERENCES minutes,
  CHECK ((code_match IS NULL) = (code_expire_time IS NULL))
);

-- What a message platform is to deliver to a telephone. Both are sealed, and destroyed once the
-- message was delivered, failed or came too late.
CREATE TABLE messages (
  id text COLLATE "C" PRIMARY KEY CHECK (id ~ '^[0-9a-f-]{36}$'),
  kind text NOT NULL CHECK (kind IN ('MINUTES_LINK', 'ONE_TIME_CODE')),
  division bigint NOT NULL,
  dispute text COLLATE "C" NOT NULL REFERENCES disputes,
  party_id text COLLATE "C" NOT NULL,
  state text NOT NULL CHECK (state IN ('PENDING', 'CLAIMED', 'DELIVERED', 'FAILED', 'EXPIRED')),
  telephone_sealed bytea,
  text_sealed bytea,
  create_time timestamptz NOT NULL,
  expire_time timestamptz NOT NULL,
  claim_time timestamptz,
  claim_principal text NOT NULL DEFAULT '',
  claim_count integer NOT NULL DEFAULT 0,
  end_time timestamptz,
  explanation text NOT NULL DEFAULT '',
  CHECK ((telephone_sealed IS NULL) = (text_sealed IS NULL)),
  CHECK ((text_sealed IS NOT NULL) = (state IN ('PENDING', 'CLAIMED')))
);
CREATE INDEX messages_open ON messages (division, create_time) WHERE state IN ('PENDING', 'CLAIMED');
CREATE INDEX messages_expire ON messages (expire_time) WHERE state IN ('PENDING', 'CLAIMED');
