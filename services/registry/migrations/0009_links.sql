-- Disputes that are the same, or belong together.

ALTER TABLE disputes
  DROP CONSTRAINT disputes_state_check,
  ADD CONSTRAINT disputes_state_check CHECK (state IN (
    'REPORTED', 'ACCEPTED', 'MEDIATING', 'SUSPENDED', 'CONCLUDING', 'AGREED', 'PERFORMED',
    'CLOSED_DECLINED', 'CLOSED_FAILED', 'CLOSED_WITHDRAWN', 'CLOSED_UNPERFORMED',
    'CLOSED_SET_ASIDE', 'CLOSED_MERGED', 'ARCHIVED')),
  ADD COLUMN merged_into text COLLATE "C" REFERENCES disputes,
  ADD CHECK (state <> 'CLOSED_MERGED' OR merged_into IS NOT NULL),
  ADD CHECK (merged_into IS NULL OR state IN ('CLOSED_MERGED', 'ARCHIVED')),
  ADD CHECK (merged_into <> number);

-- Every merging and every parting, with who did it and why.
CREATE TABLE mergers (
  dispute text COLLATE "C" NOT NULL REFERENCES disputes,
  dispute_revision bigint NOT NULL,
  merged_into text COLLATE "C" NOT NULL REFERENCES disputes,
  is_undone boolean NOT NULL,
  explanation text NOT NULL CHECK (explanation <> ''),
  principal text NOT NULL,
  merge_time timestamptz NOT NULL,
  PRIMARY KEY (dispute, dispute_revision)
);

-- Once for each pair: first < second.
CREATE TABLE dispute_links (
  first text COLLATE "C" NOT NULL REFERENCES disputes,
  second text COLLATE "C" NOT NULL REFERENCES disputes CHECK (second > first),
  kind text NOT NULL CHECK (kind IN ('RELATED', 'GROUP')),
  explanation text NOT NULL CHECK (explanation <> ''),
  principal text NOT NULL,
  create_time timestamptz NOT NULL,
  end_principal text NOT NULL DEFAULT '',
  end_time timestamptz,
  PRIMARY KEY (first, second),
  CHECK ((end_time IS NULL) = (end_principal = ''))
);
CREATE INDEX dispute_links_second ON dispute_links (second, first);
