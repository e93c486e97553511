import type pg from 'pg'
import { GallraError } from '../../errors.ts'
import type { Prisma, PrismaClient } from '../generated/client.ts'

/** The generated client inside a transaction; the client itself, for one statement alone, fits too. */
export type PrismaTx = Prisma.TransactionClient

/** The generated client over a pool, made when somebody asks for it first. */
interface LazyPrisma {
  client(): Promise<PrismaClient>
  /** Does nothing when the client was never asked for. Whoever made the pool closes it. */
  disconnect(): Promise<void>
}

/** The modules are loaded on demand too: they and the first query cost 0.2–0.3 s of CPU. */
export function lazyPrisma(pool: pg.Pool): LazyPrisma {
  let opened: Promise<PrismaClient> | null = null
  return {
    client: () => (opened ??= openClient(pool)),
    disconnect: async () => {
      await (await opened)?.$disconnect()
    },
  }
}

async function openClient(pool: pg.Pool): Promise<PrismaClient> {
  const [{ PrismaPg }, { PrismaClient }] = await Promise.all([
    import('@prisma/adapter-pg'),
    import('../generated/client.ts'),
  ])
  return new PrismaClient({ adapter: new PrismaPg(pool) })
}

/** In ms. Like a transaction over `pg`, one over Prisma waits for the locks of others as long as they last. */
const PATIENCE = { maxWait: 60_000, timeout: 3_600_000 }

/**
 * One act whose rows and audit event all go through the generated client: over one connection, all of it or nothing.
 * What goes over `pg` in between is not part of it.
 * @throws GallraError database-unreachable when the connection is lost on the way, as `inTransaction` does; what
 *   PostgreSQL refuses with its SQLSTATE as `code`, as `pg` does
 */
export async function inPrismaTransaction<T>(
  { prisma }: { prisma: () => Promise<PrismaClient> },
  work: (tx: PrismaTx) => Promise<T>,
): Promise<T> {
  const client = await prisma()
  try {
    return await client.$transaction(work, PATIENCE)
  } catch (error) {
    throw asDriverError(error)
  }
}

/** What the adapter says of a failure: in `cause` of a failed COMMIT, in `meta` of a failed statement. */
interface DriverFailure {
  kind: string
  /** SQLSTATE, when the server has spoken. */
  originalCode?: string
  originalMessage?: string
}

const LOST_KINDS = ['ConnectionClosed', 'DatabaseNotReachable', 'SocketTimeout', 'TlsConnectionError']
/** SQLSTATE of a server that shuts down, and of connection exceptions. */
const LOST_STATES = /^(57P|08)/
/** pg reports these without any code, and the adapter passes them on. */
const LOST_WORDS = /^Connection terminated|not queryable|^Client was closed/

function asDriverError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof GallraError) return error
  const failure = failureOf(error)
  const state = failure?.originalCode
  if (
    LOST_WORDS.test(error.message) ||
    (failure !== null && LOST_KINDS.includes(failure.kind)) ||
    (state !== undefined && LOST_STATES.test(state))
  ) {
    return new GallraError(
      'database-unreachable',
      { problem: state ?? failure?.kind ?? 'connection lost' },
      { cause: error },
    )
  }
  if (state === undefined) return error
  return Object.assign(new Error(failure?.originalMessage ?? error.message, { cause: error }), { code: state })
}

function failureOf(error: Error): DriverFailure | null {
  const { meta } = error as { meta?: { driverAdapterError?: { cause?: DriverFailure } } }
  const failure = meta?.driverAdapterError?.cause ?? (error.cause as DriverFailure | undefined)
  return typeof failure?.kind === 'string' ? failure : null
}

/** A DATE column as Prisma gives it, at midnight UTC, as the day it is: 'YYYY-MM-DD', like everywhere in gallra. */
export function dayOf(date: Date): string
export function dayOf(date: Date | null): string | null
export function dayOf(date: Date | null): string | null {
  return date?.toISOString().slice(0, 10) ?? null
}

/** A day 'YYYY-MM-DD' as Prisma takes it for a DATE column. */
export function dateOf(day: string): Date {
  return new Date(`${day}T00:00:00Z`)
}
