import { nextIds, type Sql } from '../postgres/sql.ts'

/** An act on the server, written before it is sent, so that it is never taken for a person's. */
export interface Intention {
  id: number
  kind: 'keyword' | 'move' | 'expunge'
  folderId: number
  uidValidity: bigint
  uid: number
  messageId: number | null
  /** First the one that is to show; the rest may have been set for earlier verdicts and not been confirmed. */
  keywords: string[]
  /** Of a move. */
  toFolderId?: number | null
}

export type Outcome = 'done' | 'gone' | 'mismatch' | 'failed'

/** Returns their ids, in order. */
export async function saveIntentions(
  tx: Sql,
  accountId: number,
  intentions: Omit<Intention, 'id'>[],
  now: Date,
): Promise<number[]> {
  if (intentions.length === 0) return []
  const ids = await nextIds(tx, 'Intention', intentions.length)
  await tx.query(
    `INSERT INTO "Intention" ("accountId", "id", "kind", "folderId", "uidValidity", "uid", "messageId", "keywords",
       "toFolderId", "createdAt")
     SELECT $1, i.id, i.kind, i.folder, i.validity, i.uid, i.message, ARRAY(SELECT
       jsonb_array_elements_text(i.keywords)), i.target, $9
     FROM unnest($2::int[], $3::text[], $4::int[], $5::bigint[], $6::bigint[], $7::int[], $8::text[]::jsonb[],
       $10::int[]) i(id, kind, folder, validity, uid, message, keywords, target)`,
    [
      accountId,
      ids,
      intentions.map((one) => one.kind),
      intentions.map((one) => one.folderId),
      intentions.map((one) => one.uidValidity),
      intentions.map((one) => one.uid),
      intentions.map((one) => one.messageId),
      intentions.map((one) => JSON.stringify(one.keywords)),
      now,
      intentions.map((one) => one.toFolderId ?? null),
    ],
  )
  return ids
}

/** Those not carried out yet; with `messageIds` of these messages only. */
export async function listIntentions(
  sql: Sql,
  accountId: number,
  kind: Intention['kind'],
  messageIds?: number[],
): Promise<Intention[]> {
  const { rows } = await sql.query<Omit<Intention, 'uid' | 'uidValidity'> & { uid: string; uidValidity: string }>(
    `SELECT "id", "kind", "folderId", "uidValidity", "uid", "messageId", "keywords", "toFolderId" FROM "Intention"
     WHERE "accountId" = $1 AND "kind" = $2 AND "doneAt" IS NULL
       ${messageIds === undefined ? '' : 'AND "messageId" = ANY($3)'} ORDER BY "folderId", "id"`,
    messageIds === undefined ? [accountId, kind] : [accountId, kind, messageIds],
  )
  return rows.map((row) => ({ ...row, uid: Number(row.uid), uidValidity: BigInt(row.uidValidity) }))
}

export async function finishIntentions(
  tx: Sql,
  accountId: number,
  ids: number[],
  outcome: Outcome,
  now: Date,
): Promise<void> {
  if (ids.length === 0) return
  await tx.query('UPDATE "Intention" SET "doneAt" = $3, "outcome" = $4 WHERE "accountId" = $1 AND "id" = ANY($2)', [
    accountId,
    ids,
    now,
    outcome,
  ])
}

/** Acts of a process that has died; the next pass sees on the server whether they reached it. */
export async function abandonIntentions(tx: Sql, accountId: number, kind: Intention['kind'], now: Date): Promise<void> {
  await tx.query(
    `UPDATE "Intention" SET "doneAt" = $3, "outcome" = 'failed' WHERE "accountId" = $1 AND "kind" = $2
       AND "doneAt" IS NULL`,
    [accountId, kind, now],
  )
}
