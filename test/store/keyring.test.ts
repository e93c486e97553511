import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openKeyring } from '../../src/store/keys/keyring-file.ts'

const may = new Date('2026-05-10T12:00:00Z')
const june = new Date('2026-06-01T00:00:00Z')
const july = new Date('2026-07-15T00:00:00Z')
let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gallra-keys-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const failing = (code: string) => expect.objectContaining({ code }) as Error

test('the first start makes both files, for the owner only, and no key lies in clear', async () => {
  const keyring = await openKeyring(directory, may)
  expect((await readdir(directory)).sort()).toEqual(['keyring.json', 'master.key'])
  for (const name of ['keyring.json', 'master.key'])
    expect((await stat(join(directory, name))).mode & 0o777).toBe(0o600)
  const text = await readFile(join(directory, 'keyring.json'), 'utf8')
  for (const key of [keyring.indexKey, keyring.tombstoneKey, keyring.auditKey, keyring.currentEpoch(may).key]) {
    expect(key.length).toBe(32)
    for (const form of ['base64', 'base64url', 'hex'] as const) expect(text).not.toContain(key.toString(form))
  }
})

test('a second start opens the same keys', async () => {
  const first = await openKeyring(directory, may)
  const second = await openKeyring(directory, may, { expectExisting: true })
  expect(second.indexKey.equals(first.indexKey)).toBe(true)
  expect(second.epochs()).toEqual(first.epochs())
})

test('several first starts at once agree', async () => {
  const all = await Promise.all(Array.from({ length: 5 }, () => openKeyring(directory, may)))
  expect(new Set(all.map((keyring) => keyring.indexKey.toString('hex'))).size).toBe(1)
})

test('each week begins an epoch, once, also for two processes; a clock set back begins none', async () => {
  const one = await openKeyring(directory, may)
  const other = await openKeyring(directory, may)
  const begun = one.currentEpoch(june)
  expect(begun).toMatchObject({ id: 2, beganOn: '2026-06-01' })
  expect(other.currentEpoch(june)).toEqual(begun)
  expect(one.currentEpoch(may).id).toBe(2)
  expect((await openKeyring(directory, may)).currentEpoch(june)).toEqual(begun)
})

test('an epoch another process began is found by its id', async () => {
  const one = await openKeyring(directory, may)
  const other = await openKeyring(directory, may)
  const { id, key } = other.currentEpoch(june)
  expect(one.epochKey(id).equals(key)).toBe(true)
})

test('destroyed epochs are gone for good, the newest never goes, ids are not used again', async () => {
  const keyring = await openKeyring(directory, may)
  keyring.currentEpoch(june)
  expect(keyring.destroyEpochs([1, 2, 99])).toEqual([1])
  expect(() => keyring.epochKey(1)).toThrow(failing('seal-broken'))
  expect(keyring.currentEpoch(june).id).toBe(2)
  expect(keyring.currentEpoch(july).id).toBe(3)
  expect((await openKeyring(directory, may)).epochs().map((epoch) => epoch.id)).toEqual([2, 3])
  expect(keyring.destroyEpochs([1])).toEqual([])
})

test('a lost keyring is never made anew over an archive', async () => {
  await expect(openKeyring(directory, may, { expectExisting: true })).rejects.toThrow(failing('keyring-missing'))
  expect(await readdir(directory)).toEqual([])
  await openKeyring(directory, may)
  await rm(join(directory, 'keyring.json'))
  await expect(openKeyring(directory, may, { expectExisting: true })).rejects.toThrow(failing('keyring-missing'))
})

test('a lost master key is never made anew beside a keyring', async () => {
  await openKeyring(directory, may)
  await rm(join(directory, 'master.key'))
  await expect(openKeyring(directory, may)).rejects.toThrow(failing('keyring-missing'))
  expect(await readdir(directory)).toEqual(['keyring.json'])
})

test('another master key, a changed date and half a file are damage', async () => {
  await openKeyring(directory, may)
  const path = join(directory, 'keyring.json')
  const text = await readFile(path, 'utf8')
  for (const changed of [text.replace('2026-05-10', '2026-05-11'), text.slice(0, 200), '{}', '']) {
    await writeFile(path, changed)
    await expect(openKeyring(directory, may)).rejects.toThrow(failing('keyring-damaged'))
  }
  await writeFile(path, text)
  await writeFile(join(directory, 'master.key'), `${Buffer.alloc(32, 7).toString('base64url')}\n`)
  await expect(openKeyring(directory, may)).rejects.toThrow(failing('keyring-damaged'))
})
