-- Obligations in full: instalments, performance, urging; reports; what documents are signed with.

ALTER TABLE obligations
  DROP CONSTRAINT obligations_kind_check,
  ADD CONSTRAINT obligations_kind_check CHECK (kind IN (
    'PAYMENT', 'ACT', 'FORBEARANCE', 'DELIVERY', 'APOLOGY')),
  ALTER COLUMN due_day DROP NOT NULL,
  ADD CHECK (due_day IS NOT NULL OR kind = 'FORBEARANCE'),
  -- Of the agreement that this one amends; empty for a new one.
  ADD COLUMN continues_obligation_id text COLLATE "C" NOT NULL DEFAULT '';

-- What falls due on a day of its own: an obligation as a whole (instalment 0), or each instalment.
-- WAITING until the dispute is concluded by its agreement; ENDED when the agreement is replaced, left
-- to the courts or set aside.
CREATE TABLE dues (
  dispute text COLLATE "C" NOT NULL,
  agreement integer NOT NULL,
  obligation_id text COLLATE "C" NOT NULL,
  instalment integer NOT NULL CHECK (instalment BETWEEN 0 AND 120),
  state text NOT NULL CHECK (state IN ('WAITING', 'OPEN', 'PERFORMED', 'ENDED')),
  amount_fen bigint NOT NULL CHECK (amount_fen >= 0),
  due_day date,
  performed_fen bigint NOT NULL DEFAULT 0,
  performed_day date,
  overdue boolean NOT NULL DEFAULT false,
  -- Of the dispute, once it is OPEN: for the lists of an organisation and of a place.
  organisation text NOT NULL DEFAULT '',
  division bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (dispute, agreement, obligation_id, instalment),
  FOREIGN KEY (dispute, agreement, obligation_id) REFERENCES obligations,
  -- Never more than is owed.
  CHECK (performed_fen BETWEEN 0 AND amount_fen),
  CHECK ((state = 'PERFORMED') <= (performed_day IS NOT NULL)),
  CHECK ((performed_day IS NOT NULL) <= (performed_fen = amount_fen)),
  CHECK (NOT (overdue AND state = 'PERFORMED'))
) WITH (fillfactor = 80);
CREATE INDEX dues_organisation ON dues (organisation, due_day, dispute, obligation_id, instalment)
  WHERE state = 'OPEN' AND due_day IS NOT NULL;
CREATE INDEX dues_day ON dues (due_day, dispute, obligation_id, instalment)
  WHERE state = 'OPEN' AND due_day IS NOT NULL;

-- Every act of performance, also those that were taken back.
CREATE TABLE performances (
  dispute text COLLATE "C" NOT NULL,
  ordinal integer NOT NULL CHECK (ordinal > 0),
  agreement integer NOT NULL,
  obligation_id text COLLATE "C" NOT NULL,
  amount_fen bigint NOT NULL CHECK (amount_fen >= 0),
  performed_day date NOT NULL,
  method text NOT NULL CHECK (method IN (
    'BANK_TRANSFER', 'CASH', 'ONLINE_PAYMENT', 'HANDED_OVER', 'IN_PERSON', 'OTHER')),
  performer text NOT NULL,
  evidence text NOT NULL CHECK (evidence <> ''),
  principal text NOT NULL,
  create_time timestamptz NOT NULL,
  reverse_principal text NOT NULL DEFAULT '',
  reverse_time timestamptz,
  reverse_explanation text NOT NULL DEFAULT '',
  dispute_revision bigint NOT NULL,
  PRIMARY KEY (dispute, ordinal),
  FOREIGN KEY (dispute, agreement, obligation_id) REFERENCES obligations,
  CHECK ((reverse_time IS NULL) = (reverse_explanation = ''))
);

-- What a performance counts for: under its own agreement, and under each that carries it on.
CREATE TABLE performance_shares (
  dispute text COLLATE "C" NOT NULL,
  performance integer NOT NULL,
  agreement integer NOT NULL,
  obligation_id text COLLATE "C" NOT NULL,
  instalment integer NOT NULL,
  amount_fen bigint NOT NULL CHECK (amount_fen >= 0),
  days_late integer NOT NULL CHECK (days_late >= 0),
  PRIMARY KEY (dispute, performance, agreement, obligation_id, instalment),
  FOREIGN KEY (dispute, performance) REFERENCES performances,
  FOREIGN KEY (dispute, agreement, obligation_id, instalment) REFERENCES dues
);
CREATE INDEX performance_shares_due
  ON performance_shares (dispute, agreement, obligation_id, instalment);

