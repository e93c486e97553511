import { GallraError } from '../../errors.ts'
import type { Archive } from '../archive.ts'
import type { Hold } from '../generated/client.ts'
import { unlessBroken } from '../keys/seal.ts'
import { identityOf, openRow, sealRow } from '../keys/sealed-row.ts'
import { nextId, type Sql } from '../postgres/sql.ts'

/** What a hold or a staff decision is about. */
export type Target = { messageId: number } | { conversationId: number } | { customerId: number }

export async function placeHold(
  tx: Sql,
  archive: Archive,
  accountId: number,
  hold: { target: Target; staffId: number | null; reason: string; via?: 'cli' | 'console' | 'mailbox' },
  now: Date,
): Promise<number> {
  const id = await nextId(tx, 'Hold')
  const row = sealRow(archive.keyring, identityOf('Hold', accountId, id), hold.reason, now)
  const target = { messageId: null, conversationId: null, customerId: null, ...hold.target }
  await tx.query(
    `INSERT INTO "Hold" ("accountId", "id", "messageId", "conversationId", "customerId", "placedBy", "placedAt", "via",
       "epoch", "wrappedKey", "sealedReason")
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      accountId,
      id,
      target.messageId,
      target.conversationId,
      target.customerId,
      hold.staffId,
      now,
      hold.via ?? 'cli',
      row.epoch,
      row.wrappedKey,
      row.sealed,
    ],
  )
  return id
}

/**
 * Holds on one customer hold another too from now on, by the same person for the same reason; an empty reason where it
 * cannot be decrypted: the hold is what counts (P2).
 */
export async function copyHolds(
  tx: Sql,
  archive: Archive,
  accountId: number,
  { from, to }: { from: number; to: number },
  now: Date,
): Promise<void> {
  const { rows } = await tx.query<Pick<Hold, 'id' | 'placedBy' | 'epoch' | 'wrappedKey' | 'sealedReason'>>(
    `SELECT "id", "placedBy", "epoch", "wrappedKey", "sealedReason" FROM "Hold" WHERE "accountId" = $1
       AND "customerId" = $2 AND "releasedAt" IS NULL`,
    [accountId, from],
  )
  for (const row of rows) {
    const reason =
      unlessBroken(
        () =>
          openRow(
            archive.keyring,
            { ...row, sealed: row.sealedReason },
            identityOf('Hold', accountId, row.id),
          ) as string,
      ) ?? ''
    await placeHold(tx, archive, accountId, { target: { customerId: to }, staffId: row.placedBy, reason }, now)
  }
}

/** What a hold in force is about. @throws GallraError not-found */
export async function getHoldTarget(sql: Sql, accountId: number, holdId: number): Promise<Target> {
  const { rows } = await sql.query<Pick<Hold, 'messageId' | 'conversationId' | 'customerId'>>(
    `SELECT "messageId", "conversationId", "customerId" FROM "Hold" WHERE "accountId" = $1 AND "id" = $2
       AND "releasedAt" IS NULL`,
    [accountId, holdId],
  )
  const row = rows[0]
  if (!row) throw new GallraError('not-found', { id: `h${holdId}` })
  if (row.messageId !== null) return { messageId: row.messageId }
  return row.conversationId !== null ? { conversationId: row.conversationId } : { customerId: row.customerId! }
}

/** Releases one hold; the waiting time runs in the decision that follows (P9). */
export async function releaseHold(
  tx: Sql,
  accountId: number,
  holdId: number,
  staffId: number | null,
  now: Date,
): Promise<void> {
  await tx.query('UPDATE "Hold" SET "releasedAt" = $3, "releasedBy" = $4 WHERE "accountId" = $1 AND "id" = $2', [
    accountId,
    holdId,
    now,
    staffId,
  ])
}

/** Of these messages those that a flag in the mail program holds. */
export async function listFlagHolds(
  sql: Sql,
  accountId: number,
  messageIds: number[],
): Promise<{ id: number; messageId: number }[]> {
  const { rows } = await sql.query<{ id: number; messageId: number }>(
    `SELECT "id", "messageId" FROM "Hold" WHERE "accountId" = $1 AND "messageId" = ANY($2) AND "via" = 'mailbox'
       AND "releasedAt" IS NULL ORDER BY "id"`,
    [accountId, messageIds],
  )
  return rows
}

/** `placedBy` null: by a flag in the mail program. */
type HoldRow = Pick<Hold, 'id' | 'messageId' | 'conversationId' | 'customerId' | 'placedBy' | 'placedAt'>

/** Holds in force on any of these. */
export async function listHolds(
  sql: Sql,
  accountId: number,
  scope: { messageIds: number[]; conversationIds: number[]; customerIds: number[] },
): Promise<HoldRow[]> {
  const { rows } = await sql.query<HoldRow>(
    `SELECT "id", "messageId", "conversationId", "customerId", "placedBy", "placedAt" FROM "Hold"
     WHERE "accountId" = $1 AND "releasedAt" IS NULL
       AND ("messageId" = ANY($2) OR "conversationId" = ANY($3) OR "customerId" = ANY($4))`,
    [accountId, scope.messageIds, scope.conversationIds, scope.customerIds],
  )
  return rows
}
