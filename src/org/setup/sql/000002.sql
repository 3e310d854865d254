-- The front door: apps of both kinds with their pairs of key and secret, licences, profiles, permission sets, who may sign in when,
-- and what happened. What SOQL reads has the columns that src/org/schema describes; times are milliseconds since 1970.

-- The number behind the last id of each kind.
CREATE TABLE id_counter (prefix TEXT PRIMARY KEY, last INTEGER NOT NULL);
INSERT INTO id_counter SELECT '005', count(*) FROM "User";
INSERT INTO id_counter SELECT '0H4', count(*) FROM connected_app;

ALTER TABLE "User" ADD COLUMN "ProfileId" TEXT;

-- What is kept of a user beside the record: frozen by an administrator, and the password as scrypt.
CREATE TABLE user_login (
  user_id TEXT PRIMARY KEY REFERENCES "User" ("Id"),
  frozen INTEGER NOT NULL DEFAULT 0,
  password_hash TEXT
);
INSERT INTO user_login (user_id) SELECT "Id" FROM "User";

CREATE TABLE org_setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE org_wide_default (object TEXT PRIMARY KEY COLLATE NOCASE, value TEXT NOT NULL);

-- An app: its settings and policies as JSON (src/org/setup/app.ts). `api_name` is filled by the program for apps of the first stage.
CREATE TABLE app (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('connectedApp', 'externalClientApp')),
  name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  api_name TEXT UNIQUE COLLATE NOCASE,
  details TEXT NOT NULL,
  blocked INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  changed_at INTEGER NOT NULL,
  changed_by TEXT NOT NULL
);

-- The secret is sealed (AES-256-GCM) under the key file beside the store, for the app's id.
CREATE TABLE consumer_credential (
  id TEXT PRIMARY KEY,
  app_id TEXT NOT NULL REFERENCES app (id) ON DELETE CASCADE,
  consumer_key TEXT NOT NULL UNIQUE,
  sealed_secret BLOB NOT NULL,
  -- Where the secret came from: 'generated' or a reference.
  secret_source TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('active', 'staged')),
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  expires_at INTEGER,
  available_at INTEGER NOT NULL,
  last_used_at INTEGER,
  last_used_by_id TEXT,
  UNIQUE (app_id, state)
);

INSERT INTO app
SELECT id, 'connectedApp', name, NULL,
  json_object(
    'scopes', json(CASE scopes WHEN '' THEN '[]' ELSE '["' || replace(scopes, ' ', '","') || '"]' END),
    'clientCredentialsEnabled', json(iif(client_credentials_enabled, 'true', 'false')),
    'runAsUserId', run_as_user_id,
    'sessionTimeoutMinutes', nullif(session_timeout_ms / 60000, 120)
  ),
  0, created_at, 'setup file', changed_at, 'setup file'
FROM connected_app;

INSERT INTO consumer_credential
  (id, app_id, consumer_key, sealed_secret, secret_source, state, created_at, created_by, available_at)
SELECT '888' || substr(id, 4), id, consumer_key, sealed_secret, secret_source, 'active', created_at, 'setup file', created_at
FROM connected_app;

DROP TABLE connected_app;

ALTER TABLE access_token ADD COLUMN token_id TEXT;
ALTER TABLE access_token ADD COLUMN expires_at INTEGER;
ALTER TABLE access_token ADD COLUMN scopes TEXT;
ALTER TABLE access_token ADD COLUMN grant_id TEXT;
ALTER TABLE access_token ADD COLUMN use_count INTEGER NOT NULL DEFAULT 1;

-- Licences: how many there are; how many are used is counted.
CREATE TABLE license (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('user', 'permissionSet')),
  name TEXT NOT NULL UNIQUE,
  key TEXT NOT NULL UNIQUE,
  total INTEGER NOT NULL,
  created_at INTEGER NOT NULL
);

CREATE TABLE profile_record (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  license_id TEXT NOT NULL REFERENCES license (id),
  standard INTEGER NOT NULL,
  login_hours TEXT NOT NULL DEFAULT '{}',
  login_ip_ranges TEXT NOT NULL DEFAULT '[]',
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL
);