CREATE TABLE urgings (
  dispute text COLLATE "C" NOT NULL,
  ordinal integer NOT NULL CHECK (ordinal > 0),
  agreement integer NOT NULL,
  obligation_id text COLLATE "C" NOT NULL,
  instalment integer NOT NULL,
  urge_day date NOT NULL,
  method text NOT NULL CHECK (method IN ('VISIT', 'TELEPHONE', 'LETTER', 'MESSAGE')),
  mediator text NOT NULL CHECK (mediator <> ''),
  content text NOT NULL CHECK (content <> ''),
  reminder boolean NOT NULL,
  response text NOT NULL CHECK (response IN (
    '', 'PROMISED', 'CLAIMS_PERFORMED', 'UNABLE', 'REFUSED', 'DENIES', 'UNREACHED')),
  answer text NOT NULL,
  promised_day date,
  principal text NOT NULL,
  create_time timestamptz NOT NULL,
  answer_principal text NOT NULL DEFAULT '',
  answer_time timestamptz,
  dispute_revision bigint NOT NULL,
  PRIMARY KEY (dispute, ordinal),
  FOREIGN KEY (dispute, agreement, obligation_id) REFERENCES obligations,
  CHECK ((response = '') = (answer = '')),
  CHECK ((response = '') = (answer_time IS NULL)),
  CHECK (promised_day IS NULL OR (response = 'PROMISED' AND promised_day >= urge_day))
);
CREATE INDEX urgings_due ON urgings (dispute, agreement, obligation_id, instalment);

ALTER TABLE breaches ADD COLUMN instalment integer NOT NULL DEFAULT 0;

ALTER TABLE disputes
  ADD COLUMN owed_fen bigint NOT NULL DEFAULT 0,
  ADD COLUMN performed_fen bigint NOT NULL DEFAULT 0,
  ADD COLUMN overdue_count integer NOT NULL DEFAULT 0,
  ADD COLUMN late_count integer NOT NULL DEFAULT 0,
  ADD COLUMN performed_day date,
  ADD COLUMN urging_count integer NOT NULL DEFAULT 0,
  ADD COLUMN performance_count integer NOT NULL DEFAULT 0,
  ADD CHECK (performed_fen BETWEEN 0 AND owed_fen),
  ADD CHECK (state <> 'PERFORMED' OR performed_count = obligation_count);

-- What was performed before there were records of it.
INSERT INTO dues (dispute, agreement, obligation_id, instalment, state, amount_fen, due_day,
                  performed_fen, performed_day, organisation, division)
SELECT o.dispute, o.agreement, o.obligation_id, 0,
       CASE WHEN o.performed_day IS NOT NULL THEN 'PERFORMED'
            WHEN a.state = 'REPLACED' THEN 'ENDED'
            WHEN d.conclusion_agreement <> o.agreement THEN 'WAITING'
            WHEN d.state = 'AGREED' THEN 'OPEN'
            WHEN d.state = 'CONCLUDING' THEN 'WAITING'
            ELSE 'ENDED' END,
       o.amount_fen, o.due_day,
       CASE WHEN o.performed_day IS NULL THEN 0 ELSE o.amount_fen END, o.performed_day,
       d.organisation, d.division
FROM obligations o
  JOIN agreements a ON (a.dispute, a.ordinal) = (o.dispute, o.agreement)
  JOIN disputes d ON d.number = o.dispute;
INSERT INTO performances (dispute, ordinal, agreement, obligation_id, amount_fen, performed_day,
                          method, performer, evidence, principal, create_time, dispute_revision)
SELECT o.dispute,
       row_number() OVER (PARTITION BY o.dispute ORDER BY o.performed_day, o.agreement, o.ordinal),
       o.agreement, o.obligation_id, o.amount_fen, o.performed_day, 'OTHER', '',
       CASE WHEN o.evidence = '' THEN '-' ELSE o.evidence END, 'services/registry#migration',
       o.performed_day::timestamp AT TIME ZONE 'Asia/Shanghai', d.revision
FROM obligations o JOIN disputes d ON d.number = o.dispute
WHERE o.performed_day IS NOT NULL;
INSERT INTO performance_shares (dispute, performance, agreement, obligation_id, instalment,
                                amount_fen, days_late)
SELECT p.dispute, p.ordinal, p.agreement, p.obligation_id, 0, p.amount_fen,
       greatest(p.performed_day - o.due_day, 0)
FROM performances p JOIN obligations o USING (dispute, agreement, obligation_id);
ALTER TABLE obligations DROP COLUMN evidence;

