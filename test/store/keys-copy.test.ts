import { copyFile, cp, mkdir, mkdtemp, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openKeyring } from '../../src/store/keys/keyring-file.ts'
import { readKeyDirectory, restoreMaster } from '../../src/store/keys/master-key.ts'

const may = new Date('2026-05-10T12:00:00Z')
const june = new Date('2026-06-01T00:00:00Z')
const july = new Date('2026-07-15T00:00:00Z')
let directory: string
let keys: string
let copy: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gallra-keys-'))
  keys = join(directory, 'keys')
  copy = join(directory, 'copy')
  await mkdir(copy)
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const failing = (code: string) => expect.objectContaining({ code }) as Error
const start = (now = may) => openKeyring(keys, now, { copyDirectory: copy })
const same = async (name: string) => (await readFile(join(keys, name))).equals(await readFile(join(copy, name)))

describe('a second copy of the keys', () => {
  test('follows every change, for the owner only, and opens by itself', async () => {
    const keyring = await start()
    expect(keyring.copy.state()).toMatchObject({ state: 'current' })
    for (const name of ['master.key', 'keyring.json']) expect((await stat(join(copy, name))).mode & 0o777).toBe(0o600)
    keyring.currentEpoch(june)
    expect(await same('keyring.json')).toBe(true)
    keyring.rotateMaster()
    expect([await same('master.key'), await same('keyring.json'), keyring.copy.state().state]).toEqual([
      true,
      true,
      'current',
    ])
    expect((await openKeyring(copy, june)).epochs()).toEqual(keyring.epochs())
    expect((await readdir(copy)).sort()).toEqual(['keyring.json', 'master.key'])
  })

  test('a destroyed epoch is destroyed there too, and the old blocks are overwritten', async () => {
    const keyring = await start()
    keyring.currentEpoch(june)
    const old = await readFile(join(copy, 'keyring.json'), 'utf8')
    const held = await open(join(copy, 'keyring.json'), 'r')
    expect(keyring.destroyEpochs([1])).toEqual([1])
    const left = Buffer.alloc(old.length)
    await held.read(left, 0, left.length, 0)
    await held.close()
    for (const wrapped of [...old.matchAll(/"key": "([\w-]{80})"/g)].map((match) => match[1]!))
      expect(left.toString('latin1')).not.toContain(wrapped)
    expect((await openKeyring(copy, june)).epochs().map((epoch) => epoch.id)).toEqual([2])
  })

  test('a gap among the epochs is the same there, survives another master key and hinders no new epoch', async () => {
    const keyring = await start()
    keyring.currentEpoch(june)
    keyring.currentEpoch(july)
    expect(keyring.destroyEpochs([2])).toEqual([2])
    keyring.rotateMaster()
    expect(keyring.copy.state().state).toBe('current')
    for (const place of [keys, copy])
      expect((await openKeyring(place, july)).epochs().map((epoch) => epoch.id)).toEqual([1, 3])
    expect(keyring.currentEpoch(new Date('2026-08-10T12:00:00Z')).id).toBe(4)
    expect(keyring.copy.state().state).toBe('current')
  })

  test('a disk that is away stops nothing, is not taken for the folder it hides, and is caught up later', async () => {
    await rename(copy, `${copy}-away`)
    const keyring = await start()
    keyring.currentEpoch(june)
    expect(keyring.copy.state().state).toBe('unreachable')
    expect((await readdir(directory)).sort()).toEqual(['copy-away', 'keys'])
    await rename(`${copy}-away`, copy)
    expect(keyring.copy.state().state).toBe('behind')
    expect((await start(june)).copy.state().state).toBe('current')
    expect(await same('keyring.json')).toBe(true)
  })

  test('keys of another archive, and keys that cannot be read, are never overwritten', async () => {
    await openKeyring(copy, may)
    const theirs = await readFile(join(copy, 'keyring.json'))
    const keyring = await start()
    expect(keyring.copy.state().state).toBe('foreign')
    keyring.currentEpoch(june)
    keyring.rotateMaster()
    expect((await readFile(join(copy, 'keyring.json'))).equals(theirs)).toBe(true)
    await rm(join(copy, 'keyring.json'))
    expect(keyring.copy.state().state).toBe('foreign')
    await writeFile(join(copy, 'keyring.json'), 'damaged')
    expect(keyring.copy.bring()).toBe('foreign')
  })

  test('a keyring put back from an old copy does not overwrite the newer copy', async () => {
    const keyring = await start()
    await cp(keys, join(directory, 'old'), { recursive: true })
    keyring.currentEpoch(june)
    await rm(keys, { recursive: true })
    await rename(join(directory, 'old'), keys)
    const again = await start()
    expect(again.copy.state().state).toBe('newer')
    expect((await openKeyring(copy, may)).epochs().map((epoch) => epoch.id)).toEqual([1, 2])
  })
})

