import { countFolders } from '../mailbox/folders.ts'
import type { Archive } from '../archive.ts'
import { dateOf, type PrismaTx } from '../postgres/prisma.ts'
import type { Sql } from '../postgres/sql.ts'

/**
 * What a person still has to decide. A complaint that staff have said is one stays on review until it is closed, but
 * has no end that anything could be decided about.
 */
const UNDECIDED = `"state" = 'review' AND "approvedAt" IS NULL AND NOT ("caseBy" = 'staff' AND "dueOn" IS NULL)`

/** How many ids a list in the digest names; the count beside it is of all. */
const NAMED = 20

/** What one account's part of the weekly digest says: counts, ids, dates and codes, nothing of anybody's mail. */
export interface AccountDigest {
  /** Would leave mailbox or archive up to `until`, by the rule that keeps it till then. */
  due: { rule: string; messages: number }[]
  /** For a person to decide; `first` are the dangerous ones: may be a complaint and due soon. */
  review: { messages: number; mayBeComplaint: number; dangerous: number; first: number[] }
  /** Open matters in which no one has written for long. */
  idle: { conversations: number; first: number[] }
  /** What lets go earlier than before and waits until that day (P9). */
  waiting: { until: string; messages: number; first: number[] }[]
  /** What people did in the mail program since `mailboxSince`; `first` are the messages decided. */
  mailbox: { overrides: number; holds: number; releases: number; first: number[] }
  /** A purge above its cap that no one has approved. */
  overCap: { due: number; total: number; startedAt: Date } | null
  folders: number
  refusedFolders: number
  syncedAt: Date | null
  auditHead: { events: number; head: string } | null
}

/** Stockholm dates, and the instant since when acts in the mail program count. */
interface DigestPeriod {
  today: string
  until: string
  mailboxSince: Date
}

/** Rows that are listed or counted as they are come through the generated client, sums over expressions over `pg`. */
export async function readAccountDigest(
  archive: Pick<Archive, 'pool' | 'prisma'>,
  accountId: number,
  period: DigestPeriod,
): Promise<AccountDigest> {
  const { pool } = archive
  const prisma = await archive.prisma()
  const idle = await prisma.conversation.findMany({
    where: { accountId, idleReviewOn: { lte: dateOf(period.today) } },
    orderBy: [{ idleReviewOn: 'asc' }, { id: 'asc' }],
    select: { id: true },
  })
  const overCap = await prisma.purgeRun.findFirst({
    where: { accountId, state: 'over-cap', approvedAt: null },
    orderBy: { id: 'desc' },
    select: { due: true, total: true, startedAt: true },
  })
  const folders = await countFolders(pool, accountId)
  return {
    due: await countDue(pool, accountId, period.until),
    review: await countReview(pool, accountId, period.until),
    idle: { conversations: idle.length, first: idle.slice(0, NAMED).map(({ id }) => id) },
    waiting: await listWaiting(pool, accountId, period.today),
    mailbox: await readMailboxActs(prisma, accountId, period.mailboxSince),
    overCap,
    folders: folders.folders,
    refusedFolders: folders.refused,
    syncedAt: folders.syncedAt,
    auditHead: await readAuditHead(archive, accountId),
  }
}

async function countDue(sql: Sql, accountId: number, until: string): Promise<AccountDigest['due']> {
  const { rows } = await sql.query<AccountDigest['due'][number]>(
    `SELECT "retention"->>'rule' AS rule, count(*)::int AS messages FROM "Message"
     WHERE "accountId" = $1 AND "dueOn" <= $2 AND ("state" <> 'review' OR "approvedAt" IS NOT NULL)
     GROUP BY 1 ORDER BY 2 DESC, 1`,
    [accountId, until],
  )
  return rows
}

async function countReview(sql: Sql, accountId: number, until: string): Promise<AccountDigest['review']> {
  const { rows } = await sql.query<Omit<AccountDigest['review'], 'first'>>(
    `SELECT count(*)::int AS messages, (count(*) FILTER (WHERE "mayBeComplaint"))::int AS "mayBeComplaint",
       (count(*) FILTER (WHERE "mayBeComplaint" AND "dueOn" <= $2))::int AS dangerous
     FROM "Message" WHERE "accountId" = $1 AND ${UNDECIDED}`,
    [accountId, until],
  )
  const first = await listReviewQueue(sql, [accountId], until, NAMED)
  return { ...rows[0]!, first: first.map(({ id }) => id) }
}

async function listWaiting(sql: Sql, accountId: number, today: string): Promise<AccountDigest['waiting']> {
  const { rows } = await sql.query<AccountDigest['waiting'][number]>(
    `SELECT "notBefore" AS until, count(*)::int AS messages, (array_agg("id" ORDER BY "id"))[1:${NAMED}] AS first
     FROM "Message" WHERE "accountId" = $1 AND "notBefore" > $2 GROUP BY 1 ORDER BY 1`,
    [accountId, today],
  )
  return rows
}

async function readMailboxActs(prisma: PrismaTx, accountId: number, since: Date): Promise<AccountDigest['mailbox']> {
  const decided = await prisma.override.findMany({
    where: { accountId, via: 'mailbox', withdrawnAt: null, decidedAt: { gte: since } },
    distinct: ['messageId'],
    orderBy: { messageId: 'asc' },
    select: { messageId: true },
  })
  const starred = { accountId, via: 'mailbox' }
  return {
    overrides: decided.length,
    holds: await prisma.hold.count({ where: { ...starred, placedAt: { gte: since } } }),
    releases: await prisma.hold.count({ where: { ...starred, releasedAt: { gte: since }, releasedBy: null } }),
    first: decided.slice(0, NAMED).map(({ messageId }) => messageId),
  }
}

/** The end of one account's chain, 0 = the installation's own. */
export async function readAuditHead(
  archive: Pick<Archive, 'prisma'>,
  accountId: number,
): Promise<AccountDigest['auditHead']> {
  const prisma = await archive.prisma()
  const end = await prisma.auditEvent.findFirst({
    where: { accountId },
    orderBy: { seq: 'desc' },
    select: { seq: true, hash: true },
  })
  return end === null ? null : { events: end.seq, head: end.hash }
}

/**
 * What a person still has to decide, the dangerous first: may be a complaint and due by `soon`, may be a complaint,
 * due, the rest.
 */
export async function listReviewQueue(
  sql: Sql,
  accountIds: number[],
  soon: string,
  limit: number,
): Promise<{ accountId: number; id: number }[]> {
  const { rows } = await sql.query<{ accountId: number; id: number }>(
    `SELECT "accountId", "id" FROM "Message" WHERE "accountId" = ANY($1) AND ${UNDECIDED}
     ORDER BY ("mayBeComplaint" AND COALESCE("dueOn" <= $2, false)) DESC, "mayBeComplaint" DESC, "dueOn" NULLS LAST,
       "receivedAt", "id" LIMIT $3`,
    [accountIds, soon, limit],
  )
  return rows
}
