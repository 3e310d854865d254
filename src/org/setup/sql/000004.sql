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
