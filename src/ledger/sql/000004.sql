-- The org's own time just before a query job was asked for whose id is not known yet: a run that was killed there may have left one.

ALTER TABLE runs ADD COLUMN query_intent_at INTEGER;
CREATE INDEX runs_by_query_intent ON runs (interface) WHERE query_intent_at IS NOT NULL;
