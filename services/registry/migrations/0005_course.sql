-- What happens on the way to a conclusion: transfers, invited helpers, recusal, suspension,
-- escalation, and the new agreement in place of an old one.

ALTER TABLE disputes
  DROP CONSTRAINT disputes_state_check,
  ADD CONSTRAINT disputes_state_check CHECK (state IN (
    'REPORTED', 'ACCEPTED', 'MEDIATING', 'SUSPENDED', 'CONCLUDING', 'AGREED', 'PERFORMED',
    'CLOSED_DECLINED', 'CLOSED_FAILED', 'CLOSED_WITHDRAWN', 'CLOSED_UNPERFORMED',
    'CLOSED_SET_ASIDE', 'ARCHIVED')),
  ADD COLUMN offered_organisation text NOT NULL DEFAULT '',
  ADD COLUMN transfer_count integer NOT NULL DEFAULT 0,
  ADD COLUMN helper_count integer NOT NULL DEFAULT 0,
  ADD COLUMN recusal_count integer NOT NULL DEFAULT 0,
  ADD COLUMN escalation_count integer NOT NULL DEFAULT 0,
  -- The limit of the mediation: counted from when, by which rule, how long; of a suspended one what
  -- is left. Unset where docking sets the limit, and before it was accepted.
  ADD COLUMN limit_from timestamptz,
  ADD COLUMN limit_rule text CHECK (limit_rule IN ('WORKING_DAYS', 'DAYS', 'MONTHS')),
  ADD COLUMN limit_length integer CHECK (limit_length > 0),
  ADD CHECK ((limit_rule IS NULL) = (limit_length IS NULL)),
  ADD CHECK (offered_organisation = '' OR state IN ('REPORTED', 'ACCEPTED', 'MEDIATING')),
  ADD CHECK (state <> 'SUSPENDED' OR limit_length IS NOT NULL);

CREATE TABLE transfers (
  dispute text COLLATE "C" NOT NULL REFERENCES disputes,
  ordinal integer NOT NULL CHECK (ordinal > 0),
  state text NOT NULL CHECK (state IN ('OFFERED', 'ACCEPTED', 'DECLINED', 'CANCELLED', 'LAPSED')),
  from_organisation text NOT NULL CHECK (from_organisation <> ''),
  to_organisation text NOT NULL CHECK (to_organisation <> from_organisation),
  explanation text NOT NULL CHECK (explanation <> ''),
  answer text NOT NULL DEFAULT '',
  due_day date NOT NULL,
  due_time timestamptz NOT NULL,
  provisional boolean NOT NULL,
  principal text NOT NULL,
  create_time timestamptz NOT NULL,
  -- Who ended it, and when.
  end_principal text NOT NULL DEFAULT '',
  end_time timestamptz,
  PRIMARY KEY (dispute, ordinal),
  CHECK ((state = 'OFFERED') = (end_time IS NULL)),
  CHECK ((end_time IS NULL) = (end_principal = ''))
);
CREATE UNIQUE INDEX transfers_open ON transfers (dispute) WHERE state = 'OFFERED';
CREATE INDEX transfers_from ON transfers (from_organisation, dispute, ordinal);
CREATE INDEX transfers_to ON transfers (to_organisation, dispute, ordinal);

CREATE TABLE helpers (
  dispute text COLLATE "C" NOT NULL REFERENCES disputes,
  ordinal integer NOT NULL CHECK (ordinal > 0),
  kind text NOT NULL CHECK (kind IN (
    'RELATIVE', 'NEIGHBOUR', 'COLLEAGUE', 'EXPERT', 'LEGAL_PROFESSIONAL', 'SOCIAL_ORGANISATION',
    'LOCAL_OFFICER')),
  display_name text NOT NULL CHECK (display_name <> ''),
  explanation text NOT NULL CHECK (explanation <> ''),
  party_ids text[] NOT NULL CHECK (cardinality(party_ids) > 0),
  principal text NOT NULL,
  create_time timestamptz NOT NULL,
  PRIMARY KEY (dispute, ordinal)
);

CREATE TABLE recusals (
  dispute text COLLATE "C" NOT NULL REFERENCES disputes,
  ordinal integer NOT NULL CHECK (ordinal > 0),
  party_id text COLLATE "C" NOT NULL,
  mediator text NOT NULL CHECK (mediator <> ''),
  reason text NOT NULL CHECK (reason IN ('RELATIVE', 'INTEREST', 'EARLIER_ROLE', 'OTHER')),
  upheld boolean NOT NULL,
  explanation text NOT NULL CHECK (explanation <> ''),
  principal text NOT NULL,
  create_time timestamptz NOT NULL,
  PRIMARY KEY (dispute, ordinal),
  -- A party objects once to a person.
  UNIQUE (dispute, party_id, mediator),
  FOREIGN KEY (dispute, party_id) REFERENCES parties
);

CREATE TABLE suspensions (
  dispute text COLLATE "C" NOT NULL REFERENCES disputes,
  dispute_revision bigint NOT NULL,
  reason text NOT NULL CHECK (reason IN (
    'APPRAISAL', 'OTHER_PROCEDURE', 'PARTY_PREVENTED', 'FORCE_MAJEURE')),
  last_day date NOT NULL,
  evidence text NOT NULL CHECK (evidence <> ''),
  principal text NOT NULL,
  suspend_time timestamptz NOT NULL,
  PRIMARY KEY (dispute, dispute_revision)
);

CREATE TABLE escalations (
  dispute text COLLATE "C" NOT NULL REFERENCES disputes,
  ordinal integer NOT NULL CHECK (ordinal > 0),
  state text NOT NULL CHECK (state IN ('REPORTED', 'ACKNOWLEDGED')),
  kind text NOT NULL CHECK (kind IN ('VIOLENCE', 'CROWD', 'SUICIDE', 'CRIME', 'OTHER')),
  description text NOT NULL CHECK (description <> ''),
  measures text NOT NULL CHECK (measures <> ''),
  told_authority text NOT NULL CHECK (told_authority <> ''),
  told_time timestamptz NOT NULL,
  -- Of the dispute when it was reported: who is told of it and who may see it.
  division bigint NOT NULL,
  organisation text NOT NULL,
  level text NOT NULL CHECK (level IN ('COUNTY', 'CITY', 'PROVINCE', 'MINISTRY')),
  due_time timestamptz NOT NULL,
  missed_count integer NOT NULL DEFAULT 0,
  response text NOT NULL DEFAULT '',
  principal text NOT NULL,
  create_time timestamptz NOT NULL,
  acknowledge_principal text NOT NULL DEFAULT '',
  acknowledge_time timestamptz,
  revision bigint NOT NULL CHECK (revision > 0),
  PRIMARY KEY (dispute, ordinal),
  CHECK ((state = 'ACKNOWLEDGED') = (acknowledge_time IS NOT NULL)),
  CHECK ((acknowledge_time IS NULL) = (response = '')),
  CHECK ((acknowledge_time IS NULL) = (acknowledge_principal = ''))
);
CREATE INDEX escalations_due ON escalations (due_time, dispute, ordinal);
CREATE INDEX escalations_organisation ON escalations (organisation, due_time, dispute, ordinal);

-- An agreement that was in effect and was amended keeps the day on which it took effect.
ALTER TABLE agreements
  DROP CONSTRAINT agreements_check,
  ADD CHECK (state <> 'IN_EFFECT' OR effective_day IS NOT NULL),
  ADD CHECK (state <> 'DRAFT' OR effective_day IS NULL);
