import type pg from 'pg'
import { GallraError } from '../../errors.ts'
import type { Prisma, PrismaClient } from '../generated/client.ts'

/** The generated client inside a transaction; the client itself, for one statement alone, fits too. */
export type PrismaTx = Prisma.TransactionClient

/** The generated client over a pool, made when somebody asks for it first. */
export interface LazyPrisma {
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
 * @throws GallraError database-unreachable when the connection is lost on the way, as `inTransaction` does
 */
export async function inPrismaTransaction<T>(
  { prisma }: { prisma(): Promise<PrismaClient> },
  work: (tx: PrismaTx) => Promise<T>,
): Promise<T> {
  const client = await prisma()
  try {
    return await client.$transaction(work, PATIENCE)
  } catch (cause) {
    throw isConnectionLost(cause)
      ? new GallraError('database-unreachable', { problem: codeOf(cause) }, { cause })
      : cause
  }
}

/**
 * Prisma's codes of a server that cannot be reached or has gone, and of a transaction that ended with its connection.
 */
const LOST = ['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028']

function isConnectionLost(error: unknown): boolean {
  return error instanceof Error && !(error instanceof GallraError) && LOST.includes(codeOf(error))
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
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
