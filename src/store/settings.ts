import type { Setting as SettingRow } from './generated/client.ts'
import type { PrismaTx } from './postgres/prisma.ts'
import type { Sql } from './postgres/sql.ts'

/** Facts of the installation that are no personal data. */
export interface Settings {
  /** Since when purges act; null = they only preview (P9). */
  armed: { since: string; staffId: number } | null
  /** The rulebook and schedule the stored decisions were made with. */
  rules: { rulebook: string; schedule: string; logic?: number } | null
  /** Names under which this archive knows rulebooks, by version (pipeline/learn/archive-rules.ts). */
  rulebooks: Record<string, string> | null
  /** Version of the rows derived with keys (upgrade.ts). */
  derived: { version: number } | null
  /** Stockholm date of the last day each scheduled job was begun; of the digest, the Monday of its week. */
  'job-purge': { day: string } | null
  'job-epochs': { day: string } | null
  'job-digest': { day: string } | null
  /**
   * What the last turn of the epochs left: rows that cannot be decrypted, given up or not, and epochs past their time.
   */
  epochs: { at: string; broken: number; givenUp: number; held: number[]; halted: boolean } | null
  /** The newest backup that `gallra backup` finished, and the last day it can be restored. */
  backedUp: { at: string; restorableUntil: string | null } | null
  /** A restore that has not come to its end: nothing else may open the archive. */
  restoring: { since: string } | null
  /** The last restore, and the folders that had been read before it: purging waits until they have been read again. */
  restored: { at: string; backupAt: string; folders: number[] } | null
  /** Since when examples are gone that were learned from, until the model has been replaced. */
  unlearning: { since: string } | null
  /** What a training has begun to take up and not yet recorded: changed decisions, the oldest of these, other rules. */
  training: { changed: number; since: string | null; outdated: boolean } | null
  /** How far a rebuilding of the search index has come. */
  reindexing: { accountId: number; messageId: number } | null
}

export async function readSetting<K extends keyof Settings>(sql: Sql, name: K): Promise<Settings[K]> {
  const { rows } = await sql.query<Pick<SettingRow, 'value'>>('SELECT "value" FROM "Setting" WHERE "name" = $1', [name])
  return (rows[0]?.value ?? null) as Settings[K]
}

export async function writeSetting<K extends keyof Settings>(
  sql: Sql,
  name: K,
  value: Settings[K],
  now: Date,
): Promise<void> {
  await sql.query(
    `INSERT INTO "Setting" ("name", "value", "setAt") VALUES ($1, $2, $3)
     ON CONFLICT ("name") DO UPDATE SET "value" = $2, "setAt" = $3`,
    [name, JSON.stringify(value), now],
  )
}

/** The same for an act that goes through the generated client. */
export async function findSetting<K extends keyof Settings>(tx: PrismaTx, name: K): Promise<Settings[K]> {
  const row = await tx.setting.findUnique({ where: { name }, select: { value: true } })
  return (row?.value ?? null) as Settings[K]
}

/** The same for an act that goes through the generated client. */
export async function saveSetting<K extends keyof Settings>(
  tx: PrismaTx,
  name: K,
  setting: Settings[K],
  now: Date,
): Promise<void> {
  // Loaded already, by whoever opened the client.
  const { Prisma } = await import('./generated/client.ts')
  const value = setting ?? Prisma.JsonNull
  await tx.setting.upsert({ where: { name }, create: { name, value, setAt: now }, update: { value, setAt: now } })
}

export async function removeSetting(sql: Sql, name: keyof Settings): Promise<void> {
  await sql.query('DELETE FROM "Setting" WHERE "name" = $1', [name])
}

/** Whether the caller is the one to run the day's job: of several processes one gets true. */
export async function claimJob(
  sql: Sql,
  name: 'purge' | 'epochs' | 'digest',
  day: string,
  now: Date,
): Promise<boolean> {
  const { rowCount } = await sql.query(
    `INSERT INTO "Setting" ("name", "value", "setAt") VALUES ($1, $2, $3)
     ON CONFLICT ("name") DO UPDATE SET "value" = $2, "setAt" = $3 WHERE "Setting"."value" <> $2::jsonb`,
    [`job-${name}`, JSON.stringify({ day }), now],
  )
  return rowCount === 1
}
