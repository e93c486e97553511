import { REFUSED } from '../mailbox/folders.ts'
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
  /** Open matters nobody has written in for long. */
  idle: { conversations: number; first: number[] }
  /** What lets go earlier than before and waits until that day (P9). */
  waiting: { until: string; messages: number; first: number[] }[]
  /** What people did in the mail program since `mailboxSince`; `first` are the messages decided. */
  mailbox: { overrides: number; holds: number; releases: number; first: number[] }
  /** A purge above its cap that nobody has approved. */
  overCap: { due: number; total: number; startedAt: Date } | null
  folders: number
  refusedFolders: number
  syncedAt: Date | null
  auditHead: { events: number; head: string } | null
}

/** `today` and `until` are Stockholm dates. */
export async function readAccountDigest(
  sql: Sql,
  accountId: number,
  today: string,
  until: string,
  mailboxSince: Date,
): Promise<AccountDigest> {
  const query = async <T extends object>(text: string, values: unknown[] = []): Promise<T[]> =>
    (await sql.query<T>(text, [accountId, ...values])).rows
  const due = await query<AccountDigest['due'][number]>(
    `SELECT "retention"->>'rule' AS rule, count(*)::int AS messages FROM "Message"
     WHERE "accountId" = $1 AND "dueOn" <= $2 AND ("state" <> 'review' OR "approvedAt" IS NOT NULL) GROUP BY 1
       ORDER BY 2 DESC, 1`,
    [until],
  )
  const [review] = await query<Omit<AccountDigest['review'], 'first'>>(
    `SELECT count(*)::int AS messages, (count(*) FILTER (WHERE "mayBeComplaint"))::int AS "mayBeComplaint",
       (count(*) FILTER (WHERE "mayBeComplaint" AND "dueOn" <= $2))::int AS dangerous
     FROM "Message" WHERE "accountId" = $1 AND ${UNDECIDED}`,
    [until],
  )
  const first = await listReviewQueue(sql, [accountId], until, NAMED)
  const idle = await query<{ id: number }>(
    'SELECT "id" FROM "Conversation" WHERE "accountId" = $1 AND "idleReviewOn" <= $2 ORDER BY "idleReviewOn", "id"',
    [today],
  )
  const waiting = await query<{ until: string; messages: number; ids: number[] }>(
    `SELECT "notBefore" AS until, count(*)::int AS messages, (array_agg("id" ORDER BY "id"))[1:${NAMED}] AS ids
       FROM "Message"
     WHERE "accountId" = $1 AND "notBefore" > $2 GROUP BY 1 ORDER BY 1`,
    [today],
  )
  const decided = await query<{ messageId: number }>(
    `SELECT DISTINCT "messageId" FROM "Override" WHERE "accountId" = $1 AND "via" = 'mailbox' AND "withdrawnAt" IS NULL
       AND "decidedAt" >= $2 ORDER BY 1`,
    [mailboxSince],
  )
  const [stars] = await query<{ holds: number; releases: number }>(
    `SELECT (count(*) FILTER (WHERE "placedAt" >= $2))::int AS holds, (count(*) FILTER (WHERE "releasedAt" >= $2
       AND "releasedBy" IS NULL))::int AS releases
     FROM "Hold" WHERE "accountId" = $1 AND "via" = 'mailbox'`,
    [mailboxSince],
  )
  const [run] = await query<NonNullable<AccountDigest['overCap']>>(
    `SELECT "due", "total", "startedAt" FROM "PurgeRun" WHERE "accountId" = $1 AND "state" = 'over-cap'
       AND "approvedAt" IS NULL ORDER BY "id" DESC LIMIT 1`,
  )
  const [folders] = await query<Pick<AccountDigest, 'folders' | 'refusedFolders' | 'syncedAt'>>(
    `SELECT count(*)::int AS folders, (count(*) FILTER (WHERE ${REFUSED}))::int AS "refusedFolders",
       max("syncedAt") AS "syncedAt"
     FROM "Folder" WHERE "accountId" = $1 AND "unfollowedAt" IS NULL`,
  )
  return {
    due,
    review: { ...review!, first: first.map(({ id }) => id) },
    idle: { conversations: idle.length, first: idle.slice(0, NAMED).map(({ id }) => id) },
    waiting: waiting.map(({ ids, ...each }) => ({ ...each, first: ids })),
    mailbox: { overrides: decided.length, ...stars!, first: decided.slice(0, NAMED).map(({ messageId }) => messageId) },
    overCap: run ?? null,
    ...folders!,
    auditHead: await readAuditHead(sql, accountId),
  }
}

/** The end of one account's chain, 0 = the installation's own. */
export async function readAuditHead(sql: Sql, accountId: number): Promise<AccountDigest['auditHead']> {
  const { rows } = await sql.query<{ events: number; head: string }>(
    'SELECT "seq" AS events, "hash" AS head FROM "AuditEvent" WHERE "accountId" = $1 ORDER BY "seq" DESC LIMIT 1',
    [accountId],
  )
  return rows[0] ?? null
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
