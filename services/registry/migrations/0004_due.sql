-- What is due, by the end of its clock. A step that moves the clock moves its entry; disputes that
-- are archived have none.
CREATE INDEX disputes_due ON disputes (due_time, number) WHERE clock <> '' AND NOT overdue;
CREATE INDEX disputes_overdue ON disputes (due_time, number) WHERE clock <> '' AND overdue;
