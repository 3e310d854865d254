-- What the agent was given to run, how far its rows are told, and when schedules were looked at last.
CREATE TABLE run (
  -- In this order they begin.
  taken INTEGER PRIMARY KEY AUTOINCREMENT,
  -- Made by whoever started it: the hub, or this agent on schedule.
  run TEXT NOT NULL UNIQUE,
  interface TEXT NOT NULL,
  lease INTEGER NOT NULL,
  -- taken: nothing begun. confirmed: may begin, or goes on. ended: its last report is in the journal.
  state TEXT NOT NULL CHECK (state IN ('taken', 'confirmed', 'ended')),
  trigger TEXT NOT NULL CHECK (trigger IN ('hub', 'schedule')),
  -- Of a scheduled run: when it was due.
  due_at INTEGER,
  -- JSON: form, parts and mode of the records that were handed over; null: the rows are those of the source.
  records TEXT,
  cancel_asked INTEGER NOT NULL DEFAULT 0,
  taken_at INTEGER NOT NULL,
  began_at INTEGER,
  -- Of the interface, and its connection with sealed secrets as JSON, as they were when it began.
  version INTEGER,
  connection TEXT,
  ended_at INTEGER,
  -- JSON: the body of its last report.
  ended TEXT
) STRICT;
CREATE INDEX run_open ON run (taken) WHERE state <> 'ended';

-- Rows of a chunk up to this place are in the journal, or were.
CREATE TABLE told (
  run TEXT NOT NULL,
  chunk INTEGER NOT NULL,
  place INTEGER NOT NULL,
  PRIMARY KEY (run, chunk)
) STRICT, WITHOUT ROWID;

CREATE TABLE schedule (
  interface TEXT PRIMARY KEY,
  -- JSON, to see that it was changed.
  schedule TEXT NOT NULL,
  -- Due times up to this one were decided on.
  considered INTEGER NOT NULL,
  -- A due time that waits until the integration is active again.
  waiting INTEGER
) STRICT, WITHOUT ROWID;