-- Every profile has one of its own, as in Salesforce: what grants rights is always a permission set.
CREATE TABLE "PermissionSet" (
  "Id" TEXT PRIMARY KEY,
  "Name" TEXT NOT NULL UNIQUE COLLATE NOCASE,
  "Label" TEXT NOT NULL,
  "LicenseId" TEXT REFERENCES license (id),
  "ProfileId" TEXT REFERENCES profile_record (id),
  "IsOwnedByProfile" INTEGER NOT NULL,
  "IsCustom" INTEGER NOT NULL,
  "Description" TEXT,
  "Type" TEXT NOT NULL,
  "PermissionsApiEnabled" INTEGER NOT NULL DEFAULT 0,
  "PermissionsApiUserOnly" INTEGER NOT NULL DEFAULT 0,
  "PermissionsViewAllData" INTEGER NOT NULL DEFAULT 0,
  "PermissionsModifyAllData" INTEGER NOT NULL DEFAULT 0,
  "PermissionsCustomizeApplication" INTEGER NOT NULL DEFAULT 0,
  "PermissionsManageUsers" INTEGER NOT NULL DEFAULT 0,
  "PermissionsViewClientSecret" INTEGER NOT NULL DEFAULT 0,
  "CreatedDate" INTEGER NOT NULL,
  "CreatedById" TEXT NOT NULL,
  "LastModifiedDate" INTEGER NOT NULL,
  "LastModifiedById" TEXT NOT NULL,
  "SystemModstamp" INTEGER NOT NULL,
  "IsDeleted" INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE "ObjectPermissions" (
  "Id" TEXT PRIMARY KEY,
  "ParentId" TEXT NOT NULL REFERENCES "PermissionSet" ("Id") ON DELETE CASCADE,
  "SobjectType" TEXT NOT NULL COLLATE NOCASE,
  "PermissionsCreate" INTEGER NOT NULL,
  "PermissionsRead" INTEGER NOT NULL,
  "PermissionsEdit" INTEGER NOT NULL,
  "PermissionsDelete" INTEGER NOT NULL,
  "PermissionsViewAllRecords" INTEGER NOT NULL,
  "PermissionsModifyAllRecords" INTEGER NOT NULL,
  "CreatedDate" INTEGER NOT NULL,
  "CreatedById" TEXT NOT NULL,
  "LastModifiedDate" INTEGER NOT NULL,
  "LastModifiedById" TEXT NOT NULL,
  "SystemModstamp" INTEGER NOT NULL,
  "IsDeleted" INTEGER NOT NULL DEFAULT 0,
  UNIQUE ("ParentId", "SobjectType")
);

-- "Field" is the object's name, a point, and the field's.
CREATE TABLE "FieldPermissions" (
  "Id" TEXT PRIMARY KEY,
  "ParentId" TEXT NOT NULL REFERENCES "PermissionSet" ("Id") ON DELETE CASCADE,
  "SobjectType" TEXT NOT NULL COLLATE NOCASE,
  "Field" TEXT NOT NULL COLLATE NOCASE,
  "PermissionsEdit" INTEGER NOT NULL,
  "PermissionsRead" INTEGER NOT NULL,
  "SystemModstamp" INTEGER NOT NULL,
  "IsDeleted" INTEGER NOT NULL DEFAULT 0,
  UNIQUE ("ParentId", "Field")
);

CREATE TABLE apex_class_access (
  permission_set_id TEXT NOT NULL REFERENCES "PermissionSet" ("Id") ON DELETE CASCADE,
  class_name TEXT NOT NULL COLLATE NOCASE,
  PRIMARY KEY (permission_set_id, class_name)
);

-- Permission sets of users, and the one of their profile.
CREATE TABLE "PermissionSetAssignment" (
  "Id" TEXT PRIMARY KEY,
  "PermissionSetId" TEXT NOT NULL REFERENCES "PermissionSet" ("Id") ON DELETE CASCADE,
  "AssigneeId" TEXT NOT NULL REFERENCES "User" ("Id"),
  "IsActive" INTEGER NOT NULL DEFAULT 1,
  "SystemModstamp" INTEGER NOT NULL,
  "IsDeleted" INTEGER NOT NULL DEFAULT 0,
  UNIQUE ("AssigneeId", "PermissionSetId")
);

CREATE TABLE "PermissionSetLicenseAssign" (
  "Id" TEXT PRIMARY KEY,
  "PermissionSetLicenseId" TEXT NOT NULL REFERENCES license (id),
  "AssigneeId" TEXT NOT NULL REFERENCES "User" ("Id"),
  "CreatedDate" INTEGER NOT NULL,
  "CreatedById" TEXT NOT NULL,
  "LastModifiedDate" INTEGER NOT NULL,
  "LastModifiedById" TEXT NOT NULL,
  "SystemModstamp" INTEGER NOT NULL,
  "IsDeleted" INTEGER NOT NULL DEFAULT 0,
  UNIQUE ("AssigneeId", "PermissionSetLicenseId")
);

CREATE VIEW "Profile" AS
SELECT p.id AS "Id", p.name AS "Name", p.license_id AS "UserLicenseId", 'Standard' AS "UserType", NULL AS "Description",
  s."PermissionsApiEnabled", s."PermissionsApiUserOnly", s."PermissionsViewAllData", s."PermissionsModifyAllData",
  s."PermissionsCustomizeApplication", s."PermissionsManageUsers", s."PermissionsViewClientSecret",
  s."CreatedDate", s."CreatedById", s."LastModifiedDate", s."LastModifiedById", s."SystemModstamp", 0 AS "IsDeleted"
FROM profile_record p JOIN "PermissionSet" s ON s."ProfileId" = p.id;

CREATE VIEW "UserLicense" AS
SELECT l.id AS "Id", l.key AS "LicenseDefinitionKey", l.total AS "TotalLicenses", 'Active' AS "Status",
  (SELECT count(*) FROM "User" u JOIN profile_record p ON p.id = u."ProfileId" WHERE p.license_id = l.id AND u."IsActive")
    AS "UsedLicenses",
  l.name AS "Name", l.name AS "MasterLabel", l.created_at AS "CreatedDate", l.created_at AS "LastModifiedDate",
  l.created_at AS "SystemModstamp", 0 AS "IsDeleted"
FROM license l WHERE l.kind = 'user';

CREATE VIEW "PermissionSetLicense" AS
SELECT l.id AS "Id", l.key AS "DeveloperName", l.name AS "MasterLabel", 'en_US' AS "Language",
  l.key AS "PermissionSetLicenseKey", l.total AS "TotalLicenses", 'Active' AS "Status",
  (SELECT count(*) FROM "PermissionSetLicenseAssign" a WHERE a."PermissionSetLicenseId" = l.id) AS "UsedLicenses",
  l.created_at AS "CreatedDate", l.created_at AS "LastModifiedDate", l.created_at AS "SystemModstamp", 0 AS "IsDeleted"
FROM license l WHERE l.kind = 'permissionSet';

-- External client apps are not in it, as in Salesforce.
CREATE VIEW "ConnectedApplication" AS
SELECT a.id AS "Id", a.name AS "Name",
  json_extract(a.details, '$.permittedUsers') IS 'AdminApprovedPreAuthorized' AS "OptionsAllowAdminApprovedUsersOnly",
  a.created_at AS "CreatedDate", (SELECT min("Id") FROM "User") AS "CreatedById",
  a.changed_at AS "LastModifiedDate", (SELECT min("Id") FROM "User") AS "LastModifiedById",
  a.changed_at AS "SystemModstamp", 0 AS "IsDeleted"
FROM app a WHERE a.kind = 'connectedApp';

CREATE VIEW "OauthToken" AS
SELECT t.token_id AS "Id", t.user_id AS "UserId", a.name AS "AppName", t.issued_at AS "CreatedDate",
  t.last_used_at AS "LastUsedDate", t.use_count AS "UseCount", 0 AS "IsDeleted"
FROM access_token t JOIN app a ON a.id = t.app_id;

-- Only ever added to at the end and shortened at the front.
CREATE TABLE login_history (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  at INTEGER NOT NULL,
  user_id TEXT NOT NULL,
  application TEXT NOT NULL,
  status TEXT NOT NULL,
  login_type TEXT NOT NULL,
  login_sub_type TEXT,
  source_ip TEXT NOT NULL,
  login_url TEXT NOT NULL
);

CREATE VIEW "LoginHistory" AS
SELECT id AS "Id", user_id AS "UserId", at AS "LoginTime", login_type AS "LoginType", login_sub_type AS "LoginSubType",
  source_ip AS "SourceIp", login_url AS "LoginUrl", status AS "Status", application AS "Application",
  0 AS "OptionsIsGet", 1 AS "OptionsIsPost", 0 AS "IsDeleted"
FROM login_history;

CREATE TABLE setup_audit (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  at INTEGER NOT NULL,
  by TEXT NOT NULL,
  action TEXT NOT NULL,
  section TEXT NOT NULL,
  display TEXT NOT NULL
);

-- Of the OAuth server: keys that sign tokens (the private half sealed), codes, grants behind refresh tokens, assertions used.
CREATE TABLE signing_key (key_id TEXT PRIMARY KEY, sealed_key BLOB NOT NULL, created_at INTEGER NOT NULL);

CREATE TABLE authorization_code (
  digest TEXT PRIMARY KEY,
  record TEXT NOT NULL,
  used_for TEXT,
  expires_at INTEGER NOT NULL
);

CREATE TABLE oauth_grant (
  id TEXT PRIMARY KEY,
  digest TEXT NOT NULL,
  app_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  scopes TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  last_used_at INTEGER NOT NULL
);

CREATE INDEX oauth_grant_user ON oauth_grant (user_id, app_id);

-- Every refresh token a grant ever had, so that one used again is known.
CREATE TABLE refresh_token (digest TEXT PRIMARY KEY, grant_id TEXT NOT NULL REFERENCES oauth_grant (id) ON DELETE CASCADE);
CREATE INDEX refresh_token_grant ON refresh_token (grant_id);

CREATE TABLE used_assertion (
  client_id TEXT NOT NULL,
  digest TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (client_id, digest)
) WITHOUT ROWID;
CREATE INDEX used_assertion_end ON used_assertion (expires_at);
