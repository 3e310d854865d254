-- Agents and how they are reached; connections, each an agent, the database or folder beside it, and an org.

CREATE TABLE agent (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  -- Made by the agent itself at its first start; null until it was reached.
  agent_id TEXT UNIQUE,
  -- endpoint: the hub calls it. dialled: it calls the hub.
  kind TEXT NOT NULL CHECK (kind IN ('endpoint', 'dialled')),
  -- As it calls itself; null until it was reached.
  name TEXT,
  -- Scheme, host and port of an endpoint: https://127.0.0.1:9055.
  url TEXT,
  username TEXT,
  -- Sealed with the key of the hub, for this url.
  password BLOB,
  -- PEM; pinned at the first ping. Null: not pinned yet, or plain http on this machine.
  certificate TEXT,
  -- JWK; secrets for the agent are sealed to it.
  public_key TEXT,
  version TEXT,
  last_seen_at INTEGER,
  CHECK (kind = 'dialled' OR url IS NOT NULL)
) STRICT;
CREATE INDEX agent_url ON agent (url);

CREATE TABLE connection (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  description TEXT,
  type TEXT NOT NULL CHECK (type IN ('agentDatabase', 'agentFile')),
  agent_row INTEGER NOT NULL REFERENCES agent (id),
  -- JSON, as the agent is given it: the password sealed to the agent.
  database TEXT NOT NULL,
  -- JSON, the same; without consumerSecret when none is kept.
  salesforce TEXT NOT NULL,
  -- JSON: consumerKey, and consumerSecret sealed to the agent.
  second_key_pair TEXT,
  -- When the last ping of each half was good for these settings; null: it was not.
  agent_good_at INTEGER,
  salesforce_good_at INTEGER,
  changed_at INTEGER NOT NULL,
  changed_by TEXT NOT NULL,
  version INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX connection_name ON connection (lower(name));
CREATE INDEX connection_agent ON connection (agent_row);
