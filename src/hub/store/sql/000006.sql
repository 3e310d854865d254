-- Runs, and messages: one record's passage each. What each agent is to do, and how far its reports have come.

-- The names of interfaces, kept after they are gone: runs and messages still say whose they were.
CREATE TABLE known_interface (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  integration TEXT NOT NULL
) STRICT;
INSERT INTO known_interface
  SELECT interface.id, interface.name, integration.name FROM interface JOIN integration ON integration.id = integration_id;

-- What an agent was last told to do. The number grows whenever the digest of its content changes.
CREATE TABLE deployment (
  agent_row INTEGER PRIMARY KEY REFERENCES agent (id),
  number INTEGER NOT NULL,
  digest TEXT NOT NULL,
  made_at INTEGER NOT NULL,
  -- The highest number that was sent: a higher one, which the agent says it has, is of another hub or of this one before it was
  -- brought back from a backup.
  sent INTEGER NOT NULL DEFAULT 0,
  -- What the agent said it has, and when it was last heard of.
  has INTEGER NOT NULL DEFAULT 0,
  heard_at INTEGER,
  -- Why it could not be told, while that is so.
  error TEXT
) STRICT;

-- Which interfaces an agent was ever given, under the names they then had: those alone it may report on.
CREATE TABLE deployed_interface (
  agent_row INTEGER NOT NULL,
  -- In lower case.
  name TEXT NOT NULL,
  interface_id INTEGER NOT NULL,
  PRIMARY KEY (agent_row, name)
) STRICT, WITHOUT ROWID;

-- Reports go where they belong as they arrive; how far each journal has been read is kept by the agent's own id.
DROP TABLE agent_report;
DROP TABLE agent_journal;
CREATE TABLE agent_journal (
  agent_id TEXT NOT NULL,
  journal TEXT NOT NULL,
  acknowledged INTEGER NOT NULL,
  PRIMARY KEY (agent_id, journal)
) STRICT, WITHOUT ROWID;

