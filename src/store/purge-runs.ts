import type { Sql } from './sql.ts'

export interface PurgeRun {
  id: number
  state: 'running' | 'done' | 'over-cap' | 'failed'
  due: number
  total: number
  startedAt: Date
  approvedAt: Date | null
  effectiveAt: Date | null
}

export async function saveRun(sql: Sql, run: Pick<PurgeRun, 'state' | 'due' | 'total'>, now: Date): Promise<number> {
  const { rows } = await sql.query<{ id: number }>(
    'INSERT INTO "PurgeRun" ("startedAt", "state", "due", "total") VALUES ($1, $2, $3, $4) RETURNING "id"',
    [now, run.state, run.due, run.total],
  )
  return rows[0]!.id
}

export async function finishRun(
  sql: Sql,
  id: number,
  result: { purged: number; expunged: number; kept: number },
  now: Date,
): Promise<void> {
  await sql.query(
    `UPDATE "PurgeRun" SET "state" = 'done', "finishedAt" = $2, "purged" = $3, "expunged" = $4, "kept" = $5 WHERE "id" = $1`,
    [id, now, result.purged, result.expunged, result.kept],
  )
}

/** The newest run over its cap, waiting for a person. */
export async function findOverCapRun(sql: Sql): Promise<PurgeRun | null> {
  const { rows } = await sql.query<PurgeRun>(`SELECT * FROM "PurgeRun" WHERE "state" = 'over-cap' ORDER BY "id" DESC LIMIT 1`)
  return rows[0] ?? null
}

/** A person approves the run; it takes effect after the waiting time (P9). */
export async function approveRun(sql: Sql, id: number, staffId: number, effectiveAt: Date, now: Date): Promise<void> {
  await sql.query('UPDATE "PurgeRun" SET "approvedBy" = $2, "approvedAt" = $3, "effectiveAt" = $4 WHERE "id" = $1', [
    id,
    staffId,
    now,
    effectiveAt,
  ])
}

/** The approved over-cap run whose waiting time has passed. */
export async function findApprovedRun(sql: Sql, now: Date): Promise<PurgeRun | null> {
  const { rows } = await sql.query<PurgeRun>(
    `SELECT * FROM "PurgeRun" WHERE "state" = 'over-cap' AND "effectiveAt" <= $1 ORDER BY "id" DESC LIMIT 1`,
    [now],
  )
  return rows[0] ?? null
}
