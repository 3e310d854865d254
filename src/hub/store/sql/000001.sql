-- The hub: people and their sessions, what was changed by whom, and where the hub may call.
-- Times are milliseconds since 1970, UTC. `version` counts the changes of a row, for two people who edit it at once.

CREATE TABLE person (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  username TEXT NOT NULL,
  name TEXT NOT NULL,
  email TEXT,
  role TEXT NOT NULL CHECK (role IN ('administrator', 'operator', 'viewer')),
  active INTEGER NOT NULL DEFAULT 1,
  -- scrypt; never read but to compare.
  password_hash TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  last_login_at INTEGER,
  version INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX person_username ON person (lower(username));

CREATE TABLE session (
  -- SHA-256 of what the cookie holds.
  digest TEXT PRIMARY KEY,
  person_id INTEGER NOT NULL REFERENCES person (id),
  csrf_token TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  last_used_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_person ON session (person_id);

CREATE TABLE audit_entry (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  -- The username, or what else acted, as it was called then.
  actor TEXT NOT NULL,
  -- A word to search for: changedRemoteSite.
  action TEXT NOT NULL,
  section TEXT NOT NULL,
  -- One sentence; holds no secret.
  display TEXT NOT NULL
) STRICT;
CREATE INDEX audit_entry_at ON audit_entry (at);

CREATE TABLE remote_site (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  -- Scheme, host and port, and nothing else: https://127.0.0.1:9055.
  url TEXT NOT NULL,
  description TEXT,
  active INTEGER NOT NULL DEFAULT 1,
  changed_at INTEGER NOT NULL,
  changed_by TEXT NOT NULL,
  version INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX remote_site_name ON remote_site (lower(name));
CREATE UNIQUE INDEX remote_site_url ON remote_site (url);
