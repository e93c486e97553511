import { describe, expect, it } from 'vitest'
import { canonicalDigest, type DigestFields } from '../../../src/core/message/canonical-digest.ts'

const base: DigestFields = {
  messageId: 'a1@exempel.se',
  date: new Date('2026-03-01T10:00:00Z'),
  from: [{ address: 'alice@exempel.se' }],
  subject: 'Fråga om order',
  text: 'Hej!\nVar är paketet?\n\nAlice',
  attachmentHashes: ['aa'.repeat(32), 'bb'.repeat(32)],
}
const digest = (change: Partial<DigestFields> = {}): string => canonicalDigest({ ...base, ...change })

describe('canonical digest', () => {
  it('is the same for copies that servers rendered differently', () => {
    expect(digest()).toMatch(/^[0-9a-f]{64}$/)
    expect(digest({ text: '\r\nHej!  \r\nVar är paketet?\t\r\n\r\nAlice\r\n\r\n'.normalize('NFD') })).toBe(digest())
    expect(digest({ subject: ' Fråga  om\torder ' })).toBe(digest())
    expect(digest({ from: [{ address: 'Alice@Exempel.SE' }] })).toBe(digest())
    expect(digest({ attachmentHashes: [...base.attachmentHashes].reverse() })).toBe(digest())
    expect(digest({ date: new Date('2026-03-01T10:00:00.400Z') })).toBe(digest())
  })

  it.each<[string, Partial<DigestFields>]>([
    ['message id', { messageId: 'a2@exempel.se' }],
    ['no message id', { messageId: null }],
    ['date', { date: new Date('2026-03-01T10:00:01Z') }],
    ['no date', { date: null }],
    ['sender', { from: [{ address: 'bob@exempel.se' }] }],
    ['subject', { subject: 'Fråga om ordern' }],
    ['one word', { text: 'Hej!\nVar var paketet?\n\nAlice' }],
    ['an inner blank line', { text: 'Hej!\n\nVar är paketet?\n\nAlice' }],
    ['letter case', { text: 'hej!\nVar är paketet?\n\nAlice' }],
    ['one attachment less', { attachmentHashes: ['aa'.repeat(32)] }],
    ['another attachment', { attachmentHashes: ['aa'.repeat(32), 'bc'.repeat(32)] }],
  ])('differs when the content differs: %s', (_what, change) => {
    expect(digest(change)).not.toBe(digest())
  })

  it('keeps fields apart so that content cannot slide from one to the next', () => {
    expect(digest({ subject: 'ab', text: 'c' })).not.toBe(digest({ subject: 'a', text: 'bc' }))
    expect(digest({ from: [{ address: 'a' }, { address: 'b' }], attachmentHashes: [] })).not.toBe(
      digest({ from: [{ address: 'a' }], attachmentHashes: ['b'] }),
    )
  })
})
