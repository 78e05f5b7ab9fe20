-- Documents that are made on request, and the organisation that made each: it is told to whoever
-- verifies a copy, also after the dispute went to another organisation.

ALTER TABLE documents
  DROP CONSTRAINT documents_kind_check,
  ADD CONSTRAINT documents_kind_check CHECK (kind IN (
    'AGREEMENT', 'CONCLUSION_NOTICE', 'APPLICATION', 'ACCEPTANCE_NOTICE', 'DECLINE_NOTICE',
    'MEDIATION_RECORD', 'ORAL_AGREEMENT_REGISTER', 'FOLLOW_UP_RECORD', 'FILE_INDEX')),
  ADD COLUMN organisation_name text NOT NULL DEFAULT '';

UPDATE documents
SET organisation_name = disputes.organisation_name
FROM disputes
WHERE disputes.number = documents.dispute;
