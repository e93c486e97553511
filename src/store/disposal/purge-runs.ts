import type { PurgeRun } from '../generated/client.ts'
import type { PrismaTx } from '../postgres/prisma.ts'
import type { Sql } from '../postgres/sql.ts'

/** `over-cap` waits for a person; `lapsed` was killed, or its approval was not used in time. */
type PurgeRunState = 'running' | 'done' | 'over-cap' | 'lapsed'

/** An approval is for the messages due then; unused this long (days) after it took effect, it lapses. */
const APPROVAL_DAYS = 7

export async function saveRun(
  sql: Sql,
  run: Pick<PurgeRun, 'accountId' | 'due' | 'total'> & { state: PurgeRunState },
  now: Date,
): Promise<number> {
  const { rows } = await sql.query<Pick<PurgeRun, 'id'>>(
    `INSERT INTO "PurgeRun" ("accountId", "startedAt", "state", "due", "total") VALUES ($1, $2, $3, $4, $5)
       RETURNING "id"`,
    [run.accountId, now, run.state, run.due, run.total],
  )
  return rows[0]!.id
}

/** The run is over, and with it every approval of the account: the next one over its cap asks again. */
export async function finishRun(
  sql: Sql,
  run: Pick<PurgeRun, 'id' | 'accountId'>,
  result: { purged: number; expunged: number; kept: number },
  now: Date,
): Promise<void> {
  await sql.query(
    `UPDATE "PurgeRun" SET "state" = 'done', "finishedAt" = $2, "purged" = $3, "expunged" = $4, "kept" = $5
       WHERE "id" = $1`,
    [run.id, now, result.purged, result.expunged, result.kept],
  )
  await sql.query(`UPDATE "PurgeRun" SET "state" = 'lapsed' WHERE "accountId" = $1 AND "state" = 'over-cap'`, [
    run.accountId,
  ])
}

/** The account's newest run over its cap, waiting for a person. */
export async function findOverCapRun(tx: PrismaTx, accountId: number): Promise<PurgeRun | null> {
  return tx.purgeRun.findFirst({ where: { accountId, state: 'over-cap' }, orderBy: { id: 'desc' } })
}

/** A person approves the run; it takes effect after the waiting time (P9). */
export async function approveRun(
  tx: PrismaTx,
  id: number,
  approval: { staffId: number; effectiveAt: Date },
  now: Date,
): Promise<void> {
  const { staffId, effectiveAt } = approval
  await tx.purgeRun.update({ where: { id }, data: { approvedBy: staffId, approvedAt: now, effectiveAt } })
}

/** The account's approved run whose waiting time has passed and whose approval has not lapsed. */
export async function findApprovedRun(sql: Sql, accountId: number, now: Date): Promise<PurgeRun | null> {
  const oldest = new Date(now.getTime() - APPROVAL_DAYS * 86_400_000)
  const { rows } = await sql.query<PurgeRun>(
    `SELECT * FROM "PurgeRun" WHERE "accountId" = $1 AND "state" = 'over-cap' AND "effectiveAt" BETWEEN $3 AND $2
     ORDER BY "id" DESC LIMIT 1`,
    [accountId, now, oldest],
  )
  return rows[0] ?? null
}

/** Runs that were killed. */
export async function lapseInterruptedRuns(sql: Sql, accountId: number): Promise<void> {
  await sql.query(`UPDATE "PurgeRun" SET "state" = 'lapsed' WHERE "accountId" = $1 AND "state" = 'running'`, [
    accountId,
  ])
}

/** After a restore no run and no approval of any account counts any more. */
export async function lapseAllRuns(tx: Sql): Promise<void> {
  await tx.query(`UPDATE "PurgeRun" SET "state" = 'lapsed' WHERE "state" IN ('over-cap', 'running')`)
}
