import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { parseSearchQuery } from '../../../src/core/search/search-query.ts'
import { readPerson } from '../../../src/core/person/person-terms.ts'
import { ingest } from '../../../src/pipeline/ingest/ingest.ts'
import { noteReading, openNoted, openNotedMessage, type Reading } from '../../../src/pipeline/read/audited.ts'
import { listMessages } from '../../../src/pipeline/read/list-messages.ts'
import { openReviewItem } from '../../../src/pipeline/read/review-queue.ts'
import { scanPerson } from '../../../src/pipeline/read/scan-person.ts'
import { searchMessages } from '../../../src/pipeline/read/search-messages.ts'
import { showConversation, showMessage } from '../../../src/pipeline/read/show-messages.ts'
import type { Account } from '../../../src/store/accounts.ts'
import { carol, NOW, RULES, testAccount, testArchive, type TestArchive } from '../../harness/archive.ts'
import { readImports } from '../../harness/imports.ts'
import { mail } from '../../harness/mail.ts'

const EVERYTHING = {
  case: null,
  state: null,
  customerId: null,
  conversationId: null,
  after: null,
  before: null,
  review: false,
  idleOn: null,
  limit: 50,
}

let world: TestArchive
let account: Account
let reading: Reading
/** How often a key was asked for: nothing is decrypted without one. */
let keysAsked = 0

beforeAll(async () => {
  world = await testArchive()
  account = await testAccount(world.archive)
  const { id: staffId } = await carol(world.archive)
  const source = mail({
    id: 'a@kund.example',
    from: 'Eva Ek <eva@kund.example>',
    subject: 'Hyllan',
    body: 'Var är den?',
  })
  const raw = { uid: 0, flags: [], internalDate: NOW, source, size: source.length }
  await ingest({ archive: world.archive, account, rules: RULES, folder: null }, [raw], NOW)
  await world.archive.pool.query(`UPDATE "Message" SET "state" = 'review', "approvedAt" = NULL`)
  const { keyring } = world.archive
  const counted = {
    ...keyring,
    epochKey: (epoch: number) => {
      keysAsked += 1
      return keyring.epochKey(epoch)
    },
  }
  reading = { archive: { ...world.archive, keyring: counted }, reader: { staffId, via: 'console' }, now: NOW }
})
afterAll(() => world.drop())
beforeEach(() => (keysAsked = 0))

/** Every use case that gives text of mail away, as a page or a command calls it. */
const READS: [string, 'before opening' | 'before giving', () => Promise<unknown>][] = [
  ['read', 'before opening', () => showMessage(reading, account, 1)],
  ['read', 'before opening', () => showConversation(reading, account, 1)],
  ['listed', 'before opening', () => listMessages(reading, { ...EVERYTHING, accountIds: [account.id] })],
  ['read', 'before opening', () => openReviewItem(reading, account, 1, RULES.schedule)],
  ['searched', 'before giving', () => searchMessages(reading, [account], parseSearchQuery('hyllan'), 50)],
  [
    'scanned',
    'before giving',
    () => {
      const { terms } = readPerson({
        addresses: ['eva@kund.example'],
        names: [],
        phones: [],
        personalNumbers: [],
        references: [],
      })
      return scanPerson(reading, [account], { terms, customerIds: [] })
    },
  ],
]

describe('a read is in the audit log before anything is shown (P6, P7)', () => {
  test.each(READS)('%s, %s: who, where and which messages', async (kind, _when, read) => {
    const before = await lastEvent()
    expect(JSON.stringify(await read())).toContain('Hyllan')
    const event = await lastEvent()
    expect(event.seq).toBe(before.seq + 1)
    expect(event).toMatchObject({ actor: 'staff:1', kind, payload: { messages: [1] } })
  })

  test.each(READS)('%s, %s: where the event cannot be written, the read fails', async (_kind, when, read) => {
    await world.archive.pool.query(
      `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no audit'; END $$;
       CREATE TRIGGER refuse BEFORE INSERT ON "AuditEvent" FOR EACH ROW EXECUTE FUNCTION refuse()`,
    )
    try {
      await expect(read()).rejects.toThrow('no audit')
      if (when === 'before opening') expect(keysAsked).toBe(0)
    } finally {
      await world.archive.pool.query('DROP TRIGGER refuse ON "AuditEvent"; DROP FUNCTION refuse()')
    }
  })

  test('a reader without a name is named by where they read', async () => {
    await showMessage({ ...reading, reader: { staffId: null, via: 'cli' } }, account, 1)
    expect(await lastEvent()).toMatchObject({ actor: 'cli', kind: 'read' })
  })

  test('what was not noted cannot be opened', async () => {
    const noted = await noteReading(reading, 'read', [{ accountId: account.id, id: 2 }])
    const place = { accountId: account.id, id: 1 }
    expect(() => openNoted(noted, place)).toThrow('not noted')
    expect(() => openNotedMessage(noted, place)).toThrow('not noted')
    expect(keysAsked).toBe(0)
  })
})

async function lastEvent(): Promise<{ seq: number; actor: string; kind: string; payload: object }> {
  const { rows } = await world.archive.pool.query<{ seq: number; actor: string; kind: string; payload: object }>(
    'SELECT "seq", "actor", "kind", "payload" FROM "AuditEvent" WHERE "accountId" = $1 ORDER BY "seq" DESC LIMIT 1',
    [account.id],
  )
  return rows[0]!
}

/** What decrypts mail, customers or sources. */
const OPENERS = [
  'openMessage',
  'openMessages',
  'openUnlessBroken',
  'openMessageSource',
  'openEvidence',
  'openContent',
  'readContent',
  'readContents',
  'getCustomerCard',
  'listCustomerCards',
  'searchMessages',
  'scanArchive',
]
/** Where they are exported; nothing may be taken from there whole. */
const OPENING = /^(pipeline\/find\/|store\/(message\/(messages|contents)|customer\/customers)\.ts)/
/** The engines of search and scan, whose findings these two give away after the event. */
const ENGINES: Record<string, string[]> = {
  'pipeline/read/audited.ts': ['openMessage', 'openUnlessBroken', 'getCustomerCard'],
  'pipeline/read/search-messages.ts': ['searchMessages'],
  'pipeline/read/scan-person.ts': ['scanArchive'],
}

test('commands, pages and presenters reach no opened mail but through the use cases', () => {
  const root = join(import.meta.dirname, '..', '..', '..', 'src')
  const shown = ['cli', 'web', 'present', 'pipeline/read']
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.ts') && shown.some((folder) => path.startsWith(`${folder}/`)))
  expect(files.length).toBeGreaterThan(40)
  const found = files.flatMap((path) =>
    readImports(readFileSync(join(root, path), 'utf8')).flatMap(({ from, names }) => {
      const target = posix.join(posix.dirname(path), from)
      if (!OPENING.test(target)) return []
      const taken = (names ?? ['everything']).filter((name) => names === null || OPENERS.includes(name))
      return taken.filter((name) => !(ENGINES[path] ?? []).includes(name)).map((name) => `${path} takes ${name}`)
    }),
  )
  expect(found).toEqual([])
})
