import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type pg from 'pg'
import { ingest } from '../../src/pipeline/ingest/ingest.ts'
import { purge } from '../../src/pipeline/purge/purge.ts'
import { armPurge, hold, overrideCase } from '../../src/pipeline/decide/staff-decisions.ts'
import { listAccounts } from '../../src/store/accounts.ts'
import type { Archive } from '../../src/store/archive.ts'
import { ensureFolder, finishFolder, listFolders } from '../../src/store/mailbox/folders.ts'
import { openMessage, openMessageSource } from '../../src/store/message/open-messages.ts'
import { openRow, type RowKey } from '../../src/store/keys/sealed-row.ts'
import { listStaff } from '../../src/store/staff/staff.ts'
import { carol, NOW, RULES, testAccount, testArchive } from './archive.ts'
import { find, MIGRATIONS } from './backup.ts'
import { mail } from './mail.ts'

/** One folder per schema, named for its last migration; how they are made: see its README. */
export const FIXTURES = join(import.meta.dirname, '..', 'fixtures', 'schema')

export function migrationNames(): string[] {
  return readdirSync(MIGRATIONS, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
}

/** Everything sealed, opened, and what a search finds: must be the same whatever schema it lies in. */
export async function readEverything(archive: Archive): Promise<unknown> {
  const accounts = await listAccounts(archive)
  const opened = []
  for (const { id, settings } of accounts) {
    const { rows } = await archive.pool.query<{ id: number }>(
      'SELECT "id" FROM "Message" WHERE "accountId" = $1 ORDER BY "id"',
      [id],
    )
    const messages = []
    for (const row of rows) {
      const { message, evidence } = await openMessage(archive.pool, archive, id, row.id)
      const source = await openMessageSource(archive.pool, archive, id, row.id)
      messages.push({
        id: row.id,
        source: createHash('sha256').update(source).digest('hex'),
        subject: message.subject,
        digest: message.digest,
        rulebook: evidence.classification.rulebook,
      })
    }
    const searches: Record<string, number[]> = {}
    for (const word of ['skrivaren', 'lampan', 'ingenting']) searches[word] = await find(archive, id, word)
    const folders = (await listFolders(archive, id)).map(({ path, lastUid }) => ({ path, lastUid }))
    opened.push({
      id,
      address: settings.address,
      password: settings.password,
      messages,
      searches,
      folders,
      reasons: await readReasons(archive, id),
    })
  }
  const tombstones = (
    await archive.pool.query<Record<string, unknown>>(
      'SELECT "id", "digestHash", "case", "until" FROM "Tombstone" ORDER BY "id"',
    )
  ).rows
  return { accounts: opened, staff: (await listStaff(archive)).map(({ name, role }) => ({ name, role })), tombstones }
}

async function readReasons(archive: Archive, accountId: number): Promise<unknown[]> {
  const reasons = []
  for (const table of ['Override', 'Hold']) {
    const { rows } = await archive.pool.query<RowKey & { id: number; sealedReason: Buffer }>(
      `SELECT * FROM "${table}" WHERE "accountId" = $1 ORDER BY "id"`,
      [accountId],
    )
    for (const row of rows)
      reasons.push(openRow(archive.keyring, { ...row, sealed: row.sealedReason }, `${table}:${accountId}:${row.id}`))
  }
  return reasons
}

/**
 * Makes the fixture of this program's schema: rows as SQL, the keys they were sealed with, and what they must open to.
 */
export async function makeFixture(): Promise<string> {
  const name = migrationNames().at(-1)!
  const folder = join(FIXTURES, name)
  const test = await testArchive()
  try {
    await fillArchive(test.archive)
    mkdirSync(folder)
    for (const file of ['master.key', 'keyring.json']) copyFileSync(join(test.keysDirectory, file), join(folder, file))
    writeFileSync(join(folder, 'data.sql'), await dumpSql(test.archive.pool))
    writeFileSync(join(folder, 'expected.json'), `${JSON.stringify(await readEverything(test.archive), null, 2)}\n`)
  } finally {
    await test.drop()
  }
  return folder
}

/** Two conversations, attachments, a purged message, an override, a hold, a folder with a copy. */
async function fillArchive(archive: Archive): Promise<void> {
  const account = await testAccount(archive)
  const staff = await carol(archive)
  const inbox = await ensureFolder(archive, account.id, 'INBOX', 'inbox', NOW)
  const folder = { id: inbox.id, role: inbox.role, uidValidity: 7n }
  const attachment = [
    '--x',
    'Content-Type: text/plain; charset=utf-8',
    '',
    'Lampan är trasig, se bild.',
    '--x',
    'Content-Type: image/png; name="bild.png"',
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.alloc(2000, 'png').toString('base64'),
    '--x--',
  ].join('\n')
  const sources: [Buffer, string][] = [
    [
      mail({
        id: 'old@example.se',
        from: 'Alice <alice@example.se>',
        subject: 'Hur byter jag rulle?',
        body: 'Hej! Hur byter jag rulle i skrivaren?',
        date: '2024-01-10T09:00:00Z',
      }),
      '2024-01-10T09:00:00Z',
    ],
    [
      mail({
        id: 'one@example.se',
        from: 'Bob <bob@example.se>',
        subject: 'Reklamation',
        body: 'Lampan är trasig. Jag vill reklamera den.',
        date: '2026-10-01T09:00:00Z',
      }),
      '2026-10-01T09:00:00Z',
    ],
    [
      mail({
        id: 'two@example.se',
        from: 'Bob <bob@example.se>',
        subject: 'SV: Reklamation',
        references: ['one@example.se'],
        body: attachment,
        headers: ['Content-Type: multipart/mixed; boundary=x'],
        date: '2026-10-03T09:00:00Z',
      }),
      '2026-10-03T09:00:00Z',
    ],
    [
      mail({
        id: 'three@example.se',
        from: 'Eve <eve@example.se>',
        subject: 'Kvitto',
        body: 'Hej! Kan jag få kvittot för skrivaren?',
        date: '2026-11-01T09:00:00Z',
      }),
      '2026-11-01T09:00:00Z',
    ],
  ]
  const { archived } = await ingest(
    { archive, account, rules: RULES, folder: null },
    sources
      .slice(0, 2)
      .map(([source, at]) => ({ uid: 0, flags: [], internalDate: new Date(at), source, size: source.length })),
    NOW,
  )
  const inFolder = await ingest(
    { archive, account, rules: RULES, folder },
    sources.slice(2).map(([source, at], place) => ({
      uid: place + 1,
      flags: ['\\Seen'],
      internalDate: new Date(at),
      source,
      size: source.length,
    })),
    NOW,
  )
  await finishFolder(archive.pool, account.id, inbox.id, { modseq: null, seenStatus: null, lookedAt: NOW, now: NOW })
  await armPurge(archive, staff.id, true, NOW)
  const { purged } = await purge({ archive, account, rules: RULES, mailbox: null, clock: () => NOW })
  if (purged !== 1) throw new Error(`a fixture needs a purged message, ${purged} were`)
  const context = { archive, account, rules: RULES }
  await overrideCase(
    context,
    {
      staffId: staff.id,
      via: 'cli',
      reason: 'frågar om kvitto',
      messageId: inFolder.archived[1]!,
      case: 'payments',
      marks: [],
    },
    NOW,
  )
  await hold(context, { staffId: staff.id, via: 'cli', reason: 'tvist', target: { messageId: archived[1]! } }, NOW)
}

async function dumpSql(pool: pg.Pool): Promise<string> {
  const tables = await pool.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_name <> ` +
      `'_prisma_migrations' ORDER BY 1`,
  )
  const lines: string[] = []
  for (const { name } of tables.rows) {
    const columns = (
      await pool.query<{ name: string }>(
        `SELECT column_name AS name FROM information_schema.columns WHERE table_name = $1 ORDER BY ordinal_position`,
        [name],
      )
    ).rows.map((row) => `"${row.name}"`)
    const values = columns.map((column) => `quote_nullable(${column}::text)`).join(` || ', ' || `)
    const { rows } = await pool.query<{ line: string }>(`SELECT ${values} AS line FROM "${name}" ORDER BY 1`)
    for (const { line } of rows) lines.push(`INSERT INTO "${name}" (${columns.join(', ')}) VALUES (${line});`)
  }
  const sequences = await pool.query<{ name: string; value: string | null }>(
    'SELECT sequencename AS name, last_value AS value FROM pg_sequences ORDER BY 1',
  )
  for (const { name, value } of sequences.rows) if (value !== null) lines.push(`SELECT setval('"${name}"', ${value});`)
  return `${lines.join('\n')}\n`
}

/** The rows of one fixture, into a database that has its schema. */
export async function loadFixture(pool: pg.Pool, name: string): Promise<void> {
  await pool.query(readFileSync(join(FIXTURES, name, 'data.sql'), 'utf8'))
}
