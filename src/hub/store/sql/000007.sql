-- Calls of the integrate API: what each brought, what is still to become messages, and the answers that are given again.

CREATE TABLE call (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  -- A UUID, made by the hub.
  call TEXT NOT NULL UNIQUE,
  -- Who called, for good and as it was called then.
  caller TEXT NOT NULL,
  caller_name TEXT NOT NULL,
  interface_id INTEGER NOT NULL,
  -- JSON: the ids of all interfaces it brings messages for.
  interfaces TEXT NOT NULL,
  mode TEXT NOT NULL CHECK (mode IN ('Synchronous', 'Asynchronous', 'Batch', 'Bulk')),
  mode_reason TEXT NOT NULL,
  -- arriving: its body is not whole, and nobody sees it. accepted: on disk, and becomes rows of message. ready: all of it has.
  state TEXT NOT NULL CHECK (state IN ('arriving', 'accepted', 'ready')),
  records INTEGER NOT NULL DEFAULT 0,
  messages INTEGER NOT NULL DEFAULT 0,
  -- The first of its messages; the others follow without a gap.
  first_message INTEGER,
  -- JSON: the messages of a small call, until they are rows of their own. Those of a large one are in call_slice.
  folded TEXT,
  arrived_at INTEGER NOT NULL,
  -- When the last piece of it came.
  moved_at INTEGER NOT NULL,
  -- Of a Synchronous one: the run that carries its records.
  run_id INTEGER
) STRICT;
CREATE INDEX call_unready ON call (first_message) WHERE state <> 'ready';
CREATE INDEX call_run ON call (run_id) WHERE run_id IS NOT NULL;

-- Messages of a call whose body came in pieces, as JSON, in their order.
CREATE TABLE call_slice (
  id INTEGER PRIMARY KEY,
  call_id INTEGER NOT NULL,
  -- The place of its first message among those of the call.
  place INTEGER NOT NULL,
  messages TEXT NOT NULL
) STRICT;
CREATE INDEX call_slice_call ON call_slice (call_id, place);

-- Answers to calls with an Idempotency-Key.
CREATE TABLE kept_answer (
  caller TEXT NOT NULL,
  key TEXT NOT NULL,
  -- Of address and body.
  fingerprint TEXT NOT NULL,
  call_id INTEGER NOT NULL,
  -- Null while the call is under way.
  status INTEGER,
  content_type TEXT,
  body TEXT,
  kept_until INTEGER NOT NULL,
  PRIMARY KEY (caller, key)
) STRICT;
CREATE INDEX kept_answer_until ON kept_answer (kept_until);
