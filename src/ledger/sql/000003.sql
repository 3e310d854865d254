-- A run that a hub knows: by this id it is found again, so that it is begun once.
ALTER TABLE runs ADD COLUMN hub_run TEXT;
CREATE UNIQUE INDEX runs_by_hub_run ON runs (hub_run) WHERE hub_run IS NOT NULL;
