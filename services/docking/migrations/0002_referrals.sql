-- Referrals of cases by courts, judicial confirmation, and what is known here of the roster.
-- Identity numbers and telephones are sealed beside a keyed hash; words of states and kinds are
-- those of the API without their prefix.

CREATE TABLE referrals (
  id text COLLATE "C" PRIMARY KEY CHECK (id ~ '^[0-9a-f-]{36}$'),
  court text NOT NULL CHECK (court <> ''),
  case_number text NOT NULL CHECK (case_number <> ''),
  category text NOT NULL CHECK (category <> ''),
  category_text text NOT NULL,
  division bigint NOT NULL CHECK (division BETWEEN 110000000000 AND 999999999999),
  summary text NOT NULL CHECK (summary <> ''),
  amount_fen bigint NOT NULL CHECK (amount_fen >= 0),
  guidance text NOT NULL CHECK (guidance <> ''),
  kind text NOT NULL DEFAULT '' CHECK (kind IN ('', 'APPOINTED', 'ENTRUSTED')),
  procedure text NOT NULL DEFAULT '' CHECK (procedure IN ('', 'ORDINARY', 'SIMPLIFIED')),
  choice text NOT NULL DEFAULT '' CHECK (choice IN ('', 'PARTIES', 'COURT')),
  organisation text NOT NULL DEFAULT '',
  roster_time timestamptz,
  state text NOT NULL CHECK (state IN (
    'GUIDED', 'CONSENTED', 'SENT', 'DECLINED', 'ACCEPTED', 'AGREED', 'RETURNED', 'WITHDRAWN',
    'CLOSED_REFUSED', 'CLOSED_LAPSED', 'CLOSED_REGISTERED', 'CLOSED_TRIAL_RESUMED',
    'CLOSED_CONFIRMED', 'CLOSED_SUIT_WITHDRAWN', 'CLOSED_MEDIATION_DOCUMENT', 'CLOSED_SETTLED',
    'CLOSED_UNCONFIRMED', 'CLOSED_UNPERFORMED', 'CLOSED_SET_ASIDE')),
  clock text NOT NULL CHECK (clock IN (
    '', 'CONSENT', 'SEND', 'ACCEPT', 'MEDIATION', 'FEEDBACK', 'NEXT_STEP', 'COURT_ACTION')),
  due_day date,
  due_time timestamptz,
  clock_start_time timestamptz,
  provisional boolean NOT NULL,
  clock_because text[] NOT NULL,
  dispute text NOT NULL DEFAULT '',
  mediator text NOT NULL DEFAULT '',
  progress_type text NOT NULL DEFAULT '',
  progress_resource text NOT NULL DEFAULT '',
  progress_time timestamptz,
  decline_reason text NOT NULL DEFAULT '',
  decline_text text NOT NULL DEFAULT '',
  decline_organisation text NOT NULL DEFAULT '',
  decline_time timestamptz,
  settlement_agreement text NOT NULL DEFAULT '',
  settlement_document text NOT NULL DEFAULT '',
  settlement_sha256 text NOT NULL DEFAULT '',
  obligation_count integer NOT NULL DEFAULT 0,
  effective_day date,
  settle_time timestamptz,
  conclusion_reason text NOT NULL DEFAULT '',
  conclusion_document text NOT NULL DEFAULT '',
  conclusion_sha256 text NOT NULL DEFAULT '',
  materials_equal boolean NOT NULL DEFAULT false,
  conclude_time timestamptz,
  withdrawal_by text NOT NULL DEFAULT '' CHECK (withdrawal_by IN ('', 'COURT', 'PARTIES')),
  withdrawal_reason text NOT NULL DEFAULT '',
  withdraw_time timestamptz,
  confirmation text NOT NULL DEFAULT '',
  window_day date,
  is_unconfirmed boolean NOT NULL DEFAULT false,
  filed_case_number text NOT NULL DEFAULT '',
  accept_time timestamptz,
  acknowledge_time timestamptz,
  create_time timestamptz NOT NULL,
  update_time timestamptz NOT NULL,
  revision bigint NOT NULL CHECK (revision > 0),
  urge_count bigint NOT NULL DEFAULT 0 CHECK (urge_count >= 0),
  CHECK ((clock = '') = (due_time IS NULL)),
  CHECK ((kind = 'ENTRUSTED') = (procedure <> '')),
  -- Who has a case was chosen and has answered.
  CHECK (state NOT IN ('SENT', 'ACCEPTED', 'AGREED') OR (organisation <> '' AND kind <> '')),
  CHECK (state NOT IN ('ACCEPTED', 'AGREED', 'RETURNED') OR accept_time IS NOT NULL),
  -- An outcome stands behind every state that speaks of one.
  CHECK (state NOT IN ('AGREED', 'CLOSED_CONFIRMED', 'CLOSED_SETTLED', 'CLOSED_UNCONFIRMED',
                       'CLOSED_SUIT_WITHDRAWN', 'CLOSED_MEDIATION_DOCUMENT')
         OR (settle_time IS NOT NULL AND effective_day IS NOT NULL)),
  CHECK (state <> 'RETURNED' OR conclude_time IS NOT NULL),
  CHECK ((state = 'WITHDRAWN') = (withdraw_time IS NOT NULL)),
  CHECK ((state IN ('CLOSED_REGISTERED', 'CLOSED_TRIAL_RESUMED')) = (filed_case_number <> '')),
  -- Only an appointed case is confirmed (SIM 19).
  CHECK (state <> 'CLOSED_CONFIRMED' OR (kind = 'APPOINTED' AND confirmation <> ''))
) WITH (fillfactor = 80);
CREATE INDEX referrals_court ON referrals (court, id);
CREATE INDEX referrals_organisation ON referrals (organisation, id) WHERE organisation <> '';
CREATE INDEX referrals_division ON referrals (division, id);
CREATE INDEX referrals_case_number ON referrals (case_number, id);

