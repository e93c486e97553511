-- Which words stand side by side in a part, see store/neighbours.ts; null: written before, so anything may.
ALTER TABLE "SearchEntry" ADD COLUMN "neighbours" BYTEA;
-- Read with the row for every candidate of a phrase; the terms are read by their index only.
ALTER TABLE "SearchEntry" ALTER COLUMN "neighbours" SET STORAGE MAIN;
