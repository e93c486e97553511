import type { Case } from '../../core/classification.ts'
import type { FeatureRow } from '../../core/judgement/feature-space.ts'
import type { Archive } from '../archive.ts'
import type { TrainingExample } from '../generated/client.ts'
import type { Override } from '../staff/overrides.ts'
import { unlessBroken } from '../keys/seal.ts'
import { identityOf, openRow, sealRow, type SealedRow } from '../keys/sealed-row.ts'
import { nextId, type Sql } from '../postgres/sql.ts'

/** A message's decision in force: the newest that was not withdrawn. What could not be parsed has no features. */
const STANDING = `SELECT DISTINCT ON (o."accountId", o."messageId") o."accountId", o."messageId",
    o."id" AS "overrideId", o."case", o."via", o."decidedAt", m."conversationId"
  FROM "Override" o JOIN "Message" m ON m."accountId" = o."accountId" AND m."id" = o."messageId"
  WHERE o."withdrawnAt" IS NULL AND NOT m."unparsed"
  ORDER BY o."accountId", o."messageId", o."decidedAt" DESC, o."id" DESC`

/** A decision without an example. */
export interface MissingExample {
  accountId: number
  messageId: number
  overrideId: number
}

/** A page of them, in order. `rulebook`: examples made with other rules or code count as missing. */
export async function listMissingExamples(sql: Sql, rulebook: string, limit: number): Promise<MissingExample[]> {
  const { rows } = await sql.query<MissingExample>(
    `SELECT s."accountId", s."messageId", s."overrideId" FROM (${STANDING}) s
     LEFT JOIN "TrainingExample" e ON e."accountId" = s."accountId" AND e."messageId" = s."messageId"
       AND e."overrideId" = s."overrideId" AND e."rulebook" = $1
     WHERE e."id" IS NULL ORDER BY 1, 2 LIMIT $2`,
    [rulebook, limit],
  )
  return rows
}

/**
 * In place of what the message had. A `row` of null: the message cannot be decrypted; it counts as unreadable, and is
 * not tried again and again.
 */