CREATE TABLE referral_parties (
  referral text COLLATE "C" NOT NULL REFERENCES referrals,
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
  PRIMARY KEY (referral, party_id),
  CHECK ((identity_sealed IS NULL) = (identity_match IS NULL)),
  CHECK ((telephone_sealed IS NULL) = (telephone_match IS NULL)),
  CHECK (identity_sealed IS NULL OR identity_kind <> '')
);
CREATE INDEX referral_parties_identity ON referral_parties (identity_match)
  WHERE identity_match IS NOT NULL;

-- Who read identity numbers and telephones in full.
CREATE TABLE party_reads (
  referral text COLLATE "C" NOT NULL,
  principal text NOT NULL,
  read_time timestamptz NOT NULL,
  trace_id text NOT NULL
);
CREATE INDEX party_reads_referral ON party_reads (referral, read_time);

-- Every answer of every party; the latest counts.
CREATE TABLE consents (
  referral text COLLATE "C" NOT NULL,
  party_id text COLLATE "C" NOT NULL,
  ordinal integer NOT NULL CHECK (ordinal > 0),
  decision text NOT NULL CHECK (decision IN ('CONSENT', 'REFUSE', 'WITHDRAW')),
  evidence text NOT NULL CHECK (evidence <> ''),
  decision_time timestamptz NOT NULL,
  principal text NOT NULL,
  PRIMARY KEY (referral, party_id, ordinal),
  FOREIGN KEY (referral, party_id) REFERENCES referral_parties
);

CREATE TABLE materials (
  referral text COLLATE "C" NOT NULL REFERENCES referrals,
  number integer NOT NULL CHECK (number > 0),
  title text NOT NULL CHECK (title <> ''),
  media_type text NOT NULL CHECK (media_type <> ''),
  size bigint NOT NULL CHECK (size BETWEEN 1 AND 209715200),
  sha256 text NOT NULL REFERENCES contents,
  sm3 text NOT NULL CHECK (sm3 ~ '^[0-9a-f]{64}$'),
  create_time timestamptz NOT NULL,
  PRIMARY KEY (referral, number)
);

CREATE TABLE extensions (
  referral text COLLATE "C" NOT NULL REFERENCES referrals,
  ordinal integer NOT NULL CHECK (ordinal > 0),
  until date NOT NULL,
  party_ids text[] NOT NULL CHECK (cardinality(party_ids) > 0),
  evidence text NOT NULL CHECK (evidence <> ''),
  create_time timestamptz NOT NULL,
  PRIMARY KEY (referral, ordinal)
);

-- Undisputed facts records 无争议事实记载; the latest version counts, earlier ones stay.
CREATE TABLE undisputed_fact_records (
  referral text COLLATE "C" NOT NULL REFERENCES referrals,
  version integer NOT NULL CHECK (version > 0),
  signed_party_ids text[] NOT NULL CHECK (cardinality(signed_party_ids) > 0),
  mediator text NOT NULL CHECK (mediator <> ''),
  record_time timestamptz NOT NULL,
  PRIMARY KEY (referral, version)
);
CREATE TABLE undisputed_facts (
  referral text COLLATE "C" NOT NULL,
  version integer NOT NULL,
  ordinal integer NOT NULL CHECK (ordinal > 0),
  text text NOT NULL CHECK (text <> ''),
  agreed_party_ids text[] NOT NULL CHECK (cardinality(agreed_party_ids) > 0),
  not_exempt_grounds text[] NOT NULL,
  PRIMARY KEY (referral, version, ordinal),
  FOREIGN KEY (referral, version) REFERENCES undisputed_fact_records
);

