-- Money for mediation: funds, yearly budgets, commitments, payments, and the double-entry ledger
-- that all of them stand on. Amounts are fen, up to 10^15. The ledger is only ever added to; what a
-- transaction moves sums to zero, and an account's balance is what its entries sum to.

CREATE TABLE funds (
  id text COLLATE "C" PRIMARY KEY CHECK (id ~ '^[0-9a-z-]{1,64}$'),
  display_name text NOT NULL CHECK (display_name <> ''),
  kind text NOT NULL CHECK (kind IN (
    'GUIDANCE', 'COMMITTEE_SUBSIDY', 'MEDIATOR_SUBSIDY', 'FULL_TIME_EMPLOYMENT', 'CASE_SUBSIDY',
    'EXPERT_FEE')),
  -- The place whose bureau keeps it.
  division bigint NOT NULL CHECK (division BETWEEN 110000000000 AND 999999999999),
  create_time timestamptz NOT NULL,
  update_time timestamptz NOT NULL,
  revision bigint NOT NULL CHECK (revision > 0)
) WITH (fillfactor = 80);
CREATE INDEX funds_division ON funds (division, id);

-- A request to let a year's free money go below zero, and who approved it: never who asked.
CREATE TABLE fund_overdrafts (
  fund text COLLATE "C" NOT NULL REFERENCES funds,
  id text COLLATE "C" NOT NULL,
  year integer NOT NULL CHECK (year BETWEEN 2000 AND 2999),
  limit_fen bigint NOT NULL CHECK (limit_fen BETWEEN 1 AND 1000000000000000),
  reason text NOT NULL CHECK (reason <> ''),
  requester text NOT NULL CHECK (requester <> ''),
  approver text CHECK (approver <> '' AND approver <> requester),
  create_time timestamptz NOT NULL,
  approve_time timestamptz,
  PRIMARY KEY (fund, id),
  UNIQUE (fund, id, year),
  CHECK ((approver IS NULL) = (approve_time IS NULL))
);

-- SOURCE is the world that money comes from: minus what was ever received. AVAILABLE is free,
-- COMMITTED is promised, PAID has left.
CREATE TABLE fund_accounts (
  fund text COLLATE "C" NOT NULL REFERENCES funds,
  year integer NOT NULL CHECK (year BETWEEN 2000 AND 2999),
  account text NOT NULL CHECK (account IN ('SOURCE', 'AVAILABLE', 'COMMITTED', 'PAID')),
  balance_fen bigint NOT NULL DEFAULT 0
    CHECK (balance_fen BETWEEN -1000000000000000 AND 1000000000000000),
  -- How far below zero the balance may go: 0 but by an approved overdraft of the same year.
  floor_fen bigint NOT NULL DEFAULT 0 CHECK (floor_fen <= 0),
  overdraft text COLLATE "C",
  PRIMARY KEY (fund, year, account),
  FOREIGN KEY (fund, overdraft, year) REFERENCES fund_overdrafts (fund, id, year),
  CHECK (floor_fen = 0 OR (account = 'AVAILABLE' AND overdraft IS NOT NULL)),
  CONSTRAINT fund_accounts_balance CHECK (account = 'SOURCE' OR balance_fen >= floor_fen)
) WITH (fillfactor = 50);

-- A floor below zero rests on an approval that is there, and goes no further than it.
CREATE FUNCTION check_fund_floor() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.floor_fen < 0 AND NOT EXISTS (
    SELECT FROM fund_overdrafts o
    WHERE o.fund = NEW.fund AND o.id = NEW.overdraft AND o.approver IS NOT NULL
      AND o.limit_fen >= -NEW.floor_fen) THEN
    RAISE EXCEPTION 'the overdraft is not approved' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER fund_accounts_floor BEFORE INSERT OR UPDATE OF floor_fen, overdraft ON fund_accounts
  FOR EACH ROW EXECUTE FUNCTION check_fund_floor();

-- One movement of money, by the revision that it gave the fund.
CREATE TABLE ledger_transactions (
  fund text COLLATE "C" NOT NULL REFERENCES funds,
  revision bigint NOT NULL CHECK (revision > 1),
  movement text NOT NULL CHECK (movement IN (
    'BUDGET', 'BUDGET_CUT', 'COMMIT', 'RELEASE', 'PAY', 'CARRY_OVER')),
  -- What it is for: name of the budget, the commitment, the payment.
  subject text NOT NULL CHECK (subject <> ''),
  actor text NOT NULL CHECK (actor <> ''),
  post_time timestamptz NOT NULL,
  trace_id text NOT NULL,
  PRIMARY KEY (fund, revision)
);

