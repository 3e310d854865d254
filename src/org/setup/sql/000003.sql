-- The web login: what a user has granted to an app is listed and revoked like a token, with the access tokens that come of it.

ALTER TABLE oauth_grant ADD COLUMN token_id TEXT;
ALTER TABLE oauth_grant ADD COLUMN use_count INTEGER NOT NULL DEFAULT 1;
CREATE INDEX access_token_grant ON access_token (grant_id) WHERE grant_id IS NOT NULL;

-- What Connected Apps OAuth Usage shows: a row for each grant, and one for each access token that came of none.
CREATE VIEW live_token AS
SELECT token_id, app_id, user_id, issued_at AS created_at, last_used_at, use_count FROM access_token WHERE grant_id IS NULL
UNION ALL
SELECT g.token_id, g.app_id, g.user_id, g.created_at,
  max(g.last_used_at, coalesce((SELECT max(t.last_used_at) FROM access_token t WHERE t.grant_id = g.id), 0)),
  g.use_count
FROM oauth_grant g;

DROP VIEW "OauthToken";
CREATE VIEW "OauthToken" AS
SELECT t.token_id AS "Id", t.user_id AS "UserId", a.name AS "AppName", t.created_at AS "CreatedDate",
  t.last_used_at AS "LastUsedDate", t.use_count AS "UseCount", 0 AS "IsDeleted"
FROM live_token t JOIN app a ON a.id = t.app_id;
