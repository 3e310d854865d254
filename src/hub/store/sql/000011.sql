-- Runs that read everything out of Salesforce for this once; and retention finds old reports of agents without reading them all.

ALTER TABLE run ADD COLUMN reads_all INTEGER NOT NULL DEFAULT 0;

CREATE INDEX agent_report_received ON agent_report (received_at, kind);
