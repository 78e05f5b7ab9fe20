-- What disputes are found by: words of SearchWords. A word of a party's name or address begins with
-- "~" and counts only for those who may see it; a scope begins with "@": "@o:" an organisation,
-- "@c:" a court, "@d:" a place by its first 2, 4, 6 or 9 digits. All in one index, so that a rare
-- scope and a rare word both narrow the search.
CREATE TABLE dispute_words (
  dispute text COLLATE "C" PRIMARY KEY REFERENCES disputes,
  category text NOT NULL,
  is_closed boolean NOT NULL,
  -- How many words its text has.
  length integer NOT NULL CHECK (length >= 0),
  words text[] COLLATE "C" NOT NULL
) WITH (fillfactor = 80);
CREATE INDEX dispute_words_words ON dispute_words USING gin (words);
