-- Integrations, their interfaces, and every version of an interface that was ever saved.

CREATE TABLE integration (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  description TEXT,
  -- Two may stand at one place; they then go by name.
  sequence INTEGER NOT NULL,
  -- inactive: what is due or comes in is kept and waits; stopped: it is refused.
  state TEXT NOT NULL CHECK (state IN ('active', 'inactive', 'stopped')),
  changed_at INTEGER NOT NULL,
  changed_by TEXT NOT NULL,
  version INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX integration_name ON integration (lower(name));

CREATE TABLE interface (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  integration_id INTEGER NOT NULL REFERENCES integration (id),
  name TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('deployed', 'undeployed')),
  connection TEXT NOT NULL,
  -- JSON in the shape of an interface file; integration and sequence are those of this row.
  definition TEXT NOT NULL,
  changed_at INTEGER NOT NULL,
  changed_by TEXT NOT NULL,
  version INTEGER NOT NULL DEFAULT 1,
  UNIQUE (integration_id, sequence)
) STRICT;
CREATE UNIQUE INDEX interface_name ON interface (lower(name));
CREATE INDEX interface_connection ON interface (lower(connection));

CREATE TABLE interface_version (
  interface_id INTEGER NOT NULL REFERENCES interface (id),
  version INTEGER NOT NULL,
  -- As it was then, with the integration as it was called.
  definition TEXT NOT NULL,
  saved_at INTEGER NOT NULL,
  saved_by TEXT NOT NULL,
  -- The version that was restored, if this one came so.
  restored INTEGER,
  PRIMARY KEY (interface_id, version)
) STRICT, WITHOUT ROWID;
