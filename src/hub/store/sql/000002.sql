-- Programs that sign in at the hub with client id and client secret: API clients, and agents that dial in.

CREATE TABLE client (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  client_id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK (kind IN ('api', 'agent')),
  name TEXT NOT NULL,
  -- With blanks between.
  scopes TEXT NOT NULL,
  -- JSON array of INTEGRATION/INTERFACE; null: all of them.
  interfaces TEXT,
  active INTEGER NOT NULL DEFAULT 1,
  token_minutes INTEGER NOT NULL DEFAULT 60,
  -- SHA-256 of 256 bits of chance.
  secret_digest BLOB NOT NULL,
  secret_made_at INTEGER NOT NULL,
  -- The secret before it, while both are valid.
  second_digest BLOB,
  second_until INTEGER,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  last_used_at INTEGER,
  version INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX client_name ON client (kind, lower(name));

CREATE TABLE access_token (
  id INTEGER PRIMARY KEY,
  -- SHA-256 of the token.
  digest TEXT NOT NULL,
  client_row INTEGER NOT NULL REFERENCES client (id),
  issued_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  scopes TEXT
) STRICT;
