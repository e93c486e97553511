import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createBlindIndex } from '../../src/store/keys/blind-index.ts'
import {
  newDataKey,
  open,
  openJson,
  openSource,
  packSource,
  seal,
  sealJson,
  sealSource,
  unwrapKey,
  wrapKey,
} from '../../src/store/keys/seal.ts'

const key = newDataKey()
const broken = expect.objectContaining({ code: 'seal-broken' }) as Error

describe('seal', () => {
  test('opens to the same bytes, compressed or not', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), fc.nat(50), (bytes, times) => {
        const plaintext = Buffer.concat(Array.from({ length: times }, () => bytes))
        expect(open(key, seal(key, plaintext, 'Message:1:1:text'), 'Message:1:1:text').equals(plaintext)).toBe(true)
      }),
    )
  })

  test('text gets smaller, noise by at most its frame larger', () => {
    expect(seal(key, Buffer.from('Hej, tack för er beställning. '.repeat(200)), 'x').length).toBeLessThan(300)
    expect(seal(key, randomBytes(5000), 'x').length).toBe(5000 + 1 + 28)
  })

  test('another row, another key or one changed bit does not open', () => {
    const sealed = seal(key, Buffer.from('hemligt'), 'Message:1:42:text')
    expect(() => open(key, sealed, 'Message:1:43:text')).toThrow(broken)
    expect(() => open(newDataKey(), sealed, 'Message:1:42:text')).toThrow(broken)
    expect(() => open(key, sealed.subarray(0, 20), 'Message:1:42:text')).toThrow(broken)
    for (let at = 0; at < sealed.length; at++) {
      const changed = Buffer.from(sealed)
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at)
      expect(() => open(key, changed, 'Message:1:42:text')).toThrow(broken)
    }
  })

  test('the same content sealed twice looks different', () => {
    expect(seal(key, Buffer.from('a'), 'x').equals(seal(key, Buffer.from('a'), 'x'))).toBe(false)
  })

  test('JSON comes back', () => {
    const value = { names: ['Alice Ström'], at: '2026-01-01' }
    expect(openJson(key, sealJson(key, value, 'x'), 'x')).toEqual(value)
  })

  test('a wrapped key opens only for its row and epoch', () => {
    const epochKey = newDataKey()
    const wrapped = wrapKey(key, epochKey, 'Message:1:42')
    expect(unwrapKey(wrapped, epochKey, 'Message:1:42').equals(key)).toBe(true)
    expect(() => unwrapKey(wrapped, epochKey, 'Message:1:43')).toThrow(broken)
    expect(() => unwrapKey(wrapped, newDataKey(), 'Message:1:42')).toThrow(broken)
  })
})

describe('a sealed source', () => {
  test.each([0, 1, 1024 * 1024, 1024 * 1024 + 1, 3_500_000])('of %i octets comes back', (size) => {
    const source = randomBytes(size)
    const pieces = [...sealSource(key, packSource(source), source.length, 'Message:1:7:source')].map((octets) =>
      Buffer.concat(octets),
    )
    expect(pieces.length).toBe(Math.max(1, Math.ceil(size / 1048576)))
    expect(openSource(key, pieces, 'Message:1:7:source').equals(source)).toBe(true)
  })

  test('does not open with a piece missing, exchanged or none at all', () => {
    const source = randomBytes(2_500_000)
    const [a, b, c] = [...sealSource(key, packSource(source), source.length, 'x')].map((octets) =>
      Buffer.concat(octets),
    ) as [Buffer, Buffer, Buffer]
    for (const pieces of [[a, b], [b, a, c], [a, a, c], []]) expect(() => openSource(key, pieces, 'x')).toThrow(broken)
  })
})

describe('the blind index', () => {
  const index = createBlindIndex(Buffer.alloc(32, 1))

  test('hashes by key, kind and value, 22 characters', () => {
    expect(index.hash('address', 'a@example.se')).toMatch(/^[A-Za-z0-9_-]{22}$/)
    expect(index.hash('address', 'a@example.se')).toBe(
      createBlindIndex(Buffer.alloc(32, 1)).hash('address', 'a@example.se'),
    )
    const others = [
      index.hash('phone', 'a@example.se'),
      index.hash('address', 'b@example.se'),
      createBlindIndex(Buffer.alloc(32, 2)).hash('address', 'a@example.se'),
    ]
    expect(others).not.toContain(index.hash('address', 'a@example.se'))
  })

  test('terms are signed 32-bit numbers without doubles', () => {
    const terms = index.entry(
      [
        { words: ['a', 'b', 'a'], others: ['n:1', 'x'] },
        { words: ['b'], others: [] },
      ],
      (word) => [`w:${word}`, 'x'],
    ).terms
    expect(terms).toEqual(['w:a', 'x', 'w:b', 'n:1'].map((one) => index.term(one)))
    const many = index.entry([{ words: [], others: Array.from({ length: 500 }, (_, i) => `n:${i}`) }], () => []).terms
    expect(many.every((term) => (term | 0) === term)).toBe(true)
    expect(many.some((term) => term < 0) && many.some((term) => term > 0)).toBe(true)
  })
})
