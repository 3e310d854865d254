-- Indexes of message that cost what is written, however many messages there are.

-- By key and by Salesforce id, for each block of 524,288 messages that follow each other by itself. Keys come in any order: in one index
-- of all messages each of them would change a page of its own, the more so the more messages there are. See message-blocks.ts.
DROP INDEX message_key;
CREATE INDEX message_key ON message (id >> 19, key);
DROP INDEX message_salesforce_id;
CREATE INDEX message_salesforce_id ON message (id >> 19, salesforce_id) WHERE salesforce_id IS NOT NULL;

-- Most are Completed: they are counted in message_settled, and found by their ids.
DROP INDEX message_status;
CREATE INDEX message_status ON message (status, id) WHERE status <> 'Completed';

-- Those by run are of messages that are in one, or were; most that come in are not yet.
DROP INDEX message_run;
CREATE INDEX message_run ON message (run_id, chunk, place) WHERE run_id IS NOT NULL AND place IS NOT NULL;
DROP INDEX message_of_run;
CREATE INDEX message_of_run ON message (run_id, id) WHERE run_id IS NOT NULL;
DROP INDEX message_run_open;
CREATE INDEX message_run_open ON message (run_id, status, id) WHERE run_id IS NOT NULL AND status <> 'Completed';
