-- The setup store. "User" and "Organization" have the columns that src/org/schema describes, so that SOQL can join them.

CREATE TABLE "User" (
  "Id" TEXT PRIMARY KEY,
  "Username" TEXT NOT NULL,
  "LastName" TEXT NOT NULL,
  "FirstName" TEXT,
  "Name" TEXT NOT NULL,
  "CompanyName" TEXT,
  "Division" TEXT,
  "Department" TEXT,
  "Title" TEXT,
  "Street" TEXT,
  "City" TEXT,
  "State" TEXT,
  "PostalCode" TEXT,
  "Country" TEXT,
  "Latitude" REAL,
  "Longitude" REAL,
  "GeocodeAccuracy" TEXT,
  "Email" TEXT NOT NULL,
  "Phone" TEXT,
  "Fax" TEXT,
  "MobilePhone" TEXT,
  "Alias" TEXT NOT NULL,
  "CommunityNickname" TEXT NOT NULL,
  "IsActive" INTEGER NOT NULL DEFAULT 0,
  "TimeZoneSidKey" TEXT NOT NULL,
  "LocaleSidKey" TEXT NOT NULL,
  "EmailEncodingKey" TEXT NOT NULL,
  "LanguageLocaleKey" TEXT NOT NULL,
  "UserType" TEXT,
  "EmployeeNumber" TEXT,
  "ManagerId" TEXT,
  "LastLoginDate" INTEGER,
  "CreatedDate" INTEGER NOT NULL,
  "CreatedById" TEXT NOT NULL,
  "LastModifiedDate" INTEGER NOT NULL,
  "LastModifiedById" TEXT NOT NULL,
  "SystemModstamp" INTEGER NOT NULL,
  "FederationIdentifier" TEXT,
  "IsDeleted" INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE "Organization" (
  "Id" TEXT PRIMARY KEY,
  "Name" TEXT NOT NULL,
  "Division" TEXT,
  "Street" TEXT,
  "City" TEXT,
  "State" TEXT,
  "PostalCode" TEXT,
  "Country" TEXT,
  "Latitude" REAL,
  "Longitude" REAL,
  "GeocodeAccuracy" TEXT,
  "Phone" TEXT,
  "Fax" TEXT,
  "PrimaryContact" TEXT,
  "DefaultLocaleSidKey" TEXT,
  "TimeZoneSidKey" TEXT,
  "LanguageLocaleKey" TEXT,
  "FiscalYearStartMonth" INTEGER,
  "TrialExpirationDate" INTEGER,
  "OrganizationType" TEXT,
  "NamespacePrefix" TEXT,
  "InstanceName" TEXT,
  "IsSandbox" INTEGER NOT NULL DEFAULT 0,
  "IsReadOnly" INTEGER NOT NULL DEFAULT 0,
  "CreatedDate" INTEGER NOT NULL,
  "CreatedById" TEXT NOT NULL,
  "LastModifiedDate" INTEGER NOT NULL,
  "LastModifiedById" TEXT NOT NULL,
  "SystemModstamp" INTEGER NOT NULL,
  "IsDeleted" INTEGER NOT NULL DEFAULT 0
);

CREATE UNIQUE INDEX user_username ON "User" (lower("Username"));

-- The consumer secret is sealed (AES-256-GCM) under the key file beside the store.
CREATE TABLE connected_app (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  consumer_key TEXT NOT NULL UNIQUE,
  sealed_secret BLOB NOT NULL,
  -- Where the secret came from: 'generated' or a reference.
  secret_source TEXT NOT NULL,
  -- Space-separated, in the order of the setup file.
  scopes TEXT NOT NULL,
  client_credentials_enabled INTEGER NOT NULL,
  run_as_user_id TEXT REFERENCES "User" ("Id"),
  session_timeout_ms INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL
);

-- Live tokens, by SHA-256 in base64. Times in milliseconds since 1970.
CREATE TABLE access_token (
  id INTEGER PRIMARY KEY,
  digest TEXT NOT NULL,
  app_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  issued_at INTEGER NOT NULL,
  last_used_at INTEGER NOT NULL,
  timeout_ms INTEGER NOT NULL
);

-- The first three characters of the ids of custom objects, given once and for good.
CREATE TABLE key_prefix (
  object TEXT PRIMARY KEY COLLATE NOCASE,
  prefix TEXT NOT NULL UNIQUE
);

-- The setup that was applied last, as JSON; one row.
CREATE TABLE applied_setup (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  setup TEXT NOT NULL,
  applied_at INTEGER NOT NULL
);
