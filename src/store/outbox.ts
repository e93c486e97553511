import type { Archive } from './archive.ts'
import type { Outbox as OutboxRow } from './generated/client.ts'
import { unlessBroken } from './keys/seal.ts'
import { identityOf, openRow, sealRow } from './keys/sealed-row.ts'
import type { PrismaTx } from './postgres/prisma.ts'
import { inTransaction, nextIds, type Sql } from './postgres/sql.ts'

/** One message to one member of staff, as it will be sent and never otherwise. */
export interface Letter {
  /** Without angle brackets; fixed when queued, so that two copies of one message show as one. */
  messageId: string
  from: string
  to: string
  subject: string
  text: string
}

/**
 * `queued → sending → sent | refused | unknown`. What the server provably did not take goes back to `queued`; `unknown`
 * is final: the message may have arrived, and no one gets a letter twice. `lapsed` was overtaken by a newer one;
 * `unreadable` cannot be decrypted, damaged or changed, and was not handed in.
 */
export type LetterState = 'queued' | 'sending' | 'sent' | 'refused' | 'unknown' | 'lapsed' | 'unreadable'

export interface QueuedLetter {
  accountId: number
  id: number
  staffId: number
  /** null: cannot be decrypted. */
  letter: Letter | null
}

/** Beside the account locks of sql.ts, audit.ts and lease.ts. */
const LOCK_SPACE = 0x6a15

/** Days a finished message is kept, so that staff can still see what became of it. */
const KEPT_DAYS = 30

/** Reserves the ids of letters before they are written: the seals bind to them. */
export async function nextLetterIds(sql: Sql, count: number): Promise<number[]> {
  return nextIds(sql, 'Outbox', count)
}

/** Puts a letter into the outbox under a reserved id; `accountId` is the account that will send it. */
export async function queueLetter(
  tx: PrismaTx,
  archive: Archive,
  accountId: number,
  { id, staffId, letter }: { id: number; staffId: number; letter: Letter },
  now: Date,
): Promise<void> {
  const sealed = sealRow(archive.keyring, identityOf('Outbox', accountId, id), letter, now)
  await tx.outbox.create({
    data: { accountId, id, kind: 'digest', staffId, state: 'queued', queuedAt: now, stateAt: now, ...sealed },
  })
}

/** A newer digest makes the ones still waiting pointless. */
export async function lapseQueued(tx: PrismaTx, now: Date): Promise<void> {
  await tx.outbox.updateMany({ where: { state: 'queued' }, data: { state: 'lapsed', stateAt: now } })
}

export async function eraseOldLetters(tx: PrismaTx, now: Date): Promise<void> {
  const stateAt = { lt: new Date(now.getTime() - KEPT_DAYS * 86_400_000) }
  await tx.outbox.deleteMany({ where: { state: { notIn: ['queued', 'sending'] }, stateAt } })
}

/**
 * Takes the next queued message past the id `after` and calls `send` with it; null when there is none. No other
 * process gets the same one: it counts as `sending` once the claim has committed, whatever happens to this process
 * then. The transaction given to `send` holds an advisory lock that dies with the process; that is how others tell
 * a message that is being sent from one whose sender is gone.
 */
export async function withNextLetter<T>(
  archive: Archive,
  after: number,
  now: Date,
  send: (tx: Sql, queued: QueuedLetter) => Promise<T>,
): Promise<T | null> {
  return inTransaction(archive.pool, async (holding) => {
    const queued = await inTransaction(archive.pool, async (tx) => {
      const claimed = await claim(tx, archive, after, now)
      // Before the claim can be seen, so that no process ever sees it without its lock.
      if (claimed) await holding.query('SELECT pg_advisory_xact_lock($1, $2)', [LOCK_SPACE, claimed.id])
      return claimed
    })
    return queued === null ? null : send(holding, queued)
  })
}

async function claim(tx: Sql, archive: Archive, after: number, now: Date): Promise<QueuedLetter | null> {
  const { rows } = await tx.query<Pick<OutboxRow, 'accountId' | 'id' | 'staffId' | 'epoch' | 'wrappedKey' | 'sealed'>>(
    `UPDATE "Outbox" SET "state" = 'sending', "stateAt" = $2 WHERE ("accountId", "id") IN
       (SELECT "accountId", "id" FROM "Outbox" WHERE "state" = 'queued' AND "id" > $1 ORDER BY "id"
         LIMIT 1 FOR UPDATE SKIP LOCKED)
     RETURNING "accountId", "id", "staffId", "epoch", "wrappedKey", "sealed"`,
    [after, now],
  )
  const row = rows[0]
  if (!row) return null
  const { accountId, id, staffId } = row
  return {
    accountId,
    id,
    staffId,
    letter: unlessBroken(() => openRow(archive.keyring, row, identityOf('Outbox', accountId, id)) as Letter),
  }
}

export async function settleLetter(
  tx: Sql,
  { accountId, id }: Pick<QueuedLetter, 'accountId' | 'id'>,
  state: LetterState,
  now: Date,
): Promise<void> {
  await tx.query('UPDATE "Outbox" SET "state" = $3, "stateAt" = $4 WHERE "accountId" = $1 AND "id" = $2', [
    accountId,
    id,
    state,
    now,
  ])
}

/** Messages whose sender died while sending: they may have arrived, so they are never sent again. */
export async function abandonLetters(sql: Sql, now: Date): Promise<number> {
  const { rowCount } = await sql.query(
    `WITH "unheld" AS MATERIALIZED (SELECT "accountId", "id" FROM "Outbox" WHERE "state" = 'sending')
     UPDATE "Outbox" o SET "state" = 'unknown', "stateAt" = $1 FROM "unheld" u
     WHERE o."accountId" = u."accountId" AND o."id" = u."id" AND o."state" = 'sending'
       AND pg_try_advisory_xact_lock($2, u."id")`,
    [now, LOCK_SPACE],
  )
  return rowCount ?? 0
}

/** After a restore it is unknown whether messages were sent that waited at the time of the backup. */
export async function voidOutbox(tx: Sql, now: Date): Promise<void> {
  await tx.query(`UPDATE "Outbox" SET "state" = 'unknown', "stateAt" = $1 WHERE "state" IN ('queued', 'sending')`, [
    now,
  ])
}

type OutboxCounts = Record<LetterState, number>

export async function countLetters(sql: Sql): Promise<OutboxCounts> {
  const counts: OutboxCounts = { queued: 0, sending: 0, sent: 0, refused: 0, unknown: 0, lapsed: 0, unreadable: 0 }
  const { rows } = await sql.query<{ state: LetterState; count: number }>(
    'SELECT "state", count(*)::int AS count FROM "Outbox" GROUP BY "state"',
  )
  for (const { state, count } of rows) counts[state] = count
  return counts
}
