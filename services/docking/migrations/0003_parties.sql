-- Parties in full: capacity, groups, further addresses, and who acts for whom.

ALTER TABLE referral_parties
  DROP CONSTRAINT referral_parties_kind_check,
  ADD CONSTRAINT referral_parties_kind_check CHECK (kind IN (
    'PERSON', 'ORGANISATION', 'PLATFORM_COMPANY')),
  ADD COLUMN birth_day date,
  ADD COLUMN capacity text NOT NULL DEFAULT '' CHECK (capacity IN ('', 'FULL', 'LIMITED', 'NONE')),
  ADD COLUMN represented_by text COLLATE "C" NOT NULL DEFAULT '',
  ADD CHECK (kind = 'PERSON' OR (birth_day IS NULL AND capacity = '')),
  ADD CHECK (represented_by <> party_id);

CREATE TABLE party_addresses (
  referral text COLLATE "C" NOT NULL,
  party_id text COLLATE "C" NOT NULL,
  ordinal integer NOT NULL,
  kind text NOT NULL CHECK (kind IN ('DOMICILE', 'RESIDENCE', 'WORKPLACE', 'ELECTRONIC', 'OTHER')),
  address text NOT NULL CHECK (address <> ''),
  PRIMARY KEY (referral, party_id, ordinal),
  FOREIGN KEY (referral, party_id) REFERENCES referral_parties
);

CREATE TABLE party_representatives (
  referral text COLLATE "C" NOT NULL,
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
  PRIMARY KEY (referral, party_id, representative_id),
  FOREIGN KEY (referral, party_id) REFERENCES referral_parties,
  CHECK ((identity_sealed IS NULL) = (identity_match IS NULL)),
  CHECK ((telephone_sealed IS NULL) = (telephone_match IS NULL)),
  CHECK ((kind = 'AGENT') = (authority <> ''))
);