describe('another master key', () => {
  test('opens the same keys, and processes that run go on, change and are seen', async () => {
    const one = await start()
    const other = await start()
    const before = await readFile(join(keys, 'master.key'), 'utf8')
    one.rotateMaster()
    expect(await readFile(join(keys, 'master.key'), 'utf8')).not.toBe(before)
    expect(other.currentEpoch(june).id).toBe(2)
    one.reload()
    expect(one.epochs()).toEqual(other.epochs())
    expect(other.destroyEpochs([1])).toEqual([1])
    const third = await openKeyring(keys, june)
    for (const name of ['indexKey', 'tombstoneKey', 'auditKey'] as const)
      expect(third[name].equals(one[name])).toBe(true)
  })

  test('the old one opens the new keyring no more, and the old files are overwritten', async () => {
    const keyring = await start()
    const old = await readFile(join(keys, 'master.key'), 'utf8')
    const held = await open(join(keys, 'master.key'), 'r')
    keyring.rotateMaster()
    expect((await held.readFile('utf8')).includes(old.trim())).toBe(false)
    await held.close()
    await writeFile(join(keys, 'master.key'), old)
    await expect(openKeyring(keys, may)).rejects.toThrow(failing('keyring-damaged'))
  })

  test.each([
    ['after the next key was written', { 'master.key': 'old', 'keyring.json': 'old', 'master.key.new': 'new' }],
    ['after the keyring was wrapped anew', { 'master.key': 'old', 'keyring.json': 'new', 'master.key.new': 'new' }],
    ['after all of it', { 'master.key': 'new', 'keyring.json': 'new' }],
  ])('killed %s, the keys open and the next start tidies up', async (_when, state) => {
    const keyring = await start()
    const old = join(directory, 'old')
    await cp(keys, old, { recursive: true })
    keyring.rotateMaster()
    const young = join(directory, 'young')
    await rename(keys, young)
    await mkdir(keys)
    for (const [name, age] of Object.entries(state))
      await copyFile(join(age === 'old' ? old : young, name.replace('.new', '')), join(keys, name))
    expect(readKeyDirectory(keys).keys.auditKey.equals(keyring.auditKey)).toBe(true)
    const again = await openKeyring(keys, may)
    expect(again.auditKey.equals(keyring.auditKey)).toBe(true)
    expect((await readdir(keys)).sort()).toEqual(['keyring.json', 'master.key'])
    again.rotateMaster()
    expect((await openKeyring(keys, july)).auditKey.equals(keyring.auditKey)).toBe(true)
  })

  test('opened and rotated again and again, it never shows damage', async () => {
    await start()
    const rotator = await start()
    for (let round = 0; round < 20; round += 1) {
      const [keyring] = await Promise.all([
        openKeyring(keys, may),
        Promise.resolve().then(() => rotator.rotateMaster()),
      ])
      keyring.reload()
      expect(keyring.epochs()).toHaveLength(1)
    }
  })
})

describe('a master key from paper', () => {
  test('takes its place beside the keyring it opens; another that lay there is set aside', async () => {
    const keyring = await start()
    const key = Buffer.from((await readFile(join(keys, 'master.key'), 'utf8')).trim(), 'base64url')
    await rm(join(keys, 'master.key'))
    expect(restoreMaster(keys, key, may)).toEqual({ setAside: null })
    expect((await stat(join(keys, 'master.key'))).mode & 0o777).toBe(0o600)
    await writeFile(join(keys, 'master.key'), `${Buffer.alloc(32, 1).toString('base64url')}\n`)
    expect(restoreMaster(keys, key, may).setAside).toBe(join(keys, 'master.key.20260510120000'))
    expect(restoreMaster(keys, key, may).setAside).toBeNull()
    expect((await openKeyring(keys, may)).auditKey.equals(keyring.auditKey)).toBe(true)
  })

  test('one that does not open the keyring changes nothing', async () => {
    await start()
    const before = await readFile(join(keys, 'master.key'), 'utf8')
    expect(() => restoreMaster(keys, Buffer.alloc(32, 1), may)).toThrow(failing('master-key-refused'))
    expect(await readFile(join(keys, 'master.key'), 'utf8')).toBe(before)
    await rm(join(keys, 'keyring.json'))
    expect(() => restoreMaster(keys, Buffer.alloc(32, 1), may)).toThrow(failing('keyring-missing'))
  })
})
