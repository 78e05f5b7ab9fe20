-- The one-stop centre: routes to forces, requests for assistance, joint mediation.

ALTER TABLE disputes
  -- That routed it last; it reads the file wherever the dispute goes.
  ADD COLUMN centre text NOT NULL DEFAULT '',
  -- Ordinal; 0 when none is open.
  ADD COLUMN open_route integer NOT NULL DEFAULT 0,
  ADD COLUMN has_joint_mediation boolean NOT NULL DEFAULT false,
  -- That have joined and not left: they read the file as the lead does.
  ADD COLUMN joint_organisations text[] NOT NULL DEFAULT '{}',
  ADD CHECK (open_route = 0 OR centre <> ''),
  ADD CHECK (has_joint_mediation OR cardinality(joint_organisations) = 0);

ALTER TABLE documents
  DROP CONSTRAINT documents_kind_check,
  ADD CONSTRAINT documents_kind_check CHECK (kind IN (
    'AGREEMENT', 'CONCLUSION_NOTICE', 'APPLICATION', 'ACCEPTANCE_NOTICE', 'DECLINE_NOTICE',
    'MEDIATION_RECORD', 'ORAL_AGREEMENT_REGISTER', 'FOLLOW_UP_RECORD', 'FILE_INDEX',
    'URGING_NOTICE', 'PERFORMANCE_RECORD', 'CASE_HISTORY'));

CREATE TABLE routes (
  dispute text COLLATE "C" NOT NULL REFERENCES disputes,
  ordinal integer NOT NULL CHECK (ordinal > 0),
  state text NOT NULL CHECK (state IN (
    'PROPOSED', 'ACCEPTED', 'DECLINED', 'LAPSED', 'ENDED', 'WITHDRAWN')),
  force text NOT NULL CHECK (force IN (
    'PEOPLES_MEDIATION', 'LAWYER_MEDIATION', 'COMMERCIAL_MEDIATION', 'INDUSTRY_MEDIATION',
    'ADMINISTRATIVE_MEDIATION', 'ARBITRATION', 'ADMINISTRATIVE_RECONSIDERATION')),
  -- Of the roster, by a transfer; or a body outside.
  organisation text NOT NULL,
  body_name text NOT NULL,
  transfer integer,
  explanation text NOT NULL CHECK (explanation <> ''),
  arbitration_agreement text NOT NULL,
  answer text NOT NULL DEFAULT '',
  outcome text NOT NULL DEFAULT '' CHECK (outcome IN (
    '', 'SETTLED', 'FAILED', 'NOT_FIT', 'WITHDRAWN')),
  result text NOT NULL DEFAULT '',
  -- Its running clock.
  due_day date,
  due_time timestamptz,
  provisional boolean NOT NULL DEFAULT false,
  clock_source text NOT NULL DEFAULT '',
  overdue boolean NOT NULL DEFAULT false,
  centre text NOT NULL CHECK (centre <> ''),
  division bigint NOT NULL,
  principal text NOT NULL,
  create_time timestamptz NOT NULL,
  answer_time timestamptz,
  end_time timestamptz,
  revision bigint NOT NULL CHECK (revision > 0),
  PRIMARY KEY (dispute, ordinal),
  FOREIGN KEY (dispute, transfer) REFERENCES transfers,
  CHECK ((organisation = '') <> (body_name = '')),
  CHECK ((organisation = '') = (transfer IS NULL)),
  CHECK ((state = 'ENDED') = (outcome <> '')),
  CHECK ((state IN ('PROPOSED', 'ACCEPTED')) = (end_time IS NULL)),
  CHECK ((due_day IS NULL) = (due_time IS NULL)),
  CHECK (due_time IS NULL OR end_time IS NULL)
);
CREATE UNIQUE INDEX routes_open ON routes (dispute) WHERE state IN ('PROPOSED', 'ACCEPTED');
CREATE INDEX routes_due ON routes (due_time, dispute, ordinal) WHERE due_time IS NOT NULL;

CREATE TABLE assistance (
  dispute text COLLATE "C" NOT NULL REFERENCES disputes,
  ordinal integer NOT NULL CHECK (ordinal > 0),
  state text NOT NULL CHECK (state IN (
    'REQUESTED', 'ACCEPTED', 'DELIVERED', 'DECLINED', 'CANCELLED')),
  kind text NOT NULL CHECK (kind IN ('NOTARY', 'LEGAL_AID', 'APPRAISAL', 'PSYCHOLOGIST')),
  body_name text NOT NULL CHECK (body_name <> ''),
  explanation text NOT NULL CHECK (explanation <> ''),
  answer text NOT NULL DEFAULT '',
  result text NOT NULL DEFAULT '',
  sha256 text NOT NULL DEFAULT '',
  sm3 text NOT NULL DEFAULT '',
  material integer,
  due_day date,
  due_time timestamptz,
  provisional boolean NOT NULL DEFAULT false,
  clock_source text NOT NULL DEFAULT '',
  overdue boolean NOT NULL DEFAULT false,
  -- That asked for it.
  organisation text NOT NULL CHECK (organisation <> ''),
  division bigint NOT NULL,
  principal text NOT NULL,
  create_time timestamptz NOT NULL,
  answer_time timestamptz,
  end_time timestamptz,
  revision bigint NOT NULL CHECK (revision > 0),
  PRIMARY KEY (dispute, ordinal),
  FOREIGN KEY (dispute, material) REFERENCES materials,
  CHECK ((state = 'DELIVERED') = (result <> '')),
  CHECK ((result = '') = (sha256 = '') AND (result = '') = (sm3 = '')),
  CHECK ((state IN ('REQUESTED', 'ACCEPTED')) = (end_time IS NULL)),
  CHECK ((due_time IS NULL) = (end_time IS NOT NULL)),
  CHECK ((due_day IS NULL) = (due_time IS NULL))
);
CREATE INDEX assistance_due ON assistance (organisation, due_time, dispute, ordinal)
  WHERE due_time IS NOT NULL;

CREATE TABLE joint_mediations (
  dispute text COLLATE "C" PRIMARY KEY REFERENCES disputes,
  lead text NOT NULL CHECK (lead <> ''),
  explanation text NOT NULL CHECK (explanation <> ''),
  -- That have consented.
  party_ids text[] NOT NULL CHECK (cardinality(party_ids) > 0),
  principal text NOT NULL,
  create_time timestamptz NOT NULL,
  end_time timestamptz,
  revision bigint NOT NULL CHECK (revision > 0)
);

CREATE TABLE joint_members (
  dispute text COLLATE "C" NOT NULL REFERENCES joint_mediations,
  organisation text COLLATE "C" NOT NULL CHECK (organisation <> ''),
  state text NOT NULL CHECK (state IN ('INVITED', 'JOINED', 'DECLINED', 'LEFT')),
  answer text NOT NULL DEFAULT '',
  invite_time timestamptz NOT NULL,
  answer_time timestamptz,
  end_time timestamptz,
  PRIMARY KEY (dispute, organisation),
  CHECK ((state = 'LEFT') = (end_time IS NOT NULL))
);
CREATE INDEX joint_members_organisation ON joint_members (organisation, dispute)
  WHERE state IN ('INVITED', 'JOINED');
