import type { Case } from '../../core/classification.ts'
import { caseOfKeyword, hasFlag, storableFlags } from '../../core/message/flags.ts'
import type { OwnMove, Transition } from '../../core/mailbox/mailbox-acts.ts'
import { nextIds, type Sql } from '../postgres/sql.ts'

/** Messages decided together. */
const PAGE = 200

/** A known copy, with what gallra means to set on it and has not seen set yet. */
interface KnownCopy {
  uid: number
  messageId: number
  flags: string[]
  own: string[]
  sinceAt: Date
}

/** Copies that are about to be forgotten because they left the folder. */
export async function noteDepartures(
  tx: Sql,
  accountId: number,
  folderId: number,
  uids: number[],
  now: Date,
): Promise<void> {
  const copies = await listKnownCopies(tx, accountId, folderId, uids)
  // Of one that was marked \Deleted the departure has been noted, or was nothing but its end.
  const left = copies.filter(({ flags }) => !hasFlag(flags, '\\Deleted'))
  await saveTransitions(
    tx,
    accountId,
    left.map((copy) => ({ ...departureOf(copy), folderId, seenAt: now })),
  )
}

/**
 * New flags of known copies, before they are saved. Only what may tell of a person's act is kept. Returns how many do.
 */
export async function noteFlagChanges(
  tx: Sql,
  accountId: number,
  folderId: number,
  changes: { uid: number; flags: string[] }[],
  now: Date,
): Promise<number> {
  const copies = new Map(
    (
      await listKnownCopies(
        tx,
        accountId,
        folderId,
        changes.map(({ uid }) => uid),
      )
    ).map((copy) => [copy.uid, copy]),
  )
  const noted: Omit<Transition, 'id'>[] = []
  for (const { uid, flags } of changes) {
    const copy = copies.get(uid)
    if (copy === undefined) continue
    const before = [...copy.flags, ...copy.own]
    const starred = hasFlag(flags, '\\Flagged') !== hasFlag(before, '\\Flagged')
    if (starred || flags.some((flag) => caseOfKeyword(flag) !== null && !hasFlag(before, flag))) {
      noted.push({
        kind: 'flags',
        messageId: copy.messageId,
        folderId,
        before,
        after: storableFlags(flags),
        case: null,
        sinceAt: copy.sinceAt,
        seenAt: now,
      })
    }
    // Programs that know no MOVE copy, mark the first copy and expunge it when they please (RFC 6851 section 1).
    if (hasFlag(flags, '\\Deleted') && !hasFlag(before, '\\Deleted'))
      noted.push({ ...departureOf(copy), folderId, seenAt: now })
  }
  await saveTransitions(tx, accountId, noted)
  return noted.length
}

/**
 * New copies of messages that were known before, before their places are saved. `sinceAt` null: the folder has not been
 * known to its end.
 */
export async function noteArrivals(
  tx: Sql,
  accountId: number,
  folder: { id: number; uidValidity: bigint; case: Case | null; sinceAt: Date | null },
  places: { uid: number; messageId: number; flags: string[] }[],
  now: Date,
): Promise<void> {
  const { sinceAt } = folder
  if (sinceAt === null || places.length === 0) return
  const { rows } = await tx.query<{ uid: string }>(
    `SELECT "uid" FROM "Location" WHERE "accountId" = $1 AND "folderId" = $2 AND "uidValidity" = $3
       AND "uid" = ANY($4)`,
    [accountId, folder.id, folder.uidValidity, places.map(({ uid }) => uid)],
  )
  const there = new Set(rows.map((row) => Number(row.uid)))
  const came = places.filter(({ uid }) => !there.has(uid))
  await saveTransitions(
    tx,
    accountId,
    came.map(({ messageId, flags }) => ({
      kind: 'came',
      messageId,
      folderId: folder.id,
      before: [],
      after: storableFlags(flags),
      case: folder.case,
      sinceAt,
      seenAt: now,
    })),
  )
}

/** Those of the next messages after `afterId`, with the moves of gallra's own that may explain them. */
export async function listTransitions(
  sql: Sql,
  accountId: number,
  afterId: number,
): Promise<{ transitions: Transition[]; moves: OwnMove[] }> {
  const { rows: transitions } = await sql.query<Transition>(
    `SELECT "id", "kind", "messageId", "folderId", "before", "after", "case", "sinceAt", "seenAt" FROM "Transition"
     WHERE "accountId" = $1 AND "messageId" IN
       (SELECT DISTINCT "messageId" FROM "Transition" WHERE "accountId" = $1 AND "messageId" > $2 ORDER BY 1
         LIMIT ${PAGE}) ORDER BY "messageId", "id"`,
    [accountId, afterId],
  )
  if (transitions.length === 0) return { transitions, moves: [] }
  const { rows: moves } = await sql.query<OwnMove>(
    `SELECT "id", "messageId", "toFolderId", "createdAt", "doneAt" FROM "Intention"
     WHERE "accountId" = $1 AND "kind" = 'move' AND "messageId" = ANY($2) AND "toFolderId" IS NOT NULL ORDER BY "id"`,
    [accountId, [...new Set(transitions.map(({ messageId }) => messageId))]],
  )
  return { transitions, moves }
}

