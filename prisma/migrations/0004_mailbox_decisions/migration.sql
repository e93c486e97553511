-- When the folder was last known to the end: what shows later came about after that.
ALTER TABLE "Folder" ADD COLUMN "lookedAt" TIMESTAMPTZ(3);

-- A flag in the mail program holds too; nobody is named by it.
ALTER TABLE "Hold" ALTER COLUMN "placedBy" DROP NOT NULL, ADD COLUMN "via" TEXT NOT NULL DEFAULT 'cli';

-- Where a move of gallra's own goes.
ALTER TABLE "Intention" ADD COLUMN "toFolderId" INTEGER;

-- What changed on the server and may be a person's act; see core/mailbox-acts.ts.
CREATE TABLE "Transition" (
  "accountId" INTEGER NOT NULL,
  "id" SERIAL NOT NULL,
  "kind" TEXT NOT NULL,
  "messageId" INTEGER NOT NULL,
  "folderId" INTEGER NOT NULL,
  "before" TEXT[],
  "after" TEXT[],
  "case" TEXT,
  "sinceAt" TIMESTAMPTZ(3) NOT NULL,
  "seenAt" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "Transition_pkey" PRIMARY KEY ("accountId", "id")
);

CREATE INDEX "Transition_accountId_messageId_idx" ON "Transition" ("accountId", "messageId");