CREATE TABLE ledger_entries (
  fund text COLLATE "C" NOT NULL,
  revision bigint NOT NULL,
  ordinal smallint NOT NULL CHECK (ordinal > 0),
  year integer NOT NULL,
  account text NOT NULL,
  amount_fen bigint NOT NULL CHECK (
    amount_fen <> 0 AND amount_fen BETWEEN -1000000000000000 AND 1000000000000000),
  PRIMARY KEY (fund, revision, ordinal),
  FOREIGN KEY (fund, revision) REFERENCES ledger_transactions,
  FOREIGN KEY (fund, year, account) REFERENCES fund_accounts
);

CREATE FUNCTION post_ledger_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE fund_accounts SET balance_fen = balance_fen + NEW.amount_fen
  WHERE fund = NEW.fund AND year = NEW.year AND account = NEW.account;
  RETURN NULL;
END $$;
CREATE TRIGGER ledger_entries_post AFTER INSERT ON ledger_entries
  FOR EACH ROW EXECUTE FUNCTION post_ledger_entry();

-- At commit: a transaction without entries, or whose entries do not sum to zero, is refused.
CREATE FUNCTION check_ledger_zero() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT coalesce(sum(amount_fen) = 0 AND count(*) >= 2, false) FROM ledger_entries
      WHERE fund = NEW.fund AND revision = NEW.revision) IS NOT TRUE THEN
    RAISE EXCEPTION 'ledger transaction % of fund % does not sum to zero', NEW.revision, NEW.fund
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_transactions_zero AFTER INSERT ON ledger_transactions
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_ledger_zero();
CREATE CONSTRAINT TRIGGER ledger_entries_zero AFTER INSERT ON ledger_entries
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_ledger_zero();

CREATE FUNCTION refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the ledger is only added to' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER ledger_transactions_kept BEFORE UPDATE OR DELETE ON ledger_transactions
  FOR EACH ROW EXECUTE FUNCTION refuse_ledger_change();
CREATE TRIGGER ledger_entries_kept BEFORE UPDATE OR DELETE ON ledger_entries
  FOR EACH ROW EXECUTE FUNCTION refuse_ledger_change();

-- What a year was given, by source; a cut is negative.
CREATE TABLE fund_budgets (
  fund text COLLATE "C" NOT NULL REFERENCES funds,
  id text COLLATE "C" NOT NULL,
  year integer NOT NULL CHECK (year BETWEEN 2000 AND 2999),
  source text NOT NULL CHECK (source IN (
    'LOCAL_BUDGET', 'GOVERNMENT_PURCHASE', 'TRANSFER', 'DONATION', 'FOUNDING_UNIT')),
  amount_fen bigint NOT NULL CHECK (amount_fen <> 0),
  document_number text NOT NULL CHECK (document_number <> ''),
  create_time timestamptz NOT NULL,
  PRIMARY KEY (fund, id)
);
CREATE INDEX fund_budgets_year ON fund_budgets (fund, year);

CREATE TABLE fund_commitments (
  fund text COLLATE "C" NOT NULL REFERENCES funds,
  id text COLLATE "C" NOT NULL,
  year integer NOT NULL CHECK (year BETWEEN 2000 AND 2999),
  purpose text NOT NULL CHECK (purpose <> ''),
  payee text NOT NULL CHECK (payee <> ''),
  amount_fen bigint NOT NULL CHECK (amount_fen BETWEEN 1 AND 1000000000000000),
  paid_fen bigint NOT NULL DEFAULT 0 CHECK (paid_fen >= 0),
  released_fen bigint NOT NULL DEFAULT 0 CHECK (released_fen >= 0),
  create_time timestamptz NOT NULL,
  revision bigint NOT NULL CHECK (revision > 0),
  PRIMARY KEY (fund, id),
  CHECK (paid_fen + released_fen <= amount_fen)
);

CREATE TABLE fund_payments (
  fund text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  commitment text COLLATE "C" NOT NULL,
  amount_fen bigint NOT NULL CHECK (amount_fen > 0),
  -- Number of the treasury's or bank's voucher: a voucher is one payment.
  voucher text NOT NULL CHECK (voucher <> ''),
  actor text NOT NULL CHECK (actor <> ''),
  create_time timestamptz NOT NULL,
  PRIMARY KEY (fund, id),
  UNIQUE (fund, voucher),
  FOREIGN KEY (fund, commitment) REFERENCES fund_commitments
);
