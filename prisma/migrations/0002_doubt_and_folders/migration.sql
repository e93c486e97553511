-- Several unrelated correspondents: a person has to look before the message goes.
ALTER TABLE "Message" ADD COLUMN "customerAmbiguous" BOOLEAN NOT NULL DEFAULT false;

-- The day staff are asked to close an idle matter (schedule `reviewAfter`).
ALTER TABLE "Conversation" DROP COLUMN "proposedClosingAt", ADD COLUMN "idleReviewOn" DATE;
CREATE INDEX "Conversation_accountId_idleReviewOn_idx" ON "Conversation" ("accountId", "idleReviewOn");

-- A folder that left the server leaves the database too, path and all; one that is no longer followed keeps its copies.
DELETE FROM "Folder" WHERE "goneAt" IS NOT NULL;
ALTER TABLE "Folder" DROP COLUMN "goneAt", ADD COLUMN "unfollowedAt" TIMESTAMPTZ(3), ADD COLUMN "refusedAt" TIMESTAMPTZ(3);

-- Keywords that people or other programs made up may name somebody.
UPDATE "Location" SET "flags" = ARRAY(SELECT flag FROM unnest("flags") flag WHERE flag ~ '^(\\|\$|gallra-)');

-- Keys of threads are made with the correspondent from now on; they are made again at the next start.
DELETE FROM "ThreadKey";