-- What agents told of themselves: that they started, that they were stopping, that a schedule was missed. Runs and rows stand
-- below; those of them that belong nowhere are kept here too.
CREATE TABLE agent_report (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  agent_id TEXT NOT NULL,
  journal TEXT NOT NULL,
  number INTEGER NOT NULL,
  kind TEXT NOT NULL,
  at INTEGER NOT NULL,
  body TEXT NOT NULL,
  received_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX agent_report_number ON agent_report (agent_id, journal, number);

CREATE TABLE run (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  -- A UUID, made by whoever started it: the hub, or an agent on schedule.
  run TEXT NOT NULL UNIQUE,
  interface_id INTEGER NOT NULL,
  -- Of the interface, as the agent had it; null until it began.
  interface_version INTEGER,
  direction TEXT NOT NULL CHECK (direction IN ('inbound', 'outbound')),
  agent_row INTEGER NOT NULL,
  trigger TEXT NOT NULL CHECK (trigger IN ('manual', 'schedule', 'records')),
  -- Of a run by records: as the source has them, or as they are sent; null: the rows are those of the source.
  form TEXT CHECK (form IN ('source', 'target')),
  -- Of a run by records: collections or bulk, instead of the mode of the interface.
  wanted_mode TEXT,
  -- waiting: to be given to its agent. given: the agent was asked to take it. confirmed: it may begin, and is given to nobody
  -- else any more. running: it says that it began. ended.
  state TEXT NOT NULL CHECK (state IN ('waiting', 'given', 'confirmed', 'running', 'ended')),
  -- The fencing token: grows each time it is given.
  lease INTEGER NOT NULL DEFAULT 0,
  -- Of one that is confirmed: null once the agent has answered to that.
  lease_until INTEGER,
  -- The run that has to end well first.
  after_id INTEGER,
  asked_at INTEGER NOT NULL,
  asked_by TEXT NOT NULL,
  -- Of a scheduled run: when it was due.
  due_at INTEGER,
  cancel_asked_at INTEGER,
  cancel_asked_by TEXT,
  started_at INTEGER,
  ended_at INTEGER,
  -- Its ending: completed, completed with rejects, failed, unknown rows, cancelled.
  status TEXT,
  -- While it stopped by itself: when it goes on.
  resumes_at INTEGER,
  rows_read INTEGER NOT NULL DEFAULT 0,
  rows_sent INTEGER NOT NULL DEFAULT 0,
  rows_succeeded INTEGER NOT NULL DEFAULT 0,
  rows_created INTEGER NOT NULL DEFAULT 0,
  rows_updated INTEGER NOT NULL DEFAULT 0,
  rows_rejected INTEGER NOT NULL DEFAULT 0,
  rows_unknown INTEGER NOT NULL DEFAULT 0,
  -- JSON: what the merge into the target did.
  loaded TEXT,
  mode TEXT,
  mode_reason TEXT,
  error_code TEXT,
  error TEXT,
  error_next TEXT
) STRICT;
CREATE INDEX run_interface ON run (interface_id, id);
CREATE INDEX run_after ON run (after_id) WHERE after_id IS NOT NULL;
CREATE INDEX run_open ON run (agent_row, id) WHERE state <> 'ended';

-- One record's passage. Its first steps stand in its times; what came after them in message_event.
CREATE TABLE message (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  interface_id INTEGER NOT NULL,
  -- The external id, the Salesforce id, or a digest of the row; null while it is not known.
  key TEXT,
  -- Pending waits for its turn or its next try; Processing is with an agent, or of unknown outcome.
  status TEXT NOT NULL CHECK (status IN ('New', 'Pending', 'Processing', 'Completed', 'Failed', 'Cancelled')),
  outcome TEXT CHECK (outcome IN ('succeeded', 'rejected', 'unknown')),
  created INTEGER,
  -- sluice: checked here. salesforce: refused there.
  rejected_by TEXT,
  code TEXT,
  reason TEXT,
  salesforce_id TEXT,
  -- The run it is or was last in, and its place there.
  run_id INTEGER,
  chunk INTEGER,
  place INTEGER,
  attempt INTEGER NOT NULL DEFAULT 1,
  -- Of the interface, whose mapping made it.
  interface_version INTEGER,
  arrived_at INTEGER NOT NULL,
  sent_at INTEGER,
  settled_at INTEGER,
  -- Of a Pending one: not before this.
  next_try_at INTEGER,
  -- The message of the record it was nested in.
  parent_id INTEGER,
  -- The message it is an edited copy of.
  original_id INTEGER,
  -- The newer message for its key that closed it.
  superseded_by INTEGER,
  -- The call of the integrate API that brought it; null: it was read from a source.
  call_id INTEGER,
  form TEXT CHECK (form IN ('source', 'target')),
  -- JSON object; kept for what failed, or came in over the API.
  payload TEXT
) STRICT;
CREATE INDEX message_key ON message (key, id);
CREATE INDEX message_run ON message (run_id, chunk, place);
CREATE INDEX message_of_run ON message (run_id, id);
CREATE INDEX message_salesforce_id ON message (salesforce_id) WHERE salesforce_id IS NOT NULL;
CREATE INDEX message_status ON message (status, id);
CREATE INDEX message_interface ON message (interface_id, id);
-- Few at a time: what waits, by interface, and what failed, by key.
CREATE INDEX message_waiting ON message (interface_id, id) WHERE status IN ('New', 'Pending');
CREATE INDEX message_waiting_key ON message (interface_id, key) WHERE status IN ('New', 'Pending');
CREATE INDEX message_failed ON message (interface_id, key) WHERE status = 'Failed';
CREATE INDEX message_processing ON message (interface_id, key) WHERE status = 'Processing';
-- What is to be looked at, newest first; Completed ones, which are most, are not in these.
CREATE INDEX message_open ON message (interface_id, status, id) WHERE status <> 'Completed';
CREATE INDEX message_run_open ON message (run_id, status, id) WHERE status <> 'Completed';
CREATE INDEX message_outcome ON message (outcome, id) WHERE outcome <> 'succeeded';
CREATE INDEX message_reason ON message (id) WHERE reason IS NOT NULL;
-- What has come to an end, the oldest first, for retention.
CREATE INDEX message_settled ON message (status, settled_at) WHERE settled_at IS NOT NULL;
CREATE INDEX message_parent ON message (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX message_original ON message (original_id) WHERE original_id IS NOT NULL;
CREATE INDEX message_call ON message (call_id) WHERE call_id IS NOT NULL;

CREATE TABLE message_event (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  message_id INTEGER NOT NULL,
  at INTEGER NOT NULL,
  -- The status it came to.
  status TEXT NOT NULL,
  -- A person, an API client, or what of the hub did it.
  by TEXT NOT NULL,
  -- One sentence.
  comment TEXT NOT NULL,
  run_id INTEGER,
  -- Which try of the message it belongs to.
  attempt INTEGER
) STRICT;
CREATE INDEX message_event_message ON message_event (message_id, id);

-- What was asked of all messages that a filter finds; done in slices, so that no transaction is long.
CREATE TABLE message_task (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  act TEXT NOT NULL CHECK (act IN ('reprocess', 'cancel')),
  -- JSON: the filter.
  filter TEXT NOT NULL,
  asked_at INTEGER NOT NULL,
  asked_by TEXT NOT NULL,
  -- Messages after this one came later, and are not meant; up to `reached` it is done.
  up_to INTEGER NOT NULL,
  reached INTEGER NOT NULL DEFAULT 0,
  done INTEGER NOT NULL DEFAULT 0,
  -- JSON: reason to how many were left out for it.
  left_out TEXT NOT NULL DEFAULT '{}',
  ended_at INTEGER
) STRICT;
CREATE INDEX message_task_open ON message_task (id) WHERE ended_at IS NULL;

-- Settings of the hub that are changed while it runs: how long what has ended is kept.
CREATE TABLE hub_setting (
  name TEXT PRIMARY KEY,
  -- JSON.
  value TEXT NOT NULL,
  changed_at INTEGER NOT NULL,
  changed_by TEXT NOT NULL,
  version INTEGER NOT NULL DEFAULT 1
) STRICT, WITHOUT ROWID;
