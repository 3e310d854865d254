-- Calls go with the last of their messages.

ALTER TABLE call ADD COLUMN emptied_at INTEGER; -- When retention took the last of its messages.
CREATE INDEX call_emptied ON call (id) WHERE emptied_at IS NOT NULL;
CREATE INDEX kept_answer_call ON kept_answer (call_id);

-- Those whose messages went before this was noted down.
UPDATE call SET emptied_at = moved_at
  WHERE state = 'ready' AND NOT EXISTS (SELECT 1 FROM message WHERE message.call_id = call.id);
