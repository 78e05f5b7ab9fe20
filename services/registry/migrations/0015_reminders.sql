-- What is due of escalations, risk entries and their measures, by the end of its clock.
CREATE INDEX escalations_open ON escalations (due_time, dispute, ordinal) WHERE state = 'REPORTED';
CREATE INDEX risk_entries_due ON risk_entries (due_time, risk_entry_id) WHERE clock <> '';
CREATE INDEX preventive_measures_due ON preventive_measures (due_day, risk_entry, ordinal)
  WHERE complete_time IS NULL;
