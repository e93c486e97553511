import type pg from 'pg'
import type { PrismaClient } from '../generated/client.ts'

/** The generated client over a pool, made when somebody asks for it first. */
export interface LazyPrisma {
  client(): Promise<PrismaClient>
  /** Does nothing when nobody has asked. The pool stays open: it is its owner's. */
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
