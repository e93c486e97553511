import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { RawMessage } from '../../src/mail/imap/mailbox-types.ts'
import { ingest } from '../../src/pipeline/ingest/ingest.ts'
import type { Account } from '../../src/store/accounts.ts'
import { openArchive } from '../../src/store/opening/open-archive.ts'
import type { Archive } from '../../src/store/archive.ts'
import { isEnvironmentFault } from '../../src/store/postgres/sql.ts'
import { NOW, RULES, testAccount, testArchive, type TestArchive } from '../harness/archive.ts'
import { mail } from '../harness/mail.ts'
import { startSqlProxy, type SqlProxy } from '../harness/sql-proxy.ts'

let test: TestArchive
let proxy: SqlProxy
let archive: Archive
let account: Account

beforeEach(async () => {
  test = await testArchive()
  account = await testAccount(test.archive)
  proxy = await startSqlProxy(test.databaseUrl)
  const migrationsDirectory = join(resolve(import.meta.dirname, '..', '..'), 'prisma', 'migrations')
  archive = await openArchive(
    {
      dataDirectory: test.keysDirectory,
      keysDirectory: test.keysDirectory,
      migrationsDirectory,
      databaseUrl: proxy.url,
    },
    NOW,
  )
})
afterEach(async () => {
  await archive.close()
  await proxy.close()
  await test.drop()
})

function raw(name: string): RawMessage {
  const source = mail({
    id: `${name}@example.se`,
    from: `${name}@example.se`,
    subject: 'Öppettider',
    body: `Vilka öppettider har ni? Undrar ${name}.`,
  })
  return { uid: 0, flags: [], internalDate: NOW, source, size: source.length }
}

const stored = async () =>
  (await test.archive.pool.query<{ unparsed: boolean }>('SELECT "unparsed" FROM "Message"')).rows

it.each(['sent', 'answered'] as const)(
  'a database connection lost over and over is no fault of the message (statement %s)',
  async (phase) => {
    const from = { archive, account, rules: RULES, folder: null }
    let cuts = 0
    proxy.onStatement = (statement) =>
      /^COPY "SearchEntry"/.test(statement.text) && statement.phase === phase && ++cuts <= 3 ? 'cut' : null
    for (let pass = 1; pass <= 3; pass += 1) {
      await expect(ingest(from, [raw('alice'), raw('bob')], NOW)).rejects.toMatchObject({
        code: 'database-unreachable',
      })
      expect(await stored()).toEqual([])
    }
    expect(await ingest(from, [raw('alice'), raw('bob')], NOW)).toMatchObject({ known: 0 })
    expect(await stored()).toEqual([{ unparsed: false }, { unparsed: false }])
  },
)

it('a commit whose answer was lost is found done by the next pass, not done twice', async () => {
  const from = { archive, account, rules: RULES, folder: null }
  let cuts = 0
  proxy.onStatement = ({ text, phase }) => (text === 'COMMIT' && phase === 'answered' && ++cuts === 1 ? 'cut' : null)
  await expect(ingest(from, [raw('alice')], NOW)).rejects.toMatchObject({ code: 'database-unreachable' })
  expect(await ingest(from, [raw('alice')], NOW)).toEqual({ archived: [], known: 1, tombstoned: 0 })
})

it('tells values that PostgreSQL will not take from a database that fails', async () => {
  const failure = async (sql: string) =>
    archive.pool.query(sql).then(
      () => null,
      (error: unknown) => error,
    )
  expect(isEnvironmentFault(await failure(`SELECT E'\\\\u0000'::jsonb, '"\\u0000"'::jsonb`))).toBe(false)
  expect(isEnvironmentFault(await failure('SELECT 1 FROM "Nothing"'))).toBe(true)
  expect(isEnvironmentFault(new TypeError('ours'))).toBe(false)
  expect(isEnvironmentFault(Object.assign(new Error('disk'), { code: 'ENOSPC', syscall: 'write' }))).toBe(true)
})
