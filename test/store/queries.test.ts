import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { expect, test } from 'vitest'

const SRC = join(import.meta.dirname, '..', '..', 'src')

/** Files below src that may run SQL of their own, and why it is not the generated client (docs/develop/database.md). */
const PLAIN_PG: Record<string, string> = {
  'store/accounts.ts': 'every command reads the accounts first, and must not load the client for it',
  'store/audit.ts': 'the event of an act over pg goes over its connection; the lock of the chain has no other words',
  'store/backup/load.ts': 'backup: streams COPY',
  'store/backup/replay.ts': 'restore: under the account lock, with the purge',
  'store/backup/write.ts': 'backup: one snapshot, streams COPY',
  'store/customer/customers.ts': 'ingest: many cards at once, under the account lock',
  'store/customer/refresh-customers.ts': 'purge: in its transaction',
  'store/disposal/erase.ts': 'purge',
  'store/disposal/purge-runs.ts': 'purge: begins and ends its run',
  'store/disposal/tombstones.ts': 'ingest and purge: by many digests, joined with locations',
  'store/epochs/epochs.ts': 'epochs: every sealed table, page by page',
  'store/keys/erasure-ledger.ts': 'purge: read before its commit, in its transaction',
  'store/learning/models.ts': 'learning: locks the table, in the transaction that renews the model',
  'store/learning/training-examples.ts': 'learning: joins of decisions and examples',
  'store/mailbox/folders.ts': 'ingest: cursors move with the messages',
  'store/mailbox/intentions.ts': 'acts on the server: many at once, with the decision',
  'store/mailbox/locations.ts': 'ingest: many at once',
  'store/mailbox/transitions.ts': 'ingest: many at once',
  'store/message/contents.ts': 'scan: everything, page by page',
  'store/message/conversations.ts': 'ingest and decisions: many at once, under the account lock',
  'store/message/damage.ts': 'repair: locks one row',
  'store/message/decisions.ts': 'decisions: many at once, under the account lock',
  'store/message/messages.ts': 'ingest, purge, and what every list and show reads',
  'store/message/open-messages.ts': 'show, search and scan decrypt page by page',
  'store/message/search.ts': 'search',
  'store/message/verdicts.ts': 'judging again: many at once, under the account lock',
  'store/opening/open-database.ts': 'asks whether the database answers',
  'store/opening/upgrade.ts': 'opening: everything, page by page',
  'store/outbox.ts': 'claims a letter with SKIP LOCKED and an advisory lock; status counts letters',
  'store/postgres/bulk-insert.ts': 'ingest: COPY',
  'store/postgres/embedded-postgres.ts': 'asks the embedded server whether it answers',
  'store/postgres/lease.ts': 'advisory locks of one session',
  'store/postgres/migrate.ts': 'migrations',
  'store/postgres/sql.ts': 'transactions, locks, sequences',
  'store/read/account-counts.ts': 'status: must not load the client; counts over expressions',
  'store/read/archive-totals.ts': 'counts over expressions and JSON',
  'store/read/digest-facts.ts': 'counts over expressions and JSON, arrays cut in the database',
  'store/read/list.ts': 'list: must not load the client',
  'store/settings.ts':
    'read at every start; written with pg acts; one job a day is claimed by one conditional statement',
  'store/staff/holds.ts': 'decisions: under the account lock, with what they change',
  'store/staff/overrides.ts': 'decisions: under the account lock, with what they change',
  'store/staff/staff.ts': 'every command that decides reads staff, and must not load the client for it',
}

const SQL = /\.query[(<]|\$(query|execute)Raw/

test('only the listed files run SQL, all of them in store', () => {
  const found = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.ts') && !path.startsWith('store/generated/'))
    .filter((path) => SQL.test(readFileSync(join(SRC, path), 'utf8')))
  expect(found.sort()).toEqual(Object.keys(PLAIN_PG).sort())
  expect(Object.keys(PLAIN_PG).filter((path) => !path.startsWith('store/'))).toEqual([])
})

test('the generated client is loaded with its first use, and only there', () => {
  const loading = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.ts') && !path.startsWith('store/generated/'))
    .flatMap((path) => {
      const text = readFileSync(join(SRC, path), 'utf8')
      const atOnce = [...text.matchAll(/^import (?!type )[^;]*?from '([^']+)'/gm)].map((match) => match[1]!)
      return atOnce.filter(isClient).map((from) => posix.join(path, from))
    })
  expect(loading).toEqual([])
})

function isClient(from: string): boolean {
  return from.startsWith('@prisma/') || /\/generated\/(client|models|enums)\b/.test(from)
}

test.each(['pool.query(sql)', 'tx.query<Row>(sql)', 'tx.$queryRaw`SELECT 1`', 'tx.$executeRaw`SELECT 1`'])(
  'SQL is seen: %s',
  (text) => expect(text).toMatch(SQL),
)

test.each([`const query = parse(text)`, `call.given.text('query')`, `archive.prisma()`])('no SQL: %s', (text) =>
  expect(text).not.toMatch(SQL),
)
