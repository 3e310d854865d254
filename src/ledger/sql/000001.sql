-- The account of runs, chunks and rows, and of what happened when. Times are milliseconds since 1970, UTC.

CREATE TABLE runs (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  interface     TEXT NOT NULL,
  object        TEXT NOT NULL,
  operation     TEXT NOT NULL,
  external_id   TEXT,
  key_field     TEXT,
  -- Salesforce's id of the org the run began in; it goes on nowhere else.
  organization  TEXT,
  -- What the run was told to do, as JSON, without secrets: resuming needs it.
  definition    TEXT NOT NULL,
  -- Column names of every spool file of the run, as a JSON array; written once the mapping is planned.
  header        TEXT,
  mode          TEXT,
  mode_reason   TEXT,
  -- 1 after repeated lock errors, or where rows share parents: jobs are closed one at a time.
  serial        INTEGER NOT NULL DEFAULT 0,
  status        TEXT NOT NULL,
  attempt       INTEGER NOT NULL DEFAULT 1,
  started_at    INTEGER NOT NULL,
  -- The source was read to its end and every chunk is on disk: from here on the run only goes forward.
  committed_at  INTEGER,
  ended_at      INTEGER,
  rows_read     INTEGER NOT NULL DEFAULT 0,
  error_code    TEXT,
  error         TEXT,
  error_next    TEXT
) STRICT;

CREATE INDEX runs_by_interface ON runs (interface, id);

CREATE TABLE chunks (
  run           INTEGER NOT NULL REFERENCES runs (id),
  number        INTEGER NOT NULL,
  attempt       INTEGER NOT NULL,
  mode          TEXT NOT NULL DEFAULT 'bulk',
  -- planned, spooled, created, uploaded, closed, polled, fetched, reconciled; dropped when its attempt was given up.
  state         TEXT NOT NULL,
  -- Retries: the chunk whose rows these are, which try this is (1 is the first), and when it may go.
  parent        INTEGER,
  try           INTEGER NOT NULL DEFAULT 1,
  not_before    INTEGER,
  file          TEXT NOT NULL,
  bytes         INTEGER NOT NULL DEFAULT 0,
  rows          INTEGER NOT NULL DEFAULT 0,
  -- The org's own time just before a request of which no answer is recorded yet.
  intent_at     INTEGER,
  job_id        TEXT,
  job_state     TEXT,
  job_error     TEXT,
  job_processed INTEGER,
  succeeded     INTEGER NOT NULL DEFAULT 0,
  created       INTEGER NOT NULL DEFAULT 0,
  rejected      INTEGER NOT NULL DEFAULT 0,
  rejected_here INTEGER NOT NULL DEFAULT 0,
  retried       INTEGER NOT NULL DEFAULT 0,
  unknown       INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (run, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX chunks_by_job ON chunks (job_id) WHERE job_id IS NOT NULL;

CREATE TABLE rows (
  run           INTEGER NOT NULL,
  chunk         INTEGER NOT NULL,
  -- A running number inside the chunk; it says nothing about the place of the row in the source.
  ordinal       INTEGER NOT NULL,
  key           TEXT NOT NULL,
  -- succeeded, rejected, unknown
  outcome       TEXT NOT NULL,
  salesforce_id TEXT,
  created       INTEGER,
  -- Who rejected it: sluice (the check before sending) or salesforce.
  rejected_by   TEXT,
  code          TEXT,
  message       TEXT,
  fields        TEXT,
  -- The cells that were to be sent, as a JSON object; kept for rejected and unknown rows only.
  cells         TEXT,
  PRIMARY KEY (run, chunk, ordinal)
) STRICT, WITHOUT ROWID;

CREATE INDEX rows_by_key ON rows (key);
CREATE INDEX rows_in_trouble ON rows (run, outcome) WHERE outcome <> 'succeeded';

CREATE TABLE events (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  run           INTEGER NOT NULL,
  chunk         INTEGER,
  at            INTEGER NOT NULL,
  what          TEXT NOT NULL,
  detail        TEXT
) STRICT;

CREATE INDEX events_by_run ON events (run, id);
