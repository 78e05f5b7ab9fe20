-- Facts and what is counted from them. Everything here can be made again from the feeds of the
-- registry, the docking and the roster; no personal data is in it.

-- What is known of one dispute, referral or confirmation: when each milestone was passed at its
-- service, and when that was known here.
CREATE TABLE facts (
  resource text COLLATE "C" PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('DISPUTE', 'REFERRAL', 'CONFIRMATION')),
  revision bigint NOT NULL CHECK (revision > 0),
  division bigint NOT NULL CHECK (division BETWEEN 110000000000 AND 999999999999),
  organisation text NOT NULL,
  court text NOT NULL,
  category text NOT NULL,
  source text NOT NULL,
  state text NOT NULL,
  opened_time timestamptz,
  accepted_time timestamptz,
  settled_time timestamptz,
  failed_time timestamptz,
  ended_time timestamptz,
  performed_time timestamptz,
  event_time timestamptz NOT NULL,
  update_time timestamptz NOT NULL,
  -- Nothing happens to what was never opened.
  CHECK (opened_time IS NOT NULL
         OR coalesce(accepted_time, settled_time, failed_time, ended_time, performed_time) IS NULL)
);

-- One row for a place, day, measure and what the cases have in common. A fact that changes restates
-- the cells it leaves and enters; a cell that nothing is left in is removed.
CREATE TABLE daily_counts (
  division bigint NOT NULL CHECK (division BETWEEN 110000000000 AND 999999999999),
  day date NOT NULL,
  measure text COLLATE "C" NOT NULL CHECK (measure ~ '^(DISPUTE|REFERRAL|CONFIRMATION)_[A-Z_]+$'),
  organisation text COLLATE "C" NOT NULL,
  court text COLLATE "C" NOT NULL,
  category text COLLATE "C" NOT NULL,
  source text COLLATE "C" NOT NULL,
  count bigint NOT NULL CHECK (count >= 0),
  -- Durations of the step, summed.
  seconds bigint NOT NULL CHECK (seconds >= 0),
  PRIMARY KEY (division, day, measure, organisation, court, category, source)
) WITH (fillfactor = 80);
CREATE INDEX daily_counts_organisation ON daily_counts (organisation, measure, day)
  WHERE organisation <> '';
CREATE INDEX daily_counts_court ON daily_counts (court, measure, day) WHERE court <> '';
-- A month of the whole nation, for what is published.
CREATE INDEX daily_counts_day ON daily_counts (day, measure);

-- Where an organisation stands: which bureaus may see its figures.
CREATE TABLE organisations (
  organisation text COLLATE "C" PRIMARY KEY,
  revision bigint NOT NULL CHECK (revision > 0),
  division bigint NOT NULL CHECK (division BETWEEN 110000000000 AND 999999999999),
  kind text NOT NULL,
  state text NOT NULL,
  update_time timestamptz NOT NULL
);

-- Beside feed_cursors: when the last event happened at its service, and when it was taken in.
CREATE TABLE feed_times (
  source text PRIMARY KEY,
  event_time timestamptz NOT NULL,
  update_time timestamptz NOT NULL
);

-- Events that could not be read here: for an operator to look at.
CREATE TABLE feed_refusals (
  source text NOT NULL,
  position bigint NOT NULL,
  resource text NOT NULL,
  event text NOT NULL,
  reason text NOT NULL,
  refuse_time timestamptz NOT NULL,
  PRIMARY KEY (source, position)
);
