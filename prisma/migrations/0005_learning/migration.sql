-- What a member of staff decided about a message, as sealed hashed features to learn from; goes with the message.
CREATE TABLE "TrainingExample" (
  "accountId" INTEGER NOT NULL,
  "id" SERIAL NOT NULL,
  "messageId" INTEGER NOT NULL,
  "overrideId" INTEGER NOT NULL,
  "rulebook" TEXT NOT NULL,
  "epoch" INTEGER NOT NULL,
  "wrappedKey" BYTEA NOT NULL,
  "sealed" BYTEA NOT NULL,
  CONSTRAINT "TrainingExample_pkey" PRIMARY KEY ("accountId", "id")
);

CREATE UNIQUE INDEX "TrainingExample_accountId_messageId_key" ON "TrainingExample" ("accountId", "messageId");

-- The one model in force that learned from them, if any; earlier ones are not kept.
CREATE TABLE "Model" (
  "id" INTEGER NOT NULL,
  "rulebook" TEXT NOT NULL,
  "overrideIds" INTEGER[],
  "epoch" INTEGER NOT NULL,
  "wrappedKey" BYTEA NOT NULL,
  "sealed" BYTEA NOT NULL,
  CONSTRAINT "Model_pkey" PRIMARY KEY ("id")
);

-- Every training and what came of it: counts only.
CREATE TABLE "Training" (
  "id" SERIAL NOT NULL,
  "startedAt" TIMESTAMPTZ(3) NOT NULL,
  "finishedAt" TIMESTAMPTZ(3) NOT NULL,
  "reason" TEXT NOT NULL,
  "outcome" TEXT NOT NULL,
  "rulebook" TEXT NOT NULL,
  "result" JSONB NOT NULL,
  CONSTRAINT "Training_pkey" PRIMARY KEY ("id")
);

ALTER TABLE "TrainingExample" ALTER COLUMN "sealed" SET STORAGE EXTERNAL;
ALTER TABLE "Model" ALTER COLUMN "sealed" SET STORAGE EXTERNAL;
