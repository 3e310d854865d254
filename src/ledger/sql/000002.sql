-- Runs out of Salesforce: what the merge did, and the query job under way, which has to be taken out of the org again.

ALTER TABLE runs ADD COLUMN direction      TEXT NOT NULL DEFAULT 'inbound';
ALTER TABLE runs ADD COLUMN rows_inserted  INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN rows_updated   INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN rows_unchanged INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN rows_deleted   INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN query_job      TEXT;

CREATE INDEX runs_by_query_job ON runs (interface) WHERE query_job IS NOT NULL;
