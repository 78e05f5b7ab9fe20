-- Disputes from report to archive. Identity numbers and telephones are sealed beside a keyed hash;
-- words of states and kinds are those of the API without their prefix.

CREATE TABLE disputes (
  number text COLLATE "C" PRIMARY KEY CHECK (number ~ '^D-\d{6}-\d{4}-\d{8}$'),
  state text NOT NULL CHECK (state IN (
    'REPORTED', 'ACCEPTED', 'MEDIATING', 'CONCLUDING', 'AGREED', 'PERFORMED', 'CLOSED_DECLINED',
    'CLOSED_FAILED', 'CLOSED_WITHDRAWN', 'CLOSED_UNPERFORMED', 'CLOSED_SET_ASIDE', 'ARCHIVED')),
  category text NOT NULL CHECK (category <> ''),
  category_text text NOT NULL DEFAULT '',
  sub_category text NOT NULL DEFAULT '',
  source text NOT NULL CHECK (source IN (
    'APPLICATION', 'INITIATIVE', 'INVESTIGATION', 'REFERRAL', 'POLICE', 'CENTRE', 'HOTLINE',
    'PETITION')),
  division bigint NOT NULL CHECK (division BETWEEN 110000000000 AND 999999999999),
  organisation text NOT NULL DEFAULT '',
  organisation_name text NOT NULL DEFAULT '',
  summary text NOT NULL CHECK (summary <> ''),
  claimed_amount_fen bigint NOT NULL DEFAULT 0 CHECK (claimed_amount_fen >= 0),
  difficulty text NOT NULL CHECK (difficulty IN ('SIMPLE', 'ORDINARY', 'COMPLEX', 'MAJOR')),
  mediators text[] NOT NULL DEFAULT '{}',
  mediator_names text[] NOT NULL DEFAULT '{}',
  referral text NOT NULL DEFAULT '',
  court text NOT NULL DEFAULT '',
  session_count integer NOT NULL DEFAULT 0,
  agreement_count integer NOT NULL DEFAULT 0,
  obligation_count integer NOT NULL DEFAULT 0,
  performed_count integer NOT NULL DEFAULT 0,
  conclusion_kind text NOT NULL DEFAULT '' CHECK (conclusion_kind IN (
    '', 'AGREEMENT', 'NO_AGREEMENT')),
  conclusion_reason text NOT NULL DEFAULT '',
  conclusion_explanation text NOT NULL DEFAULT '',
  conclusion_agreement integer NOT NULL DEFAULT 0,
  conclusion_document text NOT NULL DEFAULT '',
  conclusion_document_number text NOT NULL DEFAULT '',
  conclusion_sha256 text NOT NULL DEFAULT '',
  conclusion_sm3 text NOT NULL DEFAULT '',
  effective_day date,
  conclude_time timestamptz,
  confirmation_due_day date,
  confirmation_due_time timestamptz,
  confirmation_provisional boolean,
  clock text NOT NULL DEFAULT '',
  due_day date,
  due_time timestamptz,
  provisional boolean NOT NULL DEFAULT false,
  overdue boolean NOT NULL DEFAULT false,
  decline_reason text NOT NULL DEFAULT '',
  decline_advice text NOT NULL DEFAULT '',
  create_time timestamptz NOT NULL,
  accept_time timestamptz,
  update_time timestamptz NOT NULL,
  revision bigint NOT NULL CHECK (revision > 0),
  CHECK (performed_count BETWEEN 0 AND obligation_count),
  CHECK ((clock = '') = (due_time IS NULL)),
  CHECK ((source = 'REFERRAL') = (referral <> '')),
  -- An agreement in effect stands behind every state that speaks of one.
  CHECK (state NOT IN ('AGREED', 'PERFORMED', 'CLOSED_UNPERFORMED', 'CLOSED_SET_ASIDE')
         OR (conclusion_kind = 'AGREEMENT' AND effective_day IS NOT NULL))
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX disputes_referral ON disputes (referral) WHERE referral <> '';
CREATE INDEX disputes_organisation ON disputes (organisation, number) WHERE organisation <> '';
CREATE INDEX disputes_court ON disputes (court, number) WHERE court <> '';
CREATE INDEX disputes_division ON disputes (division, number);

-- Serials of dispute numbers, by county and year. They rise and may have gaps: a service takes a
-- few at a time.
CREATE TABLE dispute_serials (
  county text COLLATE "C" NOT NULL CHECK (county ~ '^\d{6}$'),
  year integer NOT NULL CHECK (year BETWEEN 2000 AND 2099),
  last bigint NOT NULL CHECK (last BETWEEN 1 AND 9999999),
  PRIMARY KEY (county, year)
);

CREATE TABLE parties (
  dispute text COLLATE "C" NOT NULL REFERENCES disputes,
  party_id text COLLATE "C" NOT NULL CHECK (party_id ~ '^[a-z0-9-]{1,32}$'),
  ordinal integer NOT NULL,
  kind text NOT NULL CHECK (kind IN ('PERSON', 'ORGANISATION')),
  position text NOT NULL CHECK (position IN ('APPLICANT', 'RESPONDENT', 'THIRD_PERSON')),
  display_name text NOT NULL CHECK (display_name <> ''),
  identity_kind text NOT NULL DEFAULT '',
  identity_sealed bytea,
  identity_match bytea,
  telephone_sealed bytea,
  telephone_match bytea,
  service_address text NOT NULL DEFAULT '',
  domicile_division text NOT NULL DEFAULT '',
  PRIMARY KEY (dispute, party_id),
  CHECK ((identity_sealed IS NULL) = (identity_match IS NULL)),
  CHECK ((telephone_sealed IS NULL) = (telephone_match IS NULL)),
  CHECK (identity_sealed IS NULL OR identity_kind <> '')
);
CREATE INDEX parties_identity ON parties (identity_match) WHERE identity_match IS NOT NULL;

-- Who read identity numbers and telephones in full.
CREATE TABLE party_reads (
  dispute text COLLATE "C" NOT NULL,
  principal text NOT NULL,
  read_time timestamptz NOT NULL,
  trace_id text NOT NULL
);
CREATE INDEX party_reads_dispute ON party_reads (dispute, read_time);

CREATE TABLE sessions (
  dispute text COLLATE "C" NOT NULL REFERENCES disputes,
  ordinal integer NOT NULL CHECK (ordinal > 0),
  kind text NOT NULL CHECK (kind IN ('ONSITE', 'ONLINE', 'SEPARATE')),
  start_time timestamptz NOT NULL,
  end_time timestamptz NOT NULL CHECK (end_time > start_time),
  place text NOT NULL,
  mediators text[] NOT NULL CHECK (cardinality(mediators) > 0),
  party_ids text[] NOT NULL CHECK (cardinality(party_ids) > 0),
  rights_told boolean NOT NULL,
  minutes text NOT NULL,
  create_time timestamptz NOT NULL,
  dispute_revision bigint NOT NULL,
  PRIMARY KEY (dispute, ordinal)
);

CREATE TABLE documents (
  dispute text COLLATE "C" NOT NULL REFERENCES disputes,
  document_id text COLLATE "C" NOT NULL,
  kind text NOT NULL CHECK (kind IN ('AGREEMENT', 'CONCLUSION_NOTICE')),
  number text NOT NULL UNIQUE,
  media_type text NOT NULL,
  size bigint NOT NULL CHECK (size > 0),
  sha256 text NOT NULL REFERENCES contents,
  sm3 text NOT NULL,
  page_count integer NOT NULL CHECK (page_count > 0),
  template text NOT NULL,
  create_time timestamptz NOT NULL,
  PRIMARY KEY (dispute, document_id)
);

CREATE TABLE agreements (
  dispute text COLLATE "C" NOT NULL REFERENCES disputes,
  ordinal integer NOT NULL CHECK (ordinal > 0),
  form text NOT NULL CHECK (form IN ('WRITTEN', 'ORAL')),
  state text NOT NULL CHECK (state IN ('DRAFT', 'IN_EFFECT', 'REPLACED')),
  facts text NOT NULL CHECK (facts <> ''),
  performance_terms text NOT NULL,
  number text NOT NULL,
  document_id text COLLATE "C",
  effective_day date,
  create_time timestamptz NOT NULL,
  update_time timestamptz NOT NULL,
  revision bigint NOT NULL CHECK (revision > 0),
  PRIMARY KEY (dispute, ordinal),
  FOREIGN KEY (dispute, document_id) REFERENCES documents,
  CHECK ((state = 'IN_EFFECT') = (effective_day IS NOT NULL)),
  CHECK ((form = 'WRITTEN') = (document_id IS NOT NULL))
);

CREATE TABLE obligations (
  dispute text COLLATE "C" NOT NULL,
  agreement integer NOT NULL,
  obligation_id text COLLATE "C" NOT NULL CHECK (obligation_id ~ '^[a-z0-9-]{1,32}$'),
  ordinal integer NOT NULL,
  kind text NOT NULL CHECK (kind IN ('PAYMENT', 'ACT', 'FORBEARANCE')),
  debtor text COLLATE "C" NOT NULL,
  creditor text COLLATE "C" NOT NULL,
  content text NOT NULL CHECK (content <> ''),
  amount_fen bigint NOT NULL,
  amount_in_words text NOT NULL,
  due_day date NOT NULL,
  performed_day date,
  evidence text NOT NULL DEFAULT '',
  PRIMARY KEY (dispute, agreement, obligation_id),
  FOREIGN KEY (dispute, agreement) REFERENCES agreements,
  FOREIGN KEY (dispute, debtor) REFERENCES parties,
  FOREIGN KEY (dispute, creditor) REFERENCES parties,
  CHECK (debtor <> creditor),
  CHECK ((kind = 'PAYMENT') = (amount_fen > 0) AND amount_fen >= 0)
);

CREATE TABLE signatures (
  dispute text COLLATE "C" NOT NULL,
  agreement integer NOT NULL,
  kind text NOT NULL CHECK (kind IN ('PARTY', 'MEDIATOR', 'ORGANISATION')),
  signer text COLLATE "C" NOT NULL,
  method text NOT NULL CHECK (method IN ('SIGNATURE', 'FINGERPRINT', 'SEAL')),
  sign_time timestamptz NOT NULL,
  PRIMARY KEY (dispute, agreement, kind, signer),
  FOREIGN KEY (dispute, agreement) REFERENCES agreements
);

-- Events of another service that the workflow did not allow here: for an operator to look at.
CREATE TABLE feed_refusals (
  source text NOT NULL,
  position bigint NOT NULL,
  resource text NOT NULL,
  event text NOT NULL,
  reason text NOT NULL,
  refuse_time timestamptz NOT NULL,
  PRIMARY KEY (source, position)
);
