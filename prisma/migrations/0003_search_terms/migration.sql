-- Search terms are 32-bit hashes from now on, the lower halves of the former ones.
CREATE FUNCTION pg_temp.narrow(terms BIGINT[]) RETURNS INT[] LANGUAGE SQL IMMUTABLE
  AS 'SELECT ARRAY(SELECT DISTINCT ((term << 32) >> 32)::int FROM unnest($1) term)';
ALTER TABLE "SearchEntry" ALTER COLUMN "terms" TYPE INT[] USING pg_temp.narrow("terms");