UPDATE disputes d
SET owed_fen = f.owed, performed_fen = f.performed, late_count = f.late,
    performed_day = CASE WHEN f.open = 0 THEN f.performed_day END,
    performance_count = f.records
FROM (SELECT u.dispute, u.agreement, sum(u.amount_fen) AS owed, sum(u.performed_fen) AS performed,
             count(*) FILTER (WHERE u.performed_day > u.due_day) AS late,
             count(*) FILTER (WHERE u.performed_day IS NULL) AS open,
             max(u.performed_day) AS performed_day,
             (SELECT count(*) FROM performances p WHERE p.dispute = u.dispute) AS records
      FROM dues u GROUP BY u.dispute, u.agreement) f
WHERE (f.dispute, f.agreement) = (d.number, d.conclusion_agreement);

-- Their clocks; one that has run out ends at once and marks its row.
INSERT INTO deadlines (resource, kind, due_day, due_time, provisional, state, next_attempt)
SELECT 'disputes/' || dispute || '/agreements/' || agreement || '/obligations/' || obligation_id,
       'obligation', due_day, (due_day + 1)::timestamp AT TIME ZONE 'Asia/Shanghai', false,
       'RUNNING', (due_day + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'
FROM dues WHERE state = 'OPEN';

-- Public keys that signed: kept for as long as what they signed.
CREATE TABLE signing_keys (
  key_id text COLLATE "C" PRIMARY KEY CHECK (key_id ~ '^[0-9a-f]{16}$'),
  public_key text NOT NULL CHECK (public_key <> ''),
  create_time timestamptz NOT NULL
);

ALTER TABLE documents
  DROP CONSTRAINT documents_kind_check,
  ADD CONSTRAINT documents_kind_check CHECK (kind IN (
    'AGREEMENT', 'CONCLUSION_NOTICE', 'APPLICATION', 'ACCEPTANCE_NOTICE', 'DECLINE_NOTICE',
    'MEDIATION_RECORD', 'ORAL_AGREEMENT_REGISTER', 'FOLLOW_UP_RECORD', 'FILE_INDEX',
    'URGING_NOTICE', 'PERFORMANCE_RECORD')),
  -- Absent of documents that were made before there was a key.
  ADD COLUMN signature bytea,
  ADD COLUMN signing_key text COLLATE "C" REFERENCES signing_keys,
  ADD CHECK ((signature IS NULL) = (signing_key IS NULL));

-- Serials of reports' numbers, by kind, county and year. They rise and may have gaps.
CREATE TABLE report_serials (
  kind text NOT NULL,
  county text COLLATE "C" NOT NULL CHECK (county ~ '^\d{6}$'),
  year integer NOT NULL,
  last integer NOT NULL CHECK (last BETWEEN 1 AND 9999999),
  PRIMARY KEY (kind, county, year)
);

CREATE TABLE reports (
  -- "organisations/{id}" or "campaigns/{id}".
  parent text COLLATE "C" NOT NULL,
  report_id text COLLATE "C" NOT NULL,
  kind text NOT NULL CHECK (kind IN ('DISPUTE_LEDGER', 'CAMPAIGN_REPORT')),
  number text NOT NULL UNIQUE,
  organisation_name text NOT NULL,
  division bigint NOT NULL,
  start_day date NOT NULL,
  end_day date NOT NULL CHECK (end_day >= start_day),
  names_parties boolean NOT NULL,
  entry_count integer NOT NULL CHECK (entry_count >= 0),
  size bigint NOT NULL CHECK (size > 0),
  sha256 text NOT NULL REFERENCES contents,
  sm3 text NOT NULL,
  page_count integer NOT NULL CHECK (page_count > 0),
  template text NOT NULL,
  signature bytea NOT NULL,
  signing_key text COLLATE "C" NOT NULL REFERENCES signing_keys,
  principal text NOT NULL,
  create_time timestamptz NOT NULL,
  PRIMARY KEY (parent, report_id),
  CHECK (kind = 'DISPUTE_LEDGER' OR NOT names_parties)
);

-- Who read a ledger that names parties.
CREATE TABLE report_reads (
  report text COLLATE "C" NOT NULL,
  principal text NOT NULL,
  read_time timestamptz NOT NULL,
  trace_id text NOT NULL
);
CREATE INDEX report_reads_report ON report_reads (report, read_time);

-- The ledger of an organisation reads its disputes by the time they were reported.
CREATE INDEX disputes_reported ON disputes (organisation, create_time) WHERE organisation <> '';
