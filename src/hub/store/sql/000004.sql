-- Agents that dial in: how they register, what they are asked, and what they report.

CREATE TABLE registration_code (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  -- SHA-256 of the code, which is shown once.
  digest BLOB NOT NULL UNIQUE,
  made_at INTEGER NOT NULL,
  made_by TEXT NOT NULL,
  ends_at INTEGER NOT NULL,
  used_at INTEGER
) STRICT;

-- Its name and whether it may sign in stand in its client.
CREATE TABLE dialled_agent (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  client_row INTEGER NOT NULL UNIQUE REFERENCES client (id),
  -- As the agent made it at its first start.
  agent_id TEXT NOT NULL UNIQUE,
  -- Of the program.
  agent_version TEXT NOT NULL,
  -- JWK, X25519.
  public_key TEXT NOT NULL,
  -- The number of the deployment it has.
  deployment INTEGER NOT NULL,
  registered_at INTEGER NOT NULL,
  last_seen_at INTEGER,
  -- 1 since it said that it was stopping, until it is heard of again.
  has_left INTEGER NOT NULL DEFAULT 0
) STRICT;

-- A request goes when its asker has the answer, or some time after its deadline.
CREATE TABLE agent_request (
  id TEXT PRIMARY KEY,
  agent INTEGER NOT NULL REFERENCES dialled_agent (id),
  name TEXT NOT NULL,
  input TEXT NOT NULL,
  asked_at INTEGER NOT NULL,
  deadline_at INTEGER NOT NULL,
  answered_at INTEGER,
  -- JSON: status, json, errorCode.
  answer TEXT
) STRICT;
CREATE INDEX agent_request_open ON agent_request (agent, asked_at) WHERE answered_at IS NULL;
CREATE INDEX agent_request_deadline ON agent_request (deadline_at);

-- How far each journal of an agent has been read. An agent whose folder was lost begins another.
CREATE TABLE agent_journal (
  agent INTEGER NOT NULL REFERENCES dialled_agent (id),
  journal TEXT NOT NULL,
  acknowledged INTEGER NOT NULL,
  PRIMARY KEY (agent, journal)
) STRICT, WITHOUT ROWID;

CREATE TABLE agent_report (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  agent INTEGER NOT NULL,
  journal TEXT NOT NULL,
  number INTEGER NOT NULL,
  kind TEXT NOT NULL,
  at INTEGER NOT NULL,
  body TEXT NOT NULL,
  received_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX agent_report_number ON agent_report (agent, journal, number);
