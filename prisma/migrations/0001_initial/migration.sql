-- Tables of prisma/schema.prisma, written by hand because the engine cannot be fetched everywhere.

CREATE TABLE "Account" (
  "id" SERIAL NOT NULL,
  "state" TEXT NOT NULL DEFAULT 'active',
  "stateAt" TIMESTAMPTZ(3) NOT NULL,
  "createdAt" TIMESTAMPTZ(3) NOT NULL,
  "addressHash" TEXT NOT NULL,
  "epoch" INTEGER NOT NULL,
  "wrappedKey" BYTEA NOT NULL,
  "sealed" BYTEA NOT NULL,
  CONSTRAINT "Account_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "Staff" (
  "id" SERIAL NOT NULL,
  "role" TEXT NOT NULL,
  "createdAt" TIMESTAMPTZ(3) NOT NULL,
  "nameHash" TEXT NOT NULL,
  "epoch" INTEGER NOT NULL,
  "wrappedKey" BYTEA NOT NULL,
  "sealed" BYTEA NOT NULL,
  CONSTRAINT "Staff_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "Setting" (
  "name" TEXT NOT NULL,
  "value" JSONB NOT NULL,
  "setAt" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "Setting_pkey" PRIMARY KEY ("name")
);

CREATE TABLE "Folder" (
  "accountId" INTEGER NOT NULL,
  "id" SERIAL NOT NULL,
  "pathHash" TEXT NOT NULL,
  "role" TEXT NOT NULL,
  "uidValidity" BIGINT,
  "lastUid" BIGINT NOT NULL DEFAULT 0,
  "modseq" BIGINT,
  "seenStatus" TEXT,
  "syncedAt" TIMESTAMPTZ(3),
  "goneAt" TIMESTAMPTZ(3),
  "epoch" INTEGER NOT NULL,
  "wrappedKey" BYTEA NOT NULL,
  "sealedPath" BYTEA NOT NULL,
  CONSTRAINT "Folder_pkey" PRIMARY KEY ("accountId", "id")
);

CREATE TABLE "Conversation" (
  "accountId" INTEGER NOT NULL,
  "id" SERIAL NOT NULL,
  "createdAt" TIMESTAMPTZ(3) NOT NULL,
  "complaintClosedAt" TIMESTAMPTZ(3),
  "complaintOutcome" TEXT,
  "privacyClosedAt" TIMESTAMPTZ(3),
  "deliveredOn" DATE,
  "consumer" BOOLEAN,
  "proposedClosingAt" TIMESTAMPTZ(3),
  CONSTRAINT "Conversation_pkey" PRIMARY KEY ("accountId", "id")
);

CREATE TABLE "Customer" (
  "accountId" INTEGER NOT NULL,
  "id" SERIAL NOT NULL,
  "createdAt" TIMESTAMPTZ(3) NOT NULL,
  "pinned" BOOLEAN NOT NULL DEFAULT false,
  "epoch" INTEGER NOT NULL,
  "wrappedKey" BYTEA NOT NULL,
  "sealed" BYTEA NOT NULL,
  CONSTRAINT "Customer_pkey" PRIMARY KEY ("accountId", "id")
);

CREATE TABLE "CustomerKey" (
  "accountId" INTEGER NOT NULL,
  "keyHash" TEXT NOT NULL,
  "customerId" INTEGER NOT NULL,
  CONSTRAINT "CustomerKey_pkey" PRIMARY KEY ("accountId", "keyHash")
);

CREATE TABLE "Message" (
  "accountId" INTEGER NOT NULL,
  "id" SERIAL NOT NULL,
  "digestHash" TEXT NOT NULL,
  "sourceHash" TEXT NOT NULL,
  "conversationId" INTEGER NOT NULL,
  "customerId" INTEGER,
  "direction" TEXT NOT NULL,
  "receivedAt" TIMESTAMPTZ(3) NOT NULL,
  "archivedAt" TIMESTAMPTZ(3) NOT NULL,
  "size" INTEGER NOT NULL,
  "attachments" INTEGER NOT NULL,
  "unparsed" BOOLEAN NOT NULL DEFAULT false,
  "thread" JSONB NOT NULL,
  "case" TEXT NOT NULL,
  "marks" TEXT[],
  "caseBy" TEXT NOT NULL,
  "confidence" DOUBLE PRECISION NOT NULL,
  "uncertain" BOOLEAN NOT NULL,
  "mayBeComplaint" BOOLEAN NOT NULL,
  "rulebook" TEXT NOT NULL,
  "state" TEXT NOT NULL,
  "mailboxUntil" DATE,
  "archiveUntil" DATE,
  "notBefore" DATE,
  "dueOn" DATE,
  "retention" JSONB NOT NULL,
  "approvedAt" TIMESTAMPTZ(3),
  "approvedBy" INTEGER,
  "settledOn" DATE,
  "transferredOn" DATE,
  "financialYearEnd" DATE,
  "epoch" INTEGER NOT NULL,
  "wrappedKey" BYTEA NOT NULL,
  "sealedContent" BYTEA NOT NULL,
  "sealedEvidence" BYTEA NOT NULL,
  CONSTRAINT "Message_pkey" PRIMARY KEY ("accountId", "id")
);

