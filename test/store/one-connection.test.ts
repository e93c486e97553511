import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { approveOverCap, armPurge, hold } from '../../src/pipeline/decide/staff-decisions.ts'
import { ingest } from '../../src/pipeline/ingest/ingest.ts'
import { queueWeeklyLetter } from '../../src/pipeline/letters/outbox.ts'
import { saveSmtp, type Account } from '../../src/store/accounts.ts'
import type { Archive } from '../../src/store/archive.ts'
import { verifyAudit } from '../../src/store/audit.ts'
import { saveRun } from '../../src/store/disposal/purge-runs.ts'
import { openArchive } from '../../src/store/opening/open-archive.ts'
import { readSetting } from '../../src/store/settings.ts'
import type { StaffMember } from '../../src/store/staff/staff.ts'
import { carol, MIGRATIONS, NOW, RULES, testAccount, testArchive, type TestArchive } from '../harness/archive.ts'
import { mail } from '../harness/mail.ts'
import { startSqlProxy, type SqlProxy } from '../harness/sql-proxy.ts'

/** An act and what it leaves in the database beside its audit event. */
interface Act {
  name: string
  over: 'prisma' | 'pg'
  event: string
  run(archive: Archive): Promise<unknown>
  /** Whether what it is to leave is there. */
  left(): Promise<boolean>
}

let test: TestArchive
let proxy: SqlProxy
let account: Account
let staff: StaffMember
let messageId: number
beforeAll(async () => {
  test = await testArchive()
  proxy = await startSqlProxy(test.databaseUrl)
  account = await testAccount(test.archive)
  const login = { host: '127.0.0.1', port: 1, security: 'none', user: '', password: '', ca: null } as const
  await saveSmtp(test.archive, account, login, NOW)
  staff = await carol(test.archive, NOW, 'carol@promix.se')
  const source = mail({
    id: 'a@kund.example',
    from: 'Alice Ek <alice.ek@kund.example>',
    subject: 'Rullen',
    body: 'Hej!',
  })
  const raw = { uid: 0, flags: [], internalDate: NOW, source, size: source.length }
  messageId = (await ingest({ archive: test.archive, account, rules: RULES, folder: null }, [raw], NOW)).archived[0]!
  await saveRun(test.archive.pool, { accountId: account.id, state: 'over-cap', due: 300, total: 500 }, NOW)
})
afterEach(() => {
  proxy.onStatement = null
})
afterAll(async () => {
  await proxy.close()
  await test.drop()
})

const exists = async (sql: string, values: unknown[] = []) =>
  ((await test.archive.pool.query(sql, values)).rowCount ?? 0) > 0
const context = (archive: Archive) => ({ archive, account, rules: RULES })

const ACTS: Act[] = [
  {
    name: 'arming',
    over: 'prisma',
    event: 'armed',
    run: (archive) => armPurge(archive, staff.id, true, NOW),
    left: async () => (await readSetting(test.archive.pool, 'armed')) !== null,
  },
  {
    name: 'approving a run over its cap',
    over: 'prisma',
    event: 'run-approved',
    run: (archive) => approveOverCap(context(archive), staff.id, NOW),
    left: () => exists('SELECT 1 FROM "PurgeRun" WHERE "approvedAt" IS NOT NULL'),
  },
  {
    name: 'queueing the digest',
    over: 'prisma',
    event: 'digest-queued',
    run: (archive) => queueWeeklyLetter(archive, 'gallra', NOW),
    left: () => exists('SELECT 1 FROM "Outbox"'),
  },
  {
    name: 'placing a hold',
    over: 'pg',
    event: 'hold',
    run: (archive) =>
      hold(context(archive), { staffId: staff.id, via: 'cli', reason: 'tvist', target: { messageId } }, NOW),
    left: () => exists('SELECT 1 FROM "Hold"'),
  },
]

/** Of the connection on which the act is: before its event is written, and when it is written and not committed. */
const CUTS = [
  ['before its event', (text: string) => /^INSERT INTO .*"AuditEvent"/.test(text)],
  ['before its commit', (text: string) => text.startsWith('COMMIT')],
] as const

describe.each(ACTS)('$name', (act) => {
  const event = () => exists('SELECT 1 FROM "AuditEvent" WHERE "kind" = $1', [act.event])

  it.each(CUTS)('leaves nothing when the connection dies %s', async (_, isCut) => {
    const archive = await throughProxy()
    // The client is opened first, so that what is cut is the act.
    await (await archive.prisma()).setting.findMany()
    const cut: string[] = []
    let inserted = false
    proxy.onStatement = ({ text, phase }) => {
      if (phase !== 'sent') return null
      const due = isCut(text) && (inserted || !text.startsWith('COMMIT'))
      inserted ||= text.includes('INSERT INTO') && text.includes('"AuditEvent"')
      if (due) cut.push(text)
      return due ? 'cut' : null
    }
    await expect(act.run(archive)).rejects.toMatchObject({ code: 'database-unreachable' })
    expect(cut).toHaveLength(1)
    proxy.onStatement = null
    await archive.close()
    expect([await act.left(), await event()]).toEqual([false, false])
  })

  it('leaves both when nothing happens, over one connection', async () => {
    const archive = await throughProxy()
    const statements: string[] = []
    proxy.onStatement = ({ text, phase }) => {
      if (phase === 'sent') statements.push(text)
      return null
    }
    await act.run(archive)
    await archive.close()
    expect([await act.left(), await event()]).toEqual([true, true])
    // Prisma names the schema; `pg`'s statements are ours and do not.
    const writes = statements.filter((text) => /^(INSERT|UPDATE|DELETE)/.test(text))
    expect(writes.length).toBeGreaterThan(0)
    expect(writes.filter((text) => text.includes('"public".') !== (act.over === 'prisma'))).toEqual([])
    expect(statements.filter((text) => text === 'COMMIT')).toHaveLength(1)
    await verifyAudit(test.archive)
  })
})

function throughProxy(): Promise<Archive> {
  const directory = test.keysDirectory
  return openArchive(
    { dataDirectory: directory, keysDirectory: directory, migrationsDirectory: MIGRATIONS, databaseUrl: proxy.url },
    NOW,
  )
}
