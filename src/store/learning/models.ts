import type { Quality } from '../../core/learning/lesson.ts'
import type { TrainingReason } from '../../core/learning/training-due.ts'
import type { Archive } from '../archive.ts'
import type { Model as StoredModel, Training as TrainingRow } from '../generated/client.ts'
import type { Override } from '../staff/overrides.ts'
import { createRowKey, identityOf, openRowKey } from '../keys/sealed-row.ts'
import { open, seal, unlessBroken } from '../keys/seal.ts'
import { nextId, type Sql } from '../postgres/sql.ts'

/** The model in force that learned from staff, without its weights. */
interface ModelRow {
  /** The training that made it. */
  id: number
  rulebook: string
  /** Decisions it learned from whose messages have been purged since. */
  gone: number
  /** Decisions it learned from that were taken back since. */
  withdrawn: number
}

/** null: the shipped model judges. */
export async function findModel(sql: Sql): Promise<ModelRow | null> {
  const { rows } = await sql.query<ModelRow>(
    `SELECT m."id", m."rulebook", found.* FROM "Model" m, LATERAL (
       SELECT count(*) FILTER (WHERE o."id" IS NULL)::int AS gone, count(o."withdrawnAt")::int AS withdrawn
       FROM unnest(m."overrideIds") learned(id) LEFT JOIN "Override" o ON o."id" = learned.id) found`,
  )
  return rows[0] ?? null
}

/** Its number only: asked often. */
export async function findModelId(sql: Sql): Promise<number | null> {
  const { rows } = await sql.query<{ id: number }>('SELECT "id" FROM "Model"')
  return rows[0]?.id ?? null
}

export async function listLearnedOverrides(sql: Sql): Promise<Set<number>> {
  const { rows } = await sql.query<{ id: number }>('SELECT unnest("overrideIds") AS id FROM "Model"')
  return new Set(rows.map((row) => row.id))
}

/**
 * Its octets (core/stored-model.ts) and number, if it is for these rules; without octets: it cannot be decrypted,
 * damaged or changed.
 */
export async function openModel(
  sql: Sql,
  archive: Archive,
  rulebook: string,
): Promise<{ id: number; octets: Buffer | null } | null> {
  const { rows } = await sql.query<Pick<StoredModel, 'id' | 'epoch' | 'wrappedKey' | 'sealed'>>(
    'SELECT "id", "epoch", "wrappedKey", "sealed" FROM "Model" WHERE "rulebook" = $1',
    [rulebook],
  )
  if (!rows[0]) return null
  const row = rows[0]
  const identity = identityOf('Model', 0, row.id)
  return {
    id: row.id,
    octets: unlessBroken(() => open(openRowKey(archive.keyring, row, identity), row.sealed, identity)),
  }
}

/** Puts the model in force in place of the one before, which is gone with it; null: the shipped one judges again. */
export async function replaceModel(
  tx: Sql,
  archive: Archive,
  model: { id: number; rulebook: string; overrideIds: number[]; octets: Uint8Array } | null,
  now: Date,
): Promise<void> {
  await tx.query('DELETE FROM "Model"')
  if (model !== null) await insertModel(tx, archive, model, now)
  // A purge may have come in between: what it took is still in the new one.
  if (((await findModel(tx))?.gone ?? 0) === 0) await tx.query(`DELETE FROM "Setting" WHERE "name" = 'unlearning'`)
}

async function insertModel(
  tx: Sql,
  archive: Archive,
  model: { id: number; rulebook: string; overrideIds: number[]; octets: Uint8Array },
  now: Date,
): Promise<void> {
  const identity = identityOf('Model', 0, model.id)
  const { key, epoch, wrappedKey } = createRowKey(archive.keyring, identity, now)
  await tx.query(
    `INSERT INTO "Model" ("id", "rulebook", "overrideIds", "epoch", "wrappedKey", "sealed")
       VALUES ($1, $2, $3, $4, $5, $6)`,
    [model.id, model.rulebook, model.overrideIds, epoch, wrappedKey, seal(key, model.octets, identity)],
  )
}

/** What a training had and what came of it; counts only. */
export interface TrainingResult {
  /** Seed messages, and decisions by where they were made. */
  examples: { seed: number } & Record<Override['via'], number>
  /** Decisions that the model in force had not learned from, and those it had that no longer exist. */
  added: number
  removed: number
  /**
   * Decisions left out because their example cannot be decrypted, and such examples that were made again from their
   * messages; missing in what was recorded before they were counted.
   */
  unreadable?: number
  remade?: number
  before: Quality
  after: Quality
  mended: number
  broken: number
}

export interface Training extends Omit<TrainingRow, 'reason' | 'outcome' | 'result'> {
  reason: TrainingReason
  /** `kept`: the one in force judges better; `shipped`: nothing of staff's to learn from. */
  outcome: 'adopted' | 'kept' | 'shipped'
  result: TrainingResult
}

export async function nextTrainingId(tx: Sql): Promise<number> {
  return nextId(tx, 'Training')
}

export async function saveTraining(
  tx: Sql,
  { id, startedAt, finishedAt, reason, outcome, rulebook, result }: Training,
): Promise<void> {
  await tx.query(
    `INSERT INTO "Training" ("id", "startedAt", "finishedAt", "reason", "outcome", "rulebook", "result")
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [id, startedAt, finishedAt, reason, outcome, rulebook, JSON.stringify(result)],
  )
}

/** Whoever is about to record a training waits for any other that is; until the transaction ends. */
export async function lockTrainings(tx: Sql): Promise<void> {
  await tx.query('LOCK TABLE "Training" IN SHARE ROW EXCLUSIVE MODE')
}

/** 0: there has been none. */
export async function findLastTrainingId(sql: Sql): Promise<number> {
  const { rows } = await sql.query<{ id: number | null }>('SELECT max("id") AS id FROM "Training"')
  return rows[0]?.id ?? 0
}

/** Newest first. */
export async function listTrainings({ prisma }: Pick<Archive, 'prisma'>, limit: number): Promise<Training[]> {
  const rows = await (await prisma()).training.findMany({ orderBy: { id: 'desc' }, take: limit })
  // What was written as these; the database keeps text and JSON.
  return rows as (TrainingRow & Pick<Training, 'reason' | 'outcome' | 'result'>)[]
}
