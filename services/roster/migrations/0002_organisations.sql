-- Mediation organisations, their mediators, and the specially-invited rosters of courts. Identity
-- numbers and telephones of mediators are sealed beside a keyed hash; words of states and kinds are
-- those of the API without their prefix.

CREATE TABLE organisations (
  id text COLLATE "C" PRIMARY KEY CHECK (id ~ '^[0-9a-z-]{1,64}$'),
  display_name text NOT NULL CHECK (display_name <> ''),
  kind text NOT NULL CHECK (kind IN (
    'VILLAGE', 'TOWNSHIP', 'ENTERPRISE', 'INDUSTRY', 'REGIONAL')),
  division bigint NOT NULL CHECK (division BETWEEN 110000000000 AND 999999999999),
  founding_unit text NOT NULL CHECK (founding_unit <> ''),
  office_address text NOT NULL,
  office_telephone text NOT NULL,
  seal text NOT NULL,
  state text NOT NULL CHECK (state IN ('DRAFT', 'FILED', 'PUBLISHED', 'SUSPENDED', 'REVOKED')),
  -- Mediators in state ACTIVE.
  mediator_count integer NOT NULL DEFAULT 0 CHECK (mediator_count >= 0),
  create_time timestamptz NOT NULL,
  update_time timestamptz NOT NULL,
  publish_time timestamptz,
  revision bigint NOT NULL CHECK (revision > 0),
  -- Nobody is filed without a seal. The published states have a time of publication, those before
  -- them none.
  CHECK (state IN ('DRAFT', 'REVOKED') OR seal <> ''),
  CHECK (state NOT IN ('PUBLISHED', 'SUSPENDED') OR publish_time IS NOT NULL),
  CHECK (state NOT IN ('DRAFT', 'FILED') OR publish_time IS NULL),
  CHECK (state <> 'REVOKED' OR mediator_count = 0)
) WITH (fillfactor = 80);
CREATE INDEX organisations_division ON organisations (division, id);

-- Every step of an organisation's life, with the reason that was given for it.
CREATE TABLE organisation_steps (
  organisation text COLLATE "C" NOT NULL REFERENCES organisations,
  revision bigint NOT NULL CHECK (revision > 0),
  event text NOT NULL CHECK (event <> ''),
  from_state text NOT NULL,
  to_state text NOT NULL,
  reason text NOT NULL,
  actor text NOT NULL,
  step_time timestamptz NOT NULL,
  trace_id text NOT NULL,
  PRIMARY KEY (organisation, revision),
  -- Whoever ends or suspends an organisation, or lets it work again, says why.
  CHECK (event NOT IN ('Suspend', 'Reinstate', 'Revoke') OR reason <> '')
);

CREATE TABLE mediators (
  organisation text COLLATE "C" NOT NULL REFERENCES organisations,
  id text COLLATE "C" NOT NULL CHECK (id ~ '^[0-9a-z-]{1,64}$'),
  display_name text NOT NULL CHECK (display_name <> ''),
  identity_sealed bytea NOT NULL,
  identity_match bytea NOT NULL,
  telephone_sealed bytea,
  telephone_match bytea,
  sex text NOT NULL CHECK (sex IN ('FEMALE', 'MALE')),
  employment text NOT NULL CHECK (employment IN ('FULL_TIME', 'PART_TIME')),
  head boolean NOT NULL,
  source_profession text NOT NULL,
  fields text[] NOT NULL,
  state text NOT NULL CHECK (state IN ('ACTIVE', 'SUSPENDED', 'ENDED')),
  create_time timestamptz NOT NULL,
  revision bigint NOT NULL CHECK (revision > 0),
  PRIMARY KEY (organisation, id),
  CHECK ((telephone_sealed IS NULL) = (telephone_match IS NULL))
);
-- A person is one mediator of an organisation, and one person heads it.
CREATE UNIQUE INDEX mediators_identity ON mediators (organisation, identity_match)
  WHERE state <> 'ENDED';
CREATE UNIQUE INDEX mediators_head ON mediators (organisation) WHERE head AND state <> 'ENDED';

-- Which organisations a court may refer cases to. The revision rises with every step of the
-- organisation, so that the court is told of it in the feed (PML 10).
CREATE TABLE court_roster_entries (
  court text COLLATE "C" NOT NULL CHECK (court ~ '^courts/[0-9A-Za-z-]{1,32}$'),
  organisation text COLLATE "C" NOT NULL REFERENCES organisations,
  create_time timestamptz NOT NULL,
  revision bigint NOT NULL CHECK (revision > 0),
  PRIMARY KEY (court, organisation)
);
CREATE INDEX court_roster_entries_organisation ON court_roster_entries (organisation, court);
