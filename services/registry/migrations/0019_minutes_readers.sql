-- Who reads and confirms minutes for a party: representative_id, or empty for the party itself.
ALTER TABLE minutes_links ADD COLUMN representative_id text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE minutes_confirmations
  ADD COLUMN representative_id text COLLATE "C" NOT NULL DEFAULT '';
