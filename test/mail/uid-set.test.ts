import { describe, expect, it } from 'vitest'
import { folderRole } from '../../src/mail/imap/folders.ts'
import { byteBatches, uidPieces, uidSet } from '../../src/mail/imap/uid-set.ts'

describe('UID sets', () => {
  it('joins neighbours and keeps gaps', () => {
    expect(uidSet([7, 1, 3, 2, 2, 9, 10])).toBe('1:3,7,9:10')
    expect(uidSet([])).toBe('')
  })

  it('keeps commands short and loses no UID', () => {
    const uids = Array.from({ length: 1234 }, (_, i) => 4_000_000_000 + i * 2)
    const pieces = uidPieces(uids)
    expect(pieces.flat()).toEqual(uids)
    expect(Math.max(...pieces.map((piece) => uidSet(piece).length))).toBeLessThan(8000)
  })

  it('bounds batches in octets and lets a giant go alone', () => {
    const sizes = [4, 4, 4, 50, 1, 9].map((size, i) => ({ uid: i + 1, size }))
    expect(byteBatches(sizes, 10)).toEqual([[1, 2], [3], [4], [5, 6]])
  })
})

describe('folder roles', () => {
  it.each([
    ['inbox', '/', null, 'inbox'],
    ['Skickat', '/', null, 'sent'],
    ['INBOX.Skräppost', '.', null, 'junk'],
    ['Skra\u0308ppost', '/', null, 'junk'],
    ['[Gmail]/All e-post', '/', '\\All', 'all'],
    ['Papperskorgen', '/', null, 'trash'],
    ['Borttaget', '/', '\\Archive', 'archive'],
    ['Kunder/Arkiv', '/', null, 'other'],
    ['Reklamationer', '/', null, 'other'],
  ])('reads %s (delimiter %s, attribute %s) as %s', (path, delimiter, attribute, role) => {
    expect(folderRole(path, delimiter, attribute)).toBe(role)
  })
})
