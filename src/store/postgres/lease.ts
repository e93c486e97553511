import pg from 'pg'

/** What one process at a time may do for an account; training is for all of them, account 0. */
type LeaseKind = 'follow' | 'purge' | 'train'

const LOCK_SPACE: Record<LeaseKind, number> = { follow: 0x6a13, purge: 0x6a14, train: 0x6a15 }

/**
 * One database session whose advisory locks say which accounts this process works for. A killed process or
 * host loses its session, and with it every lease, within about half a minute.
 */
export interface Leases {
  /** False: another process has it. */
  acquire(kind: LeaseKind, accountId: number): Promise<boolean>
  release(kind: LeaseKind, accountId: number): Promise<void>
  /** Aborted when the session is lost: another process may have the leases now. */
  readonly lost: AbortSignal
  close(): Promise<void>
}

/** Closes them whatever happens: an open session would keep the process alive. */
export async function withLeases<T>(connectionString: string, work: (leases: Leases) => Promise<T>): Promise<T> {
  const leases = await openLeases(connectionString)
  try {
    return await work(leases)
  } finally {
    await leases.close()
  }
}

export async function openLeases(connectionString: string): Promise<Leases> {
  const client = new pg.Client({ connectionString, application_name: 'gallra-lease', keepAlive: true })
  const lost = new AbortController()
  let closing = false
  client.on('error', () => lost.abort())
  client.on('end', () => {
    if (!closing) lost.abort()
  })
  await client.connect()
  // Over a network the server notices a dead host by itself: 10 s of silence, then four probes 5 s apart.
  await client.query('SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 4')
  // The locks of one session are counted: asking twice would have to be released twice.
  const held = new Set<string>()
  return {
    lost: lost.signal,
    async acquire(kind, accountId) {
      const name = `${kind}:${accountId}`
      if (held.has(name)) return false
      const { rows } = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1, $2) AS locked', [
        LOCK_SPACE[kind],
        accountId,
      ])
      if (rows[0]!.locked) held.add(name)
      return rows[0]!.locked
    },
    async release(kind, accountId) {
      if (!held.delete(`${kind}:${accountId}`) || lost.signal.aborted) return
      await client.query('SELECT pg_advisory_unlock($1, $2)', [LOCK_SPACE[kind], accountId])
    },
    async close() {
      closing = true
      await client.end().catch(() => undefined)
    },
  }
}
