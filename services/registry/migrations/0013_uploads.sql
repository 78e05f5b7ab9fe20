-- Materials of disputes as files, and the uploads that bring them. The bytes stand in the file
-- store, apart from the database; a row here says that they are there.

-- Which store belongs to this database: its id stands in both, so that nothing is kept in the store
-- of another database, nor swept by the rows of another.
CREATE TABLE file_stores (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  database_id text NOT NULL CHECK (database_id <> '')
);
INSERT INTO file_stores (database_id) VALUES (gen_random_uuid()::text);

-- Bytes that are kept, each content once.
CREATE TABLE stored_files (
  sha256 text COLLATE "C" PRIMARY KEY CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  sm3 text NOT NULL CHECK (sm3 ~ '^[0-9a-f]{64}$'),
  size bigint NOT NULL CHECK (size BETWEEN 1 AND 209715200),
  create_time timestamptz NOT NULL
);

CREATE TABLE uploads (
  upload_id text COLLATE "C" PRIMARY KEY,
  dispute text COLLATE "C" NOT NULL REFERENCES disputes,
  -- Sealed: people write names and numbers into the names of files.
  file_name bytea NOT NULL,
  kind text NOT NULL CHECK (kind IN (
    'IDENTITY_PROOF', 'AUTHORITY_LETTER', 'PROPERTY_PROOF', 'CONTRACT', 'PAYMENT_RECORD',
    'CORRESPONDENCE', 'PHOTOGRAPH', 'RECORDING', 'APPRAISAL', 'STATEMENT', 'SIGNED_AGREEMENT',
    'OTHER')),
  party_id text COLLATE "C",
  size bigint NOT NULL CHECK (size BETWEEN 1 AND 209715200),
  declared_sha256 text NOT NULL CHECK (declared_sha256 = '' OR declared_sha256 ~ '^[0-9a-f]{64}$'),
  committed_size bigint NOT NULL DEFAULT 0 CHECK (committed_size BETWEEN 0 AND size),
  -- The one stream that may commit; empty before the first.
  writer text NOT NULL DEFAULT '',
  state text NOT NULL CHECK (state IN ('OPEN', 'FINISHED', 'CANCELLED', 'EXPIRED')),
  -- What the examination found; empty before it.
  sha256 text COLLATE "C" NOT NULL DEFAULT '' CHECK (sha256 = '' OR sha256 ~ '^[0-9a-f]{64}$'),
  sm3 text NOT NULL DEFAULT '',
  media_type text NOT NULL DEFAULT '',
  material integer,
  principal text NOT NULL,
  create_time timestamptz NOT NULL,
  expire_time timestamptz NOT NULL CHECK (expire_time > create_time),
  UNIQUE (dispute, upload_id),
  FOREIGN KEY (dispute, party_id) REFERENCES parties (dispute, party_id),
  CHECK (committed_size = size OR committed_size % 1048576 = 0),
  CHECK ((sha256 = '') = (sm3 = '') AND (sha256 = '') = (media_type = '')),
  CHECK (sha256 = '' OR committed_size = size),
  CHECK (sha256 = '' OR declared_sha256 = '' OR sha256 = declared_sha256),
  CHECK ((state = 'FINISHED') = (material IS NOT NULL)),
  CHECK (state <> 'FINISHED' OR sha256 <> '')
);
CREATE INDEX uploads_open ON uploads (dispute) WHERE state = 'OPEN';
-- What a sweep must not delete.
CREATE INDEX uploads_examined ON uploads (sha256) WHERE state = 'OPEN' AND sha256 <> '';

CREATE TABLE materials (
  dispute text COLLATE "C" NOT NULL REFERENCES disputes,
  -- Number in the index of evidence.
  ordinal integer NOT NULL CHECK (ordinal > 0),
  upload_id text COLLATE "C" NOT NULL UNIQUE,
  sha256 text COLLATE "C" NOT NULL REFERENCES stored_files,
  file_name bytea NOT NULL,
  kind text NOT NULL,
  party_id text COLLATE "C",
  media_type text NOT NULL CHECK (media_type <> ''),
  state text NOT NULL CHECK (state IN ('KEPT', 'WITHDRAWN')),
  withdraw_reason text NOT NULL DEFAULT '',
  withdraw_time timestamptz,
  withdraw_principal text NOT NULL DEFAULT '',
  principal text NOT NULL,
  create_time timestamptz NOT NULL,
  revision bigint NOT NULL CHECK (revision > 0),
  PRIMARY KEY (dispute, ordinal),
  FOREIGN KEY (dispute, upload_id) REFERENCES uploads (dispute, upload_id),
  FOREIGN KEY (dispute, party_id) REFERENCES parties (dispute, party_id),
  CHECK ((state = 'WITHDRAWN') = (withdraw_time IS NOT NULL)),
  CHECK ((state = 'WITHDRAWN') = (withdraw_reason <> '')),
  CHECK ((state = 'WITHDRAWN') = (withdraw_principal <> ''))
);
CREATE INDEX materials_sha256 ON materials (sha256);