CREATE TABLE "MessageSource" (
  "accountId" INTEGER NOT NULL,
  "messageId" INTEGER NOT NULL,
  "piece" INTEGER NOT NULL,
  "sealed" BYTEA NOT NULL,
  CONSTRAINT "MessageSource_pkey" PRIMARY KEY ("accountId", "messageId", "piece")
);

CREATE TABLE "ThreadKey" (
  "accountId" INTEGER NOT NULL,
  "keyHash" TEXT NOT NULL,
  "messageId" INTEGER NOT NULL,
  CONSTRAINT "ThreadKey_pkey" PRIMARY KEY ("accountId", "keyHash", "messageId")
);

CREATE TABLE "Location" (
  "accountId" INTEGER NOT NULL,
  "folderId" INTEGER NOT NULL,
  "uidValidity" BIGINT NOT NULL,
  "uid" BIGINT NOT NULL,
  "messageId" INTEGER,
  "tombstoneId" INTEGER,
  "flags" TEXT[],
  "seenAt" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "Location_pkey" PRIMARY KEY ("accountId", "folderId", "uidValidity", "uid")
);

CREATE TABLE "Intention" (
  "accountId" INTEGER NOT NULL,
  "id" SERIAL NOT NULL,
  "kind" TEXT NOT NULL,
  "folderId" INTEGER NOT NULL,
  "uidValidity" BIGINT NOT NULL,
  "uid" BIGINT NOT NULL,
  "messageId" INTEGER,
  "keywords" TEXT[],
  "createdAt" TIMESTAMPTZ(3) NOT NULL,
  "doneAt" TIMESTAMPTZ(3),
  "outcome" TEXT,
  CONSTRAINT "Intention_pkey" PRIMARY KEY ("accountId", "id")
);

CREATE TABLE "Override" (
  "accountId" INTEGER NOT NULL,
  "id" SERIAL NOT NULL,
  "messageId" INTEGER NOT NULL,
  "case" TEXT NOT NULL,
  "marks" TEXT[],
  "staffId" INTEGER,
  "via" TEXT NOT NULL,
  "decidedAt" TIMESTAMPTZ(3) NOT NULL,
  "epoch" INTEGER NOT NULL,
  "wrappedKey" BYTEA NOT NULL,
  "sealedReason" BYTEA NOT NULL,
  CONSTRAINT "Override_pkey" PRIMARY KEY ("accountId", "id")
);

CREATE TABLE "Hold" (
  "accountId" INTEGER NOT NULL,
  "id" SERIAL NOT NULL,
  "messageId" INTEGER,
  "conversationId" INTEGER,
  "customerId" INTEGER,
  "placedBy" INTEGER NOT NULL,
  "placedAt" TIMESTAMPTZ(3) NOT NULL,
  "releasedBy" INTEGER,
  "releasedAt" TIMESTAMPTZ(3),
  "epoch" INTEGER NOT NULL,
  "wrappedKey" BYTEA NOT NULL,
  "sealedReason" BYTEA NOT NULL,
  CONSTRAINT "Hold_pkey" PRIMARY KEY ("accountId", "id")
);

CREATE TABLE "Tombstone" (
  "accountId" INTEGER NOT NULL,
  "id" SERIAL NOT NULL,
  "digestHash" TEXT NOT NULL,
  "messageIdHash" TEXT,
  "case" TEXT NOT NULL,
  "rule" TEXT NOT NULL,
  "purgedAt" TIMESTAMPTZ(3) NOT NULL,
  "until" DATE NOT NULL,
  "reappearedAt" TIMESTAMPTZ(3),
  "liftedAt" TIMESTAMPTZ(3),
  CONSTRAINT "Tombstone_pkey" PRIMARY KEY ("accountId", "id")
);

