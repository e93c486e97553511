import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PAPER_LINES, paperMark, readPaperKey, readPaperLine, writePaperKey } from '../../src/store/keys/paper-key.ts'

const key = (seed: string) => createHash('sha256').update(seed).digest()
const readAll = (lines: string[]) => {
  const signs = lines.map((line, at) => readPaperLine(line, at))
  return signs.includes(null) ? null : readPaperKey(signs as string[])
}

describe('a key on paper', () => {
  test('any key comes back from its lines', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (octets) => {
        const lines = writePaperKey(octets)
        expect(lines).toHaveLength(PAPER_LINES)
        expect(readAll(lines)?.equals(octets)).toBe(true)
      }),
    )
  })

  test('case, spaces, hyphens, a line number and letters that look like digits are forgiven', () => {
    const lines = writePaperKey(key('a'))
    const typed = lines.map(
      (line, at) => `${at + 1}) ${line.toLowerCase().replaceAll(' ', '-').replaceAll('0', 'o').replaceAll('1', 'l')} `,
    )
    expect(readAll(typed)?.equals(key('a'))).toBe(true)
  })

  test('a mistyped sign and two exchanged ones are found in their line, exchanged lines too', () => {
    const lines = writePaperKey(key('b'))
    let missed = 0
    let tried = 0
    for (const [at, line] of lines.entries()) {
      const signs = line.replaceAll(' ', '')
      for (let i = 0; i < 8; i += 1) {
        for (const other of '0123456789ABCDEFGHJKMNPQRSTVWXYZ') {
          if (other === signs[i]) continue
          tried += 1
          if (readPaperLine(signs.slice(0, i) + other + signs.slice(i + 1), at) !== null) missed += 1
        }
        if (i < 7 && signs[i] !== signs[i + 1])
          expect(readPaperLine(signs.slice(0, i) + signs[i + 1]! + signs[i]! + signs.slice(i + 2), at)).toBeNull()
      }
      expect(readPaperLine(line, (at + 1) % PAPER_LINES)).toBeNull()
    }
    // 0 and Z are the same to the line's check; the check over the whole knows them apart.
    expect(missed / tried).toBeLessThan(0.01)
  })

  test('what slips through a line does not slip through the whole', () => {
    const signs = writePaperKey(key('c')).map((line, at) => readPaperLine(line, at)!)
    for (const [line, part] of signs.entries()) {
      for (let i = 0; i < 8; i += 1) {
        const changed = part.slice(0, i) + (part[i] === 'A' ? 'B' : 'A') + part.slice(i + 1)
        expect(readPaperKey(signs.with(line, changed))).toBeNull()
      }
    }
    expect(readPaperKey(signs.slice(1))).toBeNull()
    expect(readPaperLine('', 0)).toBeNull()
    expect(readPaperLine('UUUU UUUU U', 0)).toBeNull()
  })

  test('two keys have two marks', () => {
    expect(paperMark(key('a'))).toMatch(/^[0-9a-f]{8}$/)
    expect(paperMark(key('a'))).not.toBe(paperMark(key('b')))
  })
})
