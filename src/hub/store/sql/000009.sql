-- What moves over time, counted as it is reported, so that nobody has to go through messages for it; and what agents read of how
-- many API calls an org has left.

-- Each row counts once in every grain: a chart of an hour, a day or a week is then a few rows.
CREATE TABLE throughput (
  -- How long a bucket is.
  grain_ms INTEGER NOT NULL,
  -- When it begins.
  at INTEGER NOT NULL,
  interface_id INTEGER NOT NULL,
  succeeded INTEGER NOT NULL,
  rejected INTEGER NOT NULL,
  unknown INTEGER NOT NULL,
  PRIMARY KEY (grain_ms, at, interface_id)
) STRICT, WITHOUT ROWID;

-- The newest that any agent told of an org; connections to one org share its calls.
CREATE TABLE api_usage (
  my_domain_url TEXT PRIMARY KEY,
  -- Calls of the 24 hours before, and how many there may be.
  used INTEGER NOT NULL,
  allowed INTEGER NOT NULL,
  read_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- When the consumer secret in use was entered; of those that are there already it is known no better than this.
ALTER TABLE connection ADD COLUMN secret_entered_at INTEGER;
UPDATE connection SET secret_entered_at = changed_at WHERE json_extract(salesforce, '$.consumerSecret') IS NOT NULL;
