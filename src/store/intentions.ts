import { nextId, type Sql } from './sql.ts'

/** An act on the server, written before it is sent, so that it is never taken for a person's. */
export interface Intention {
  id: number
  kind: 'keyword' | 'move' | 'expunge'
  folderId: number
  uidValidity: bigint
  uid: number
  messageId: number | null
  keywords: string[]
}

export type Outcome = 'done' | 'gone' | 'mismatch' | 'failed'

export async function saveIntention(tx: Sql, accountId: number, intention: Omit<Intention, 'id'>, now: Date): Promise<number> {
  const id = await nextId(tx, 'Intention')
  await tx.query(
    `INSERT INTO "Intention" ("accountId", "id", "kind", "folderId", "uidValidity", "uid", "messageId", "keywords", "createdAt")
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [accountId, id, intention.kind, intention.folderId, intention.uidValidity, intention.uid, intention.messageId, intention.keywords, now],
  )
  return id
}

export async function listIntentions(sql: Sql, accountId: number, kind: Intention['kind']): Promise<Intention[]> {
  const { rows } = await sql.query<Omit<Intention, 'uid' | 'uidValidity'> & { uid: string; uidValidity: string }>(
    `SELECT "id", "kind", "folderId", "uidValidity", "uid", "messageId", "keywords" FROM "Intention"
     WHERE "accountId" = $1 AND "kind" = $2 AND "doneAt" IS NULL ORDER BY "folderId", "id"`,
    [accountId, kind],
  )
  return rows.map((row) => ({ ...row, uid: Number(row.uid), uidValidity: BigInt(row.uidValidity) }))
}

export async function finishIntentions(tx: Sql, accountId: number, ids: number[], outcome: Outcome, now: Date): Promise<void> {
  await tx.query('UPDATE "Intention" SET "doneAt" = $3, "outcome" = $4 WHERE "accountId" = $1 AND "id" = ANY($2)', [
    accountId,
    ids,
    now,
    outcome,
  ])
}

/** Acts of a process that is no more; whether they reached the server is seen there. */
export async function abandonIntentions(tx: Sql, accountId: number, kind: Intention['kind'], now: Date): Promise<void> {
  await tx.query(`UPDATE "Intention" SET "doneAt" = $3, "outcome" = 'failed' WHERE "accountId" = $1 AND "kind" = $2 AND "doneAt" IS NULL`, [
    accountId,
    kind,
    now,
  ])
}
