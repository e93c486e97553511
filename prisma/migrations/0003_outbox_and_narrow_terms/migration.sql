-- Search terms are 32-bit hashes from now on, the lower halves of the former ones.
CREATE FUNCTION pg_temp.narrow(terms BIGINT[]) RETURNS INT[] LANGUAGE SQL IMMUTABLE
  AS 'SELECT ARRAY(SELECT DISTINCT ((term << 32) >> 32)::int FROM unnest($1) term)';
ALTER TABLE "SearchEntry" ALTER COLUMN "terms" TYPE INT[] USING pg_temp.narrow("terms");

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
