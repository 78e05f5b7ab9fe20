-- Parties in full: capacity, groups, further addresses, and who acts for whom.

ALTER TABLE parties
  DROP CONSTRAINT parties_kind_check,
  ADD CONSTRAINT parties_kind_check CHECK (kind IN ('PERSON', 'ORGANISATION', 'PLATFORM_COMPANY')),
  ADD COLUMN birth_day date,
  ADD COLUMN capacity text NOT NULL DEFAULT '' CHECK (capacity IN ('', 'FULL', 'LIMITED', 'NONE')),
  ADD COLUMN represented_by text COLLATE "C" NOT NULL DEFAULT '',
  ADD CHECK (kind = 'PERSON' OR (birth_day IS NULL AND capacity = '')),
  ADD CHECK (represented_by <> party_id);

CREATE TABLE party_addresses (
  dispute text COLLATE "C" NOT NULL,
  party_id text COLLATE "C" NOT NULL,
  ordinal integer NOT NULL,
  kind text NOT NULL CHECK (kind IN ('DOMICILE', 'RESIDENCE', 'WORKPLACE', 'ELECTRONIC', 'OTHER')),
  address text NOT NULL CHECK (address <> ''),
  PRIMARY KEY (dispute, party_id, ordinal),
  FOREIGN KEY (dispute, party_id) REFERENCES parties
);

-- Those whose authority ended stay, with when and why.
CREATE TABLE party_representatives (
  dispute text COLLATE "C" NOT NULL,
  party_id text COLLATE "C" NOT NULL,
  representative_id text COLLATE "C" NOT NULL CHECK (representative_id ~ '^[a-z0-9-]{1,32}$'),
  ordinal integer NOT NULL,
  kind text NOT NULL CHECK (kind IN ('LEGAL_REPRESENTATIVE', 'GUARDIAN', 'AGENT')),
  display_name text NOT NULL CHECK (display_name <> ''),
  identity_kind text NOT NULL DEFAULT '',
  identity_sealed bytea,
  identity_match bytea,
  telephone_sealed bytea,
  telephone_match bytea,
  authority text NOT NULL DEFAULT '' CHECK (authority IN ('', 'GENERAL', 'SPECIAL')),
  evidence text NOT NULL,
  last_day date,
  create_time timestamptz NOT NULL,
  principal text NOT NULL,
  end_time timestamptz,
  end_reason text NOT NULL DEFAULT '',
  end_principal text NOT NULL DEFAULT '',
  PRIMARY KEY (dispute, party_id, representative_id),
  FOREIGN KEY (dispute, party_id) REFERENCES parties,
  CHECK ((identity_sealed IS NULL) = (identity_match IS NULL)),
  CHECK ((telephone_sealed IS NULL) = (telephone_match IS NULL)),
  CHECK ((kind = 'AGENT') = (authority <> '')),
  CHECK ((end_time IS NULL) = (end_reason = ''))
);

-- A correction is a new version; what stood before stays, sealed, for auditors.
CREATE TABLE party_changes (
  dispute text COLLATE "C" NOT NULL,
  dispute_revision bigint NOT NULL,
  party_id text COLLATE "C" NOT NULL,
  fields text[] NOT NULL CHECK (cardinality(fields) > 0),
  before_sealed bytea NOT NULL,
  reason text NOT NULL CHECK (reason <> ''),
  principal text NOT NULL,
  change_time timestamptz NOT NULL,
  PRIMARY KEY (dispute, dispute_revision),
  FOREIGN KEY (dispute, party_id) REFERENCES parties
);

-- Who signed for a party: representative_id, or empty when the party itself did.
ALTER TABLE signatures ADD COLUMN representative_id text COLLATE "C" NOT NULL DEFAULT '';