-- Applications for judicial confirmation.
CREATE TABLE confirmations (
  id text COLLATE "C" PRIMARY KEY CHECK (id ~ '^[0-9a-f-]{36}$'),
  referral text COLLATE "C" NOT NULL REFERENCES referrals,
  dispute text NOT NULL,
  agreement text NOT NULL CHECK (agreement <> ''),
  agreement_sha256 text NOT NULL,
  effective_day date NOT NULL,
  window_day date NOT NULL,
  court text NOT NULL CHECK (court <> ''),
  organisation text NOT NULL CHECK (organisation <> ''),
  division bigint NOT NULL,
  matters text[] NOT NULL CHECK (cardinality(matters) > 0),
  agent_acts boolean NOT NULL,
  state text NOT NULL CHECK (state IN (
    'DRAFT', 'JOINTLY_APPLIED', 'SUBMITTED', 'ACCEPTED', 'NOT_ACCEPTED', 'CONFIRMED', 'REJECTED',
    'DISMISSED', 'WITHDRAWN', 'LAPSED')),
  clock text NOT NULL CHECK (clock IN ('', 'WINDOW', 'ACCEPTANCE', 'RULING')),
  due_day date,
  due_time timestamptz,
  clock_start_time timestamptz,
  provisional boolean NOT NULL,
  clock_because text[] NOT NULL,
  case_number text NOT NULL DEFAULT '',
  ruling_number text NOT NULL DEFAULT '',
  not_accepted_ground text NOT NULL DEFAULT '',
  rejection_ground text NOT NULL DEFAULT '',
  withdrawal_reason text NOT NULL DEFAULT '',
  article text NOT NULL DEFAULT '',
  submit_time timestamptz,
  decide_time timestamptz,
  create_time timestamptz NOT NULL,
  update_time timestamptz NOT NULL,
  revision bigint NOT NULL CHECK (revision > 0),
  urge_count bigint NOT NULL DEFAULT 0 CHECK (urge_count >= 0),
  CHECK ((clock = '') = (due_time IS NULL)),
  CHECK (state NOT IN ('SUBMITTED', 'ACCEPTED', 'NOT_ACCEPTED', 'CONFIRMED', 'REJECTED',
                       'DISMISSED') OR submit_time IS NOT NULL),
  CHECK (state NOT IN ('ACCEPTED', 'CONFIRMED', 'REJECTED', 'DISMISSED') OR case_number <> ''),
  CHECK (state NOT IN ('CONFIRMED', 'REJECTED', 'DISMISSED')
         OR (ruling_number <> '' AND decide_time IS NOT NULL)),
  CHECK ((state = 'NOT_ACCEPTED') = (not_accepted_ground <> '')),
  CHECK ((state IN ('REJECTED', 'DISMISSED')) = (rejection_ground <> '')),
  CHECK ((state = 'WITHDRAWN') = (withdrawal_reason <> ''))
) WITH (fillfactor = 80);
-- One application at a time for one referral, and one confirmation for ever.
CREATE UNIQUE INDEX confirmations_under_way ON confirmations (referral)
  WHERE state IN ('DRAFT', 'JOINTLY_APPLIED', 'SUBMITTED', 'ACCEPTED', 'CONFIRMED');
CREATE INDEX confirmations_referral ON confirmations (referral, id);
CREATE INDEX confirmations_court ON confirmations (court, id);
CREATE INDEX confirmations_organisation ON confirmations (organisation, id);
CREATE INDEX confirmations_division ON confirmations (division, id);

CREATE TABLE confirmation_applicants (
  confirmation text COLLATE "C" NOT NULL REFERENCES confirmations,
  party_id text COLLATE "C" NOT NULL,
  ordinal integer NOT NULL,
  joined boolean NOT NULL,
  evidence text NOT NULL,
  join_time timestamptz,
  PRIMARY KEY (confirmation, party_id),
  CHECK (joined = (join_time IS NOT NULL)),
  CHECK (joined = (evidence <> ''))
);

CREATE TABLE confirmation_documents (
  confirmation text COLLATE "C" NOT NULL REFERENCES confirmations,
  kind text NOT NULL CHECK (kind IN (
    'APPLICATION', 'AGREEMENT', 'IDENTITY_PROOF', 'SERVICE_ADDRESSES', 'PROPERTY_PROOF',
    'LETTER_OF_AUTHORITY')),
  document text NOT NULL,
  sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  PRIMARY KEY (confirmation, kind)
);

-- How long a court has for its ruling, by the day of acceptance: law that changes is a dated row.
CREATE TABLE ruling_limits (
  from_day date PRIMARY KEY,
  rule text NOT NULL CHECK (rule IN ('WORKING', 'CALENDAR')),
  length integer NOT NULL CHECK (length BETWEEN 1 AND 366),
  source text NOT NULL
);
INSERT INTO ruling_limits (from_day, rule, length, source) VALUES
  ('2011-03-30', 'CALENDAR', 15, 'JC 5'),
  ('2013-01-01', 'CALENDAR', 30, 'CPL 187');

-- What the roster's feed has told: SendReferral falls back to it while the roster is down.
CREATE TABLE roster_organisations (
  organisation text COLLATE "C" PRIMARY KEY,
  state text NOT NULL,
  revision bigint NOT NULL,
  event_time timestamptz NOT NULL
);
CREATE TABLE roster_entries (
  court text COLLATE "C" NOT NULL,
  organisation text COLLATE "C" NOT NULL,
  revision bigint NOT NULL,
  event_time timestamptz NOT NULL,
  PRIMARY KEY (court, organisation)
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
