-- The days on which an agreement was reached and signed, which may lie before their entry: from them
-- the 30 days for judicial confirmation are counted (PML 29, 30, 33).
ALTER TABLE agreements ADD COLUMN agreed_day date;
UPDATE agreements SET agreed_day = (create_time AT TIME ZONE 'Asia/Shanghai')::date;
ALTER TABLE agreements ALTER COLUMN agreed_day SET NOT NULL;
ALTER TABLE signatures ADD COLUMN sign_day date;
UPDATE signatures SET sign_day = (sign_time AT TIME ZONE 'Asia/Shanghai')::date;
ALTER TABLE signatures ALTER COLUMN sign_day SET NOT NULL;
