-- 1: the run was asked to read everything out of Salesforce, whatever was read before.
ALTER TABLE run ADD COLUMN reads_all INTEGER NOT NULL DEFAULT 0;
