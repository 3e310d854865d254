-- Apex classes by name, with the columns that src/org/schema describes. What they answer is in the setup that was applied.
CREATE TABLE "ApexClass" (
  "Id" TEXT PRIMARY KEY,
  "NamespacePrefix" TEXT,
  "Name" TEXT NOT NULL UNIQUE COLLATE NOCASE,
  "ApiVersion" REAL NOT NULL,
  "Status" TEXT NOT NULL,
  "IsValid" INTEGER NOT NULL,
  "CreatedDate" INTEGER NOT NULL,
  "CreatedById" TEXT NOT NULL,
  "LastModifiedDate" INTEGER NOT NULL,
  "LastModifiedById" TEXT NOT NULL,
  "SystemModstamp" INTEGER NOT NULL,
  "IsDeleted" INTEGER NOT NULL DEFAULT 0
);

-- The permission to delete records in Bulk jobs past the bin.
ALTER TABLE "PermissionSet" ADD COLUMN "PermissionsBulkApiHardDelete" INTEGER NOT NULL DEFAULT 0;

DROP VIEW "Profile";
CREATE VIEW "Profile" AS
SELECT p.id AS "Id", p.name AS "Name", p.license_id AS "UserLicenseId", 'Standard' AS "UserType", NULL AS "Description",
  s."PermissionsApiEnabled", s."PermissionsApiUserOnly", s."PermissionsViewAllData", s."PermissionsModifyAllData",
  s."PermissionsCustomizeApplication", s."PermissionsManageUsers", s."PermissionsViewClientSecret",
  s."PermissionsBulkApiHardDelete",
  s."CreatedDate", s."CreatedById", s."LastModifiedDate", s."LastModifiedById", s."SystemModstamp", 0 AS "IsDeleted"
FROM profile_record p JOIN "PermissionSet" s ON s."ProfileId" = p.id;
