import { createHmac } from 'node:crypto'
import { GallraError } from '../errors.ts'
import type { Archive } from './archive.ts'
import type { AuditEvent as AuditRow } from './generated/client.ts'
import type { PrismaTx } from './postgres/prisma.ts'
import type { Sql } from './postgres/sql.ts'

/** What may stand in the audit log: ids, counts, codes. Never text from mail or people (P7). */
export type AuditPayload = Record<string, string | number | boolean | null | readonly (number | string)[]>

export interface AuditEvent {
  seq: number
  at: Date
  /** `gallra`, `mailbox` or `staff:<id>`. */
  actor: string
  kind: string
  payload: AuditPayload
}

/** Account 0 holds the events of the installation itself. */
export const INSTALLATION = 0

/** Advisory lock of an account's chain, so that two processes never append at one place. */
const CHAIN_LOCK = 0x6a12

/** The end of a chain; null while it is empty. */
type ChainEnd = Pick<AuditRow, 'seq' | 'hash'> | null

/** Appends one event to the account's keyed hash chain, over `pg`, in the transaction of the act it tells of. */
export async function appendAudit(
  tx: Sql,
  archive: Archive,
  accountId: number,
  event: Omit<AuditEvent, 'seq'>,
): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock($1, $2)', [CHAIN_LOCK, accountId])
  const { rows } = await tx.query<NonNullable<ChainEnd>>(
    'SELECT "seq", "hash" FROM "AuditEvent" WHERE "accountId" = $1 ORDER BY "seq" DESC LIMIT 1',
    [accountId],
  )
  const next = chained(archive, accountId, rows[0] ?? null, event)
  await tx.query(
    `INSERT INTO "AuditEvent" ("accountId", "seq", "at", "actor", "kind", "payload", "hash")
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [accountId, next.seq, next.at, next.actor, next.kind, JSON.stringify(next.payload), next.hash],
  )
}

/** The same for an act that goes through the generated client. */
export async function appendAuditOverPrisma(
  tx: PrismaTx,
  archive: Archive,
  accountId: number,
  event: Omit<AuditEvent, 'seq'>,
): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${CHAIN_LOCK}::int, ${accountId}::int)`
  const end = await tx.auditEvent.findFirst({
    where: { accountId },
    orderBy: { seq: 'desc' },
    select: { seq: true, hash: true },
  })
  await tx.auditEvent.create({ data: chained(archive, accountId, end, event) })
}

function chained(archive: Archive, accountId: number, end: ChainEnd, event: Omit<AuditEvent, 'seq'>): ChainedEvent {
  const { at, actor, kind, payload } = event
  const next = { seq: (end?.seq ?? 0) + 1, at, actor, kind, payload }
  return { accountId, ...next, hash: chainHash(archive.keyring.auditKey, accountId, end?.hash ?? '', next) }
}

export interface AuditHead {
  accountId: number
  events: number
  head: string
}

/** One event as it is stored. */
interface ChainedEvent extends AuditEvent {
  accountId: number
  hash: string
}

/** Recomputes every chain; throws `audit-broken` at the first event that does not fit. */
export async function verifyAudit(archive: Archive): Promise<AuditHead[]> {
  const { rows } = await archive.pool.query<ChainedEvent>('SELECT * FROM "AuditEvent" ORDER BY "accountId", "seq"')
  const heads = new Map<number, AuditHead>()
  for (const row of rows) heads.set(row.accountId, nextHead(archive.keyring.auditKey, heads.get(row.accountId), row))
  return [...heads.values()]
}

/** Checks that the chain still has a head noted elsewhere. @throws GallraError 'audit-truncated' */
export async function requireHead({ pool }: Archive, { accountId, events, head }: AuditHead): Promise<void> {
  const { rowCount } = await pool.query(
    'SELECT 1 FROM "AuditEvent" WHERE "accountId" = $1 AND "seq" = $2 AND "hash" = $3',
    [accountId, events, head],
  )
  if (rowCount === 0) throw new GallraError('audit-truncated', { seq: events, account: accountId })
}

/** The chain's head after one more event. @throws GallraError 'audit-broken' when it does not follow the one before */
export function nextHead(auditKey: Buffer, before: AuditHead | undefined, event: ChainedEvent): AuditHead {
  const hash = chainHash(auditKey, event.accountId, before?.head ?? '', event)
  if (event.seq !== (before?.events ?? 0) + 1 || hash !== event.hash) {
    throw new GallraError('audit-broken', { seq: event.seq, account: event.accountId })
  }
  return { accountId: event.accountId, events: event.seq, head: hash }
}

export async function listAudit(sql: Sql, accountId: number, messageId: number): Promise<AuditEvent[]> {
  const { rows } = await sql.query<AuditEvent>(
    `SELECT "seq", "at", "actor", "kind", "payload" FROM "AuditEvent"
     WHERE "accountId" = $1 AND "payload"->'messages' @> $2::jsonb ORDER BY "seq"`,
    [accountId, JSON.stringify([messageId])],
  )
  return rows
}

function chainHash(key: Buffer, accountId: number, previous: string, event: AuditEvent): string {
  const payload = Object.fromEntries(Object.entries(event.payload).sort(([a], [b]) => (a < b ? -1 : 1)))
  const line = JSON.stringify([
    previous,
    accountId,
    event.seq,
    event.at.toISOString(),
    event.actor,
    event.kind,
    payload,
  ])
  return createHmac('sha256', key).update(line).digest('base64url')
}