export async function hasTransitions(sql: Sql, accountId: number): Promise<boolean> {
  const { rowCount } = await sql.query('SELECT 1 FROM "Transition" WHERE "accountId" = $1 LIMIT 1', [accountId])
  return rowCount !== 0
}

export async function dropTransitions(tx: Sql, accountId: number, ids: number[]): Promise<void> {
  if (ids.length === 0) return
  await tx.query('DELETE FROM "Transition" WHERE "accountId" = $1 AND "id" = ANY($2)', [accountId, ids])
}

/**
 * Halves whose other half would have been seen by now: every folder has been looked at since. One that the server
 * refuses is waited for until `refusedSince`.
 */
export async function dropLoneTransitions(tx: Sql, accountId: number, refusedSince: Date): Promise<void> {
  await tx.query(
    `DELETE FROM "Transition" WHERE "accountId" = $1 AND "seenAt" <
       (SELECT min("lookedAt") FROM "Folder" WHERE "accountId" = $1 AND "unfollowedAt" IS NULL AND ("refusedAt" IS NULL
         OR "refusedAt" > $2))`,
    [accountId, refusedSince],
  )
}

async function listKnownCopies(tx: Sql, accountId: number, folderId: number, uids: number[]): Promise<KnownCopy[]> {
  if (uids.length === 0) return []
  const { rows } = await tx.query<Omit<KnownCopy, 'uid'> & { uid: string }>(
    `SELECT l."uid", l."messageId", l."flags", GREATEST(l."seenAt", f."lookedAt") AS "sinceAt",
       ARRAY(SELECT unnest(i."keywords") FROM "Intention" i WHERE i."accountId" = l."accountId"
         AND i."messageId" = l."messageId"
         AND i."kind" = 'keyword' AND i."doneAt" IS NULL AND i."folderId" = l."folderId"
           AND i."uidValidity" = l."uidValidity" AND i."uid" = l."uid") AS own
     FROM "Location" l JOIN "Folder" f ON f."accountId" = l."accountId" AND f."id" = l."folderId"
     WHERE l."accountId" = $1 AND l."folderId" = $2 AND l."uid" = ANY($3) AND l."messageId" IS NOT NULL`,
    [accountId, folderId, uids],
  )
  return rows.map((row) => ({ ...row, uid: Number(row.uid) }))
}

function departureOf(copy: KnownCopy): Omit<Transition, 'id' | 'folderId' | 'seenAt'> {
  return {
    kind: 'left',
    messageId: copy.messageId,
    before: [...copy.flags, ...copy.own],
    after: [],
    case: null,
    sinceAt: copy.sinceAt,
  }
}

async function saveTransitions(tx: Sql, accountId: number, changes: Omit<Transition, 'id'>[]): Promise<void> {
  if (changes.length === 0) return
  const ids = await nextIds(tx, 'Transition', changes.length)
  await tx.query(
    `INSERT INTO "Transition" ("accountId", "id", "kind", "messageId", "folderId", "before", "after", "case",
       "sinceAt", "seenAt")
     SELECT $1, t.id, t.kind, t.message, t.folder, ARRAY(SELECT jsonb_array_elements_text(t.before)),
       ARRAY(SELECT jsonb_array_elements_text(t.after)), t.case_, t.since, t.seen
     FROM unnest($2::int[], $3::text[], $4::int[], $5::int[], $6::text[]::jsonb[], $7::text[]::jsonb[], $8::text[],
       $9::timestamptz[], $10::timestamptz[])
       t(id, kind, message, folder, before, after, case_, since, seen)`,
    [
      accountId,
      ids,
      changes.map((one) => one.kind),
      changes.map((one) => one.messageId),
      changes.map((one) => one.folderId),
      changes.map((one) => JSON.stringify(one.before)),
      changes.map((one) => JSON.stringify(one.after)),
      changes.map((one) => one.case),
      changes.map((one) => one.sinceAt),
      changes.map((one) => one.seenAt),
    ],
  )
}
