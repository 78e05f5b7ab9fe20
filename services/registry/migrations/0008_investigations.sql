-- Investigations: campaigns, visits, the risk ledger, and what partners share.

CREATE TABLE campaigns (
  campaign_id text COLLATE "C" PRIMARY KEY,
  title text NOT NULL CHECK (title <> ''),
  kind text NOT NULL CHECK (kind IN ('GENERAL', 'KEY')),
  mode text NOT NULL CHECK (mode IN ('DAILY', 'CENTRALISED', 'SPECIAL')),
  theme text NOT NULL,
  -- Codes of 12 digits.
  divisions text[] NOT NULL CHECK (cardinality(divisions) > 0),
  -- The same without the zeros on their right.
  prefixes text[] NOT NULL CHECK (cardinality(prefixes) = cardinality(divisions)),
  categories text[] NOT NULL,
  groups text[] NOT NULL,
  forces text[] NOT NULL CHECK (cardinality(forces) > 0),
  start_day date NOT NULL,
  end_day date NOT NULL CHECK (end_day >= start_day),
  state text NOT NULL CHECK (state IN ('OPEN', 'CLOSED')),
  village_count integer NOT NULL CHECK (village_count > 0),
  conclusion text NOT NULL DEFAULT '',
  principal text NOT NULL,
  create_time timestamptz NOT NULL,
  close_time timestamptz,
  assignment_count integer NOT NULL DEFAULT 0,
  revision bigint NOT NULL CHECK (revision > 0),
  CHECK ((mode = 'SPECIAL') = (theme <> '')),
  CHECK ((state = 'CLOSED') = (close_time IS NOT NULL)),
  CHECK ((state = 'CLOSED') = (conclusion <> ''))
);

CREATE TABLE village_assignments (
  campaign text COLLATE "C" NOT NULL REFERENCES campaigns,
  ordinal integer NOT NULL CHECK (ordinal > 0),
  -- Codes from first to last lie in the place.
  first bigint NOT NULL,
  last bigint NOT NULL CHECK (last >= first),
  organisation text NOT NULL CHECK (organisation <> ''),
  forces text[] NOT NULL,
  due_day date NOT NULL,
  principal text NOT NULL,
  create_time timestamptz NOT NULL,
  PRIMARY KEY (campaign, ordinal)
);

CREATE TABLE visits (
  campaign text COLLATE "C" NOT NULL REFERENCES campaigns,
  visit_id text COLLATE "C" NOT NULL,
  division bigint NOT NULL,
  visit_day date NOT NULL,
  forces text[] NOT NULL CHECK (cardinality(forces) > 0),
  household_count integer NOT NULL CHECK (household_count >= 0),
  notes text NOT NULL,
  organisation text NOT NULL,
  principal text NOT NULL,
  create_time timestamptz NOT NULL,
  PRIMARY KEY (campaign, visit_id)
);
CREATE INDEX visits_division ON visits (campaign, division);

-- Villages that were visited at least once: what coverage is counted from.
CREATE TABLE visited_villages (
  campaign text COLLATE "C" NOT NULL REFERENCES campaigns,
  division bigint NOT NULL,
  visit_count integer NOT NULL CHECK (visit_count > 0),
  last_day date NOT NULL,
  PRIMARY KEY (campaign, division)
);

CREATE TABLE risk_entries (
  risk_entry_id text COLLATE "C" PRIMARY KEY,
  state text NOT NULL CHECK (state IN (
    'FOUND', 'REPORTED', 'CONTROLLED', 'RESOLVED', 'ESCALATED')),
  division bigint NOT NULL,
  category text NOT NULL CHECK (category <> ''),
  severity text NOT NULL CHECK (severity IN ('LOW', 'MEDIUM', 'HIGH', 'MAJOR')),
  description text NOT NULL CHECK (description <> ''),
  place_kind text NOT NULL,
  group_at_risk text NOT NULL,
  people text[] NOT NULL,
  campaign text COLLATE "C" REFERENCES campaigns,
  organisation text NOT NULL,
  source text NOT NULL CHECK (source IN ('INVESTIGATION', 'OBSERVATION')),
  clock text NOT NULL,
  due_day date,
  due_time timestamptz,
  provisional boolean NOT NULL DEFAULT false,
  overdue boolean NOT NULL DEFAULT false,
  dispute text COLLATE "C" REFERENCES disputes,
  outcome text NOT NULL DEFAULT '',
  observation_count integer NOT NULL DEFAULT 0,
  measure_count integer NOT NULL DEFAULT 0,
  principal text NOT NULL,
  create_time timestamptz NOT NULL,
  report_time timestamptz,
  control_time timestamptz,
  end_time timestamptz,
  revision bigint NOT NULL CHECK (revision > 0),
  CHECK ((clock = '') = (due_time IS NULL)),
  CHECK ((state IN ('RESOLVED', 'ESCALATED')) = (end_time IS NOT NULL)),
  CHECK ((state = 'ESCALATED') = (dispute IS NOT NULL)),
  CHECK (state <> 'RESOLVED' OR outcome <> '')
) WITH (fillfactor = 80);
CREATE INDEX risk_entries_organisation ON risk_entries (organisation, risk_entry_id)
  WHERE organisation <> '';
CREATE INDEX risk_entries_place ON risk_entries (division, category, risk_entry_id);
CREATE INDEX risk_entries_campaign ON risk_entries (campaign, division) WHERE campaign IS NOT NULL;

CREATE TABLE preventive_measures (
  risk_entry text COLLATE "C" NOT NULL REFERENCES risk_entries,
  ordinal integer NOT NULL CHECK (ordinal > 0),
  content text NOT NULL CHECK (content <> ''),
  owner text NOT NULL CHECK (owner <> ''),
  due_day date NOT NULL,
  principal text NOT NULL,
  create_time timestamptz NOT NULL,
  complete_principal text NOT NULL DEFAULT '',
  complete_time timestamptz,
  PRIMARY KEY (risk_entry, ordinal)
);

CREATE TABLE observations (
  observation_id text COLLATE "C" PRIMARY KEY,
  partner text COLLATE "C" NOT NULL,
  partner_number text COLLATE "C" NOT NULL,
  digest bytea NOT NULL,
  division bigint NOT NULL,
  category text NOT NULL,
  description text NOT NULL,
  people text[] NOT NULL,
  observe_time timestamptz NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('NEW_ENTRY', 'KNOWN_ENTRY', 'KNOWN_DISPUTE')),
  risk_entry text COLLATE "C" REFERENCES risk_entries,
  dispute text COLLATE "C" REFERENCES disputes,
  likeness double precision NOT NULL CHECK (likeness BETWEEN 0 AND 1),
  reason text NOT NULL,
  create_time timestamptz NOT NULL,
  -- Each once by the partner's own number.
  UNIQUE (partner, partner_number),
  CHECK ((outcome = 'KNOWN_DISPUTE') = (dispute IS NOT NULL)),
  CHECK ((outcome = 'KNOWN_DISPUTE') = (risk_entry IS NULL))
);
CREATE INDEX observations_division ON observations (division, observation_id);