export async function saveExample(
  tx: Sql,
  archive: Archive,
  example: MissingExample & { rulebook: string; row: FeatureRow | null },
  now: Date,
): Promise<void> {
  const { accountId, messageId, overrideId, rulebook, row } = example
  const id = await nextId(tx, 'TrainingExample')
  const { epoch, wrappedKey, sealed } = sealRow(
    archive.keyring,
    identityOf('TrainingExample', accountId, id),
    row?.map((buckets) => [...buckets]) ?? null,
    now,
  )
  await tx.query('DELETE FROM "TrainingExample" WHERE "accountId" = $1 AND "messageId" = $2', [accountId, messageId])
  await tx.query(
    `INSERT INTO "TrainingExample" ("accountId", "id", "messageId", "overrideId", "rulebook", "epoch", "wrappedKey",
       "sealed") VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [accountId, id, messageId, overrideId, rulebook, epoch, wrappedKey, sealed],
  )
}

/** Examples whose decision is no longer in force. */
export async function removeStaleExamples(tx: Sql): Promise<number> {
  const { rowCount } = await tx.query(
    `DELETE FROM "TrainingExample" e WHERE NOT EXISTS (SELECT 1 FROM (${STANDING}) s
       WHERE s."accountId" = e."accountId" AND s."overrideId" = e."overrideId")`,
  )
  return rowCount ?? 0
}

/** With their messages (P3). From then on a model that learned from them has to go. */
export async function removeExamples(tx: Sql, accountId: number, messageIds: number[], now: Date): Promise<void> {
  const { rowCount } = await tx.query(
    'DELETE FROM "TrainingExample" WHERE "accountId" = $1 AND "messageId" = ANY($2)',
    [accountId, messageIds],
  )
  if (rowCount === 0) return
  await tx.query(
    `INSERT INTO "Setting" ("name", "value", "setAt") VALUES ('unlearning', $1, $2) ON CONFLICT ("name") DO NOTHING`,
    [JSON.stringify({ since: now.toISOString() }), now],
  )
}

export interface StoredExample {
  accountId: number
  conversationId: number
  overrideId: number
  case: Case
  via: Override['via']
  row: FeatureRow
}

/** An example that cannot be decrypted, damaged or changed, or that was made of a message that cannot. */
type UnreadableExample = Omit<StoredExample, 'row'> & { row: null }

/** Opened page by page, in a fixed order. */
export async function* readExamples(
  archive: Archive,
  rulebook: string,
): AsyncGenerator<StoredExample | UnreadableExample> {
  const page = 500
  for (let after = 0; ;) {
    const { rows } = await archive.pool.query<
      Omit<StoredExample, 'row'> & Pick<TrainingExample, 'id' | 'epoch' | 'wrappedKey' | 'sealed'>
    >(
      `SELECT e."id", e."accountId", e."overrideId", e."epoch", e."wrappedKey", e."sealed", o."case", o."via",
         m."conversationId"
       FROM "TrainingExample" e
       JOIN "Override" o ON o."accountId" = e."accountId" AND o."id" = e."overrideId" AND o."withdrawnAt" IS NULL
       JOIN "Message" m ON m."accountId" = e."accountId" AND m."id" = e."messageId"
       WHERE e."rulebook" = $1 AND e."id" > $2 ORDER BY e."id" LIMIT ${page}`,
      [rulebook, after],
    )
    if (rows.length === 0) return
    for (const { id, epoch, wrappedKey, sealed, ...example } of rows) {
      yield {
        ...example,
        row: openFeatures(archive, { epoch, wrappedKey, sealed }, identityOf('TrainingExample', example.accountId, id)),
      }
    }
    after = rows.at(-1)!.id
  }
}

function openFeatures(archive: Archive, row: SealedRow, identity: string): FeatureRow | null {
  const opened = unlessBroken(() => openRow(archive.keyring, row, identity)) as number[][] | null
  return opened?.map((buckets) => Uint32Array.from(buckets)) ?? null
}

/**
 * Their decisions. A training leaves them out and counts them; they stay, as evidence, until a person asks for a
 * training.
 */
export async function listUnreadableExamples(
  archive: Archive,
  rulebook: string,
): Promise<{ accountId: number; overrideId: number }[]> {
  const found: { accountId: number; overrideId: number }[] = []
  for await (const { accountId, overrideId, row } of readExamples(archive, rulebook))
    if (row === null) found.push({ accountId, overrideId })
  return found
}

/** So that they are made again from their messages. Returns how many. */
export async function removeUnreadableExamples(archive: Archive, rulebook: string): Promise<number> {
  const unreadable = await listUnreadableExamples(archive, rulebook)
  const { rowCount } = await archive.pool.query(
    `DELETE FROM "TrainingExample" e USING unnest($1::int[], $2::int[]) gone(account, override)
       WHERE e."accountId" = gone.account AND e."overrideId" = gone.override`,
    [unreadable.map(({ accountId }) => accountId), unreadable.map(({ overrideId }) => overrideId)],
  )
  return rowCount ?? 0
}

/** Standing decisions by where they were made. */
export async function countDecisions(sql: Sql): Promise<Record<Override['via'], number>> {
  const { rows } = await sql.query<{ via: Override['via']; count: number }>(
    `SELECT "via", count(*)::int AS count FROM (${STANDING}) s GROUP BY 1`,
  )
  return { console: 0, cli: 0, mailbox: 0, ...Object.fromEntries(rows.map(({ via, count }) => [via, count])) }
}

/**
 * Decisions that no training has taken up yet: new, changed or withdrawn. A withdrawn one counts for as long as an
 * example or the model in force has it, and is not counted beside the decision in its place.
 */
export async function countChanges(sql: Sql): Promise<{ changed: number; since: Date | null }> {
  const { rows } = await sql.query<{ changed: number; since: Date | null }>(
    `SELECT count(*)::int AS changed, min("at") AS since FROM (
       SELECT s."decidedAt" AS "at" FROM (${STANDING}) s
         LEFT JOIN "TrainingExample" e ON e."accountId" = s."accountId" AND e."overrideId" = s."overrideId"
           WHERE e."id" IS NULL
       UNION ALL
       SELECT o."withdrawnAt" FROM "Override" o
         WHERE o."withdrawnAt" IS NOT NULL
           AND (EXISTS (SELECT 1 FROM "TrainingExample" e
                        WHERE e."accountId" = o."accountId" AND e."overrideId" = o."id")
             OR EXISTS (SELECT 1 FROM "Model" m WHERE o."id" = ANY(m."overrideIds")))
           AND NOT EXISTS (SELECT 1 FROM (${STANDING}) s LEFT JOIN "TrainingExample" e
                             ON e."accountId" = s."accountId" AND e."overrideId" = s."overrideId"
                           WHERE s."accountId" = o."accountId" AND s."messageId" = o."messageId" AND e."id" IS NULL)
     ) change`,
  )
  return rows[0]!
}

/** Whether any was made with other rules or code. */
export async function hasOutdatedExamples(sql: Sql, rulebook: string): Promise<boolean> {
  const { rows } = await sql.query<{ found: boolean }>(
    'SELECT EXISTS (SELECT 1 FROM "TrainingExample" WHERE "rulebook" <> $1) AS found',
    [rulebook],
  )
  return rows[0]!.found
}
