-- What became of each dispute, as the registry's and docking's feeds tell it: ground for load,
-- results, assessment and subsidies. A row says what its revision said; an older one never comes
-- over a newer one. No personal data.

CREATE TABLE case_facts (
  dispute text COLLATE "C" PRIMARY KEY CHECK (dispute ~ '^disputes/[^/]+$'),
  -- "organisations/{id}"; empty until one is named.
  organisation text COLLATE "C" NOT NULL,
  division bigint NOT NULL CHECK (division BETWEEN 110000000000 AND 999999999999),
  category text NOT NULL CHECK (category <> ''),
  difficulty text NOT NULL CHECK (difficulty IN ('SIMPLE', 'ORDINARY', 'COMPLEX', 'MAJOR')),
  -- Whether a court referred it.
  referred boolean NOT NULL,
  state text NOT NULL CHECK (state <> ''),
  -- Of the agreement in effect; NULL without one.
  agreement_form text CHECK (agreement_form IN ('WRITTEN', 'ORAL')),
  -- Days in China.
  report_day date NOT NULL,
  accept_day date,
  conclude_day date,
  outcome text CHECK (outcome IN ('AGREED', 'FAILED')),
  -- Day on which the last obligation was performed; NULL while one is open.
  performed_day date,
  -- What was told at the last visit that asked.
  satisfaction smallint CHECK (satisfaction BETWEEN 1 AND 5),
  -- Sum in dispute.
  sum_fen bigint CHECK (sum_fen > 0),
  -- What a court ruled on the agreement.
  confirmation text CHECK (confirmation IN ('CONFIRMED', 'REJECTED')),
  -- The agreement was set aside or declared void; stays so when the file is archived.
  set_aside boolean NOT NULL DEFAULT false,
  -- A visit found that the dispute had broken out again.
  relapsed boolean NOT NULL DEFAULT false,
  revision bigint NOT NULL CHECK (revision > 0),
  update_time timestamptz NOT NULL,
  CHECK ((outcome IS NULL) = (conclude_day IS NULL)),
  CHECK (agreement_form IS NULL OR outcome = 'AGREED')
) WITH (fillfactor = 80);
CREATE INDEX case_facts_organisation ON case_facts (organisation, conclude_day);
CREATE INDEX case_facts_division ON case_facts (division, conclude_day);

CREATE TABLE case_mediators (
  dispute text COLLATE "C" NOT NULL REFERENCES case_facts,
  -- "organisations/{id}/mediators/{id}".
  mediator text COLLATE "C" NOT NULL CHECK (mediator ~ '^organisations/[^/]+/mediators/[^/]+$'),
  PRIMARY KEY (dispute, mediator)
);
CREATE INDEX case_mediators_mediator ON case_mediators (mediator);

-- Applications for judicial confirmation. They come by another feed than the dispute, so either may
-- be here first.
CREATE TABLE case_confirmations (
  confirmation text COLLATE "C" PRIMARY KEY CHECK (confirmation ~ '^confirmations/[^/]+$'),
  dispute text COLLATE "C" NOT NULL,
  state text NOT NULL CHECK (state <> ''),
  revision bigint NOT NULL CHECK (revision > 0),
  update_time timestamptz NOT NULL
);
CREATE INDEX case_confirmations_dispute ON case_confirmations (dispute);

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