CREATE TABLE "SearchEntry" (
  "accountId" INTEGER NOT NULL,
  "messageId" INTEGER NOT NULL,
  "part" TEXT NOT NULL,
  "terms" BIGINT[],
  CONSTRAINT "SearchEntry_pkey" PRIMARY KEY ("accountId", "messageId", "part")
);

CREATE TABLE "PurgeRun" (
  "id" SERIAL NOT NULL,
  "accountId" INTEGER NOT NULL,
  "startedAt" TIMESTAMPTZ(3) NOT NULL,
  "finishedAt" TIMESTAMPTZ(3),
  "state" TEXT NOT NULL,
  "due" INTEGER NOT NULL,
  "total" INTEGER NOT NULL,
  "purged" INTEGER NOT NULL DEFAULT 0,
  "expunged" INTEGER NOT NULL DEFAULT 0,
  "kept" INTEGER NOT NULL DEFAULT 0,
  "approvedBy" INTEGER,
  "approvedAt" TIMESTAMPTZ(3),
  "effectiveAt" TIMESTAMPTZ(3),
  CONSTRAINT "PurgeRun_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "AuditEvent" (
  "accountId" INTEGER NOT NULL,
  "seq" INTEGER NOT NULL,
  "at" TIMESTAMPTZ(3) NOT NULL,
  "actor" TEXT NOT NULL,
  "kind" TEXT NOT NULL,
  "payload" JSONB NOT NULL,
  "hash" TEXT NOT NULL,
  CONSTRAINT "AuditEvent_pkey" PRIMARY KEY ("accountId", "seq")
);

CREATE UNIQUE INDEX "Account_addressHash_key" ON "Account" ("addressHash");
CREATE UNIQUE INDEX "Staff_nameHash_key" ON "Staff" ("nameHash");
CREATE UNIQUE INDEX "Folder_accountId_pathHash_key" ON "Folder" ("accountId", "pathHash");
CREATE INDEX "CustomerKey_accountId_customerId_idx" ON "CustomerKey" ("accountId", "customerId");
CREATE UNIQUE INDEX "Message_accountId_digestHash_key" ON "Message" ("accountId", "digestHash");
CREATE INDEX "Message_accountId_conversationId_idx" ON "Message" ("accountId", "conversationId");
CREATE INDEX "Message_accountId_customerId_idx" ON "Message" ("accountId", "customerId");
CREATE INDEX "Message_accountId_dueOn_idx" ON "Message" ("accountId", "dueOn");
CREATE INDEX "Message_accountId_receivedAt_idx" ON "Message" ("accountId", "receivedAt");
CREATE INDEX "ThreadKey_accountId_messageId_idx" ON "ThreadKey" ("accountId", "messageId");
CREATE INDEX "Location_accountId_messageId_idx" ON "Location" ("accountId", "messageId");
CREATE INDEX "Location_accountId_tombstoneId_idx" ON "Location" ("accountId", "tombstoneId");
CREATE INDEX "Intention_accountId_doneAt_idx" ON "Intention" ("accountId", "doneAt");
CREATE INDEX "Intention_accountId_messageId_idx" ON "Intention" ("accountId", "messageId");
CREATE INDEX "Override_accountId_messageId_idx" ON "Override" ("accountId", "messageId");
CREATE INDEX "Hold_accountId_messageId_idx" ON "Hold" ("accountId", "messageId");
CREATE INDEX "Hold_accountId_conversationId_idx" ON "Hold" ("accountId", "conversationId");
CREATE INDEX "Hold_accountId_customerId_idx" ON "Hold" ("accountId", "customerId");
CREATE INDEX "Tombstone_accountId_digestHash_idx" ON "Tombstone" ("accountId", "digestHash");
CREATE INDEX "SearchEntry_terms_idx" ON "SearchEntry" USING GIN ("terms");

-- Sealed pieces do not compress; do not let PostgreSQL try.
ALTER TABLE "MessageSource" ALTER COLUMN "sealed" SET STORAGE EXTERNAL;
ALTER TABLE "Message" ALTER COLUMN "sealedContent" SET STORAGE EXTERNAL;
