import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RawMessage } from '../../src/mail/imap/mailbox-types.ts'
import type { PreparedItem } from '../../src/pipeline/ingest/archive-batch.ts'
import type { IngestSource } from '../../src/pipeline/ingest/prepare.ts'
import { createBlindIndex } from '../../src/store/keys/blind-index.ts'
import { RULES } from '../harness/archive.ts'
import { buildProgram } from '../harness/program.ts'
import { mailMix } from '../bench/mail-mix.ts'

const DIST = join(import.meta.dirname, '..', '..', 'dist', 'pipeline', 'ingest')
type Program = typeof import('../../src/pipeline/ingest/preparers.ts') &
  typeof import('../../src/pipeline/ingest/ingest.ts')

let program: Program
const directory = mkdtempSync(join(tmpdir(), 'gallra-preparers-'))

beforeAll(async () => {
  buildProgram()
  program = { ...(await import(join(DIST, 'preparers.js'))), ...(await import(join(DIST, 'ingest.js'))) } as Program
}, 180_000)
afterAll(() => {
  rmSync(directory, { recursive: true, force: true })
})

const keyring = { indexKey: randomBytes(32), tombstoneKey: randomBytes(32) }
const archive = {
  keyring,
  index: createBlindIndex(keyring.indexKey),
  tombstoneIndex: createBlindIndex(keyring.tombstoneKey),
}
const account = {
  id: 1,
  settings: {
    own: { addresses: ['info@promix.se'], domains: ['promix.se'], staffAddresses: [], authservId: null },
    folders: null,
  },
}
const from = {
  archive,
  account,
  rules: RULES,
  folder: { id: 1, role: 'inbox', uidValidity: 1n },
} as unknown as IngestSource

/** More than are worth a thread; one that cannot be read, and one too large to be packed beforehand. */
function batch(): RawMessage[] {
  const mails = [...mailMix('small', 220)].map(({ source, date }, index) => ({
    uid: index + 1,
    flags: [],
    internalDate: date,
    size: source.length,
    source,
  }))
  mails[7] = { ...mails[7]!, source: Buffer.alloc(0) }
  mails[9] = {
    ...mails[9]!,
    source: Buffer.concat([Buffer.from('Subject: large\r\n\r\n'), Buffer.alloc(4_300_000, 'a ')]),
  }
  return mails
}

/** Octets as text, so that a Buffer equals a Uint8Array. */
function plain(items: PreparedItem[]) {
  return items.map(({ raw, prepared: { content, source, ...rest } }) => ({
    uid: raw.uid,
    content: Buffer.from(content).toString('base64'),
    source: source?.map((piece) => Buffer.concat(piece).toString('base64')) ?? null,
    rest,
  }))
}

/**
 * A thread answers in one piece of memory, which holds plain octets; what is prepared here is a Buffer, small ones out
 * of Node's common pool.
 */
function byThread(items: PreparedItem[]): boolean {
  const contents = items.map(({ prepared }) => prepared.content)
  return (
    contents.every((content) => !Buffer.isBuffer(content)) &&
    new Set(contents.map((content) => content.buffer)).size === 1
  )
}

describe('messages prepared in threads', () => {
  it.each([1, 3])(
    '%i of them: the same, in the same order, as in one',
    async (threads) => {
      const messages = batch().filter((_, index) => threads === 1 || index !== 9)
      const preparers = program.createPreparers(threads)
      try {
        const items = await preparers.prepare(from, messages)
        expect(plain(items)).toEqual(plain(await program.prepareBatch(from, messages)))
        expect(items.some(({ prepared }) => prepared.source === null)).toBe(threads === 1)
        expect(items.every(({ raw }, index) => raw === messages[index])).toBe(true)
        // Their memory is one piece that changed threads, not a copy for each.
        expect(byThread(items.slice(0, 5))).toBe(true)
      } finally {
        await preparers.close()
      }
    },
    120_000,
  )

  it('answers each batch with its own messages, though several are asked for at once', async () => {
    const messages = batch()
    const preparers = program.createPreparers(1)
    try {
      const parts = [messages.slice(0, 205), messages.slice(205, 208), messages.slice(3, 5)]
      const asked = await Promise.all(parts.map((part) => preparers.prepare(from, part)))
      for (const [index, part] of parts.entries())
        expect(plain(asked[index]!)).toEqual(plain(await program.prepareBatch(from, part)))
    } finally {
      await preparers.close()
    }
  }, 120_000)

  it.each([
    ['messages', 110, 0],
    ['octets', 3, 2_000_000],
  ])(
    'start once so many %s have come, in however many batches',
    async (_, count, length) => {
      const preparers = program.createPreparers(1)
      const part = batch()
        .slice(10, 10 + count)
        .map((one) => ({ ...one, source: Buffer.concat([one.source, Buffer.alloc(length, 'a ')]) }))
      const threaded = async () => byThread((await preparers.prepare(from, part)).slice(0, 3))
      try {
        expect(await threaded()).toBe(false)
        expect(await threaded()).toBe(true)
      } finally {
        await preparers.close()
      }
    },
    120_000,
  )

  it.each([
    ['that fails at once', 'throw new Error("broken")'],
    [
      'that dies in the middle',
      'import { parentPort } from "node:worker_threads"; parentPort.on("message", () => process.exit(3))',
    ],
  ])(
    'by a thread %s: they are prepared here instead',
    async (_, code) => {
      const file = join(directory, `${randomBytes(4).toString('hex')}.mjs`)
      writeFileSync(file, code)
      const preparers = program.createPreparers(1, pathToFileURL(file))
      const messages = batch().slice(10)
      for (const some of [messages, messages.slice(0, 20)])
        expect(plain(await preparers.prepare(from, some))).toEqual(plain(await program.prepareBatch(from, some)))
      await preparers.close()
    },
    120_000,
  )
})
