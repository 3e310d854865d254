-- What the agent has to tell its hub. A report goes once the hub has said that it is on its disk; its number never comes again.
CREATE TABLE report (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  at INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;

CREATE TABLE journal (
  -- Made by chance: numbers are those of this journal.
  id TEXT NOT NULL,
  -- Written to see whether there is room on the disk again; holds nothing.
  tried BLOB
) STRICT;
INSERT INTO journal VALUES (lower(hex(randomblob(16))), NULL);
