-- Dated versions of the rules; a dispute keeps the one that it began under.

CREATE TABLE rule_versions (
  version text COLLATE "C" PRIMARY KEY CHECK (version ~ '^\d{4}-\d{2}(-[a-z0-9]{1,16})?$'),
  -- First day on which disputes begin under it; NULL while it is a draft.
  effective_day date UNIQUE,
  explanation text NOT NULL,
  create_time timestamptz NOT NULL,
  create_principal text NOT NULL,
  force_time timestamptz,
  force_principal text NOT NULL DEFAULT '',
  revision bigint NOT NULL CHECK (revision > 0),
  CHECK ((effective_day IS NULL) = (force_time IS NULL))
);

CREATE TABLE rule_steps (
  version text COLLATE "C" NOT NULL REFERENCES rule_versions,
  ordinal integer NOT NULL,
  from_state text NOT NULL,
  event text NOT NULL CHECK (event <> ''),
  to_state text NOT NULL CHECK (to_state <> ''),
  authority text NOT NULL CHECK (authority <> ''),
  origin text NOT NULL CHECK (origin IN ('OWN', 'REFERRAL', 'BOTH')),
  PRIMARY KEY (version, ordinal)
);

CREATE TABLE rule_limits (
  version text COLLATE "C" NOT NULL REFERENCES rule_versions,
  ordinal integer NOT NULL,
  clock text NOT NULL CHECK (clock <> ''),
  category text NOT NULL DEFAULT '',
  division_prefix text NOT NULL DEFAULT '' CHECK (division_prefix ~ '^(\d{2}|\d{4}|\d{6})?$'),
  rule text NOT NULL CHECK (rule IN ('DAYS', 'WORKING_DAYS', 'MONTHS')),
  length integer NOT NULL CHECK (length > 0),
  source text NOT NULL CHECK (source <> ''),
  PRIMARY KEY (version, ordinal),
  UNIQUE (version, clock, category, division_prefix)
);

ALTER TABLE disputes ADD COLUMN rules_version text COLLATE "C" NOT NULL DEFAULT '2027-01';
