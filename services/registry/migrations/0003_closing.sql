-- What ends a dispute other than a conclusion, and what comes after its end.

ALTER TABLE disputes
  ADD COLUMN breach_count integer NOT NULL DEFAULT 0,
  ADD COLUMN follow_up_count integer NOT NULL DEFAULT 0,
  ADD COLUMN satisfaction integer NOT NULL DEFAULT 0 CHECK (satisfaction BETWEEN 0 AND 5),
  ADD COLUMN relapsed boolean NOT NULL DEFAULT false,
  ADD COLUMN unperformed_reason text NOT NULL DEFAULT '' CHECK (unperformed_reason IN (
    '', 'URGED_IN_VAIN', 'PARTY_SUED')),
  ADD COLUMN set_aside_case_number text NOT NULL DEFAULT '',
  ADD COLUMN retention text NOT NULL DEFAULT '' CHECK (retention IN (
    '', 'PERMANENT', 'LONG_TERM', 'SHORT_TERM')),
  ADD COLUMN archive_time timestamptz,
  ADD CHECK ((state = 'ARCHIVED') = (archive_time IS NOT NULL)),
  ADD CHECK ((retention <> '') = (archive_time IS NOT NULL)),
  ADD CHECK (state <> 'CLOSED_UNPERFORMED' OR unperformed_reason <> ''),
  ADD CHECK (state <> 'CLOSED_SET_ASIDE' OR set_aside_case_number <> '');

-- One a dispute at most: it ends it.
CREATE TABLE withdrawals (
  dispute text COLLATE "C" PRIMARY KEY REFERENCES disputes,
  party_ids text[] NOT NULL CHECK (cardinality(party_ids) > 0),
  evidence text NOT NULL CHECK (evidence <> ''),
  principal text NOT NULL,
  withdraw_time timestamptz NOT NULL
);

-- Each a new last day, with the agreement of all.
CREATE TABLE extensions (
  dispute text COLLATE "C" NOT NULL REFERENCES disputes,
  dispute_revision bigint NOT NULL,
  last_day date NOT NULL,
  party_ids text[] NOT NULL CHECK (cardinality(party_ids) > 0),
  evidence text NOT NULL CHECK (evidence <> ''),
  principal text NOT NULL,
  extend_time timestamptz NOT NULL,
  PRIMARY KEY (dispute, dispute_revision)
);

CREATE TABLE breaches (
  dispute text COLLATE "C" NOT NULL,
  ordinal integer NOT NULL CHECK (ordinal > 0),
  agreement integer NOT NULL,
  obligation_id text COLLATE "C" NOT NULL,
  explanation text NOT NULL CHECK (explanation <> ''),
  principal text NOT NULL,
  report_time timestamptz NOT NULL,
  PRIMARY KEY (dispute, ordinal),
  FOREIGN KEY (dispute, agreement, obligation_id) REFERENCES obligations
);

-- Why an agreement that was reached is no more: left to the courts, or set aside by one.
CREATE TABLE agreement_ends (
  dispute text COLLATE "C" NOT NULL REFERENCES disputes,
  dispute_revision bigint NOT NULL,
  -- Of closing unperformed.
  evidence text NOT NULL DEFAULT '',
  -- Of the judgment or ruling that set it aside.
  case_number text NOT NULL DEFAULT '',
  effective_day date,
  principal text NOT NULL,
  end_time timestamptz NOT NULL,
  PRIMARY KEY (dispute, dispute_revision),
  CHECK ((evidence <> '') <> (case_number <> '')),
  CHECK ((case_number <> '') = (effective_day IS NOT NULL))
);

CREATE TABLE follow_ups (
  dispute text COLLATE "C" NOT NULL REFERENCES disputes,
  ordinal integer NOT NULL CHECK (ordinal > 0),
  visit_day date NOT NULL,
  method text NOT NULL CHECK (method IN ('VISIT', 'TELEPHONE', 'ONLINE')),
  party_ids text[] NOT NULL CHECK (cardinality(party_ids) > 0),
  satisfaction integer NOT NULL CHECK (satisfaction BETWEEN 0 AND 5),
  relapsed boolean NOT NULL,
  notes text NOT NULL,
  principal text NOT NULL,
  create_time timestamptz NOT NULL,
  dispute_revision bigint NOT NULL,
  PRIMARY KEY (dispute, ordinal)
);
