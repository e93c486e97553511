-- Mail that gallra itself sends to staff; see store/outbox.ts.
CREATE TABLE "Outbox" (
  "accountId" INTEGER NOT NULL,
  "id" SERIAL NOT NULL,
  "kind" TEXT NOT NULL,
  "staffId" INTEGER NOT NULL,
  "state" TEXT NOT NULL DEFAULT 'queued',
  "queuedAt" TIMESTAMPTZ(3) NOT NULL,
  "stateAt" TIMESTAMPTZ(3) NOT NULL,
  "epoch" INTEGER NOT NULL,
  "wrappedKey" BYTEA NOT NULL,
  "sealed" BYTEA NOT NULL,
  CONSTRAINT "Outbox_pkey" PRIMARY KEY ("accountId", "id")
);

CREATE INDEX "Outbox_state_idx" ON "Outbox" ("state");

-- A decision its maker took back; the one before it stands again, or the rules'.
ALTER TABLE "Override" ADD COLUMN "withdrawnBy" INTEGER, ADD COLUMN "withdrawnAt" TIMESTAMPTZ(3);
