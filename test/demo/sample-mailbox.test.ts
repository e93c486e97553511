import { simpleParser, type ParsedMail } from 'mailparser'
import { beforeAll, describe, expect, it } from 'vitest'
import { liveMessages } from '../../src/demo/sample/live.ts'
import { sampleMailbox } from '../../src/demo/sample/mailbox.ts'

const NOW = new Date('2026-11-24T08:00:00Z')
const messages = sampleMailbox(NOW)
let parsed: ParsedMail[]

beforeAll(async () => {
  parsed = await Promise.all(messages.map(({ source }) => simpleParser(source)))
})

function referencesOf({ references }: ParsedMail): string[] {
  return typeof references === 'string' ? [references] : (references ?? [])
}

/** Message-ID of the first message of each conversation, with its number of messages. */
function conversationSizes(): number[] {
  const sizes = new Map<string, number>()
  for (const mail of parsed) {
    const root = referencesOf(mail)[0] ?? mail.messageId!
    sizes.set(root, (sizes.get(root) ?? 0) + 1)
  }
  return [...sizes.values()].filter((size) => size > 1)
}

describe('the sample mailbox', () => {
  it('has at least 320 messages, the same octets for the same time', () => {
    expect(messages.length).toBeGreaterThanOrEqual(320)
    expect(sampleMailbox(NOW)).toEqual(messages)
  })

  it('gives every message its own Message-ID, also at another time the same', async () => {
    const ids = parsed.map(({ messageId }) => messageId)
    expect(new Set(ids).size).toBe(messages.length)
    const later = await Promise.all(
      sampleMailbox(new Date('2027-01-01T00:00:00Z')).map(({ source }) => simpleParser(source)),
    )
    expect(later.map(({ messageId }) => messageId).sort()).toEqual([...ids].sort())
  })

  it('spreads over nine years in order, a third or so older than twelve months, none from the future', () => {
    const times = messages.map(({ internalDate }) => internalDate.getTime())
    const year = 365.25 * 86_400_000
    const old = times.filter((time) => NOW.getTime() - time > year).length
    expect(old / times.length).toBeGreaterThan(0.25)
    expect(old / times.length).toBeLessThan(0.42)
    expect(times.filter((time) => NOW.getTime() - time > 8 * year).length).toBeGreaterThan(5)
    expect(times).toEqual([...times].sort((a, b) => a - b))
    expect(times.at(-1)).toBeLessThanOrEqual(NOW.getTime())
  })

  it('parses with sender, date and text as written, in every charset', () => {
    parsed.forEach((mail, index) => {
      expect(mail.from?.value[0]?.address).toMatch(/@(promix|([a-z]+\.)?example)\.(se|com|net|org)$/)
      expect(mail.date).toEqual(messages[index]!.internalDate)
      expect(mail.text!.length).toBeGreaterThan(20)
      expect(`${mail.subject}\n${mail.text}`).not.toMatch(/[\ufffd{}]|Ã/)
    })
    const sources = messages.map(({ source }) => source.toString('latin1'))
    for (const sign of [
      'charset=iso-8859-1',
      'charset=utf-8',
      'base64',
      'quoted-printable',
      '8bit',
      'multipart/alternative',
    ]) {
      expect(
        sources.some((source) => source.includes(sign)),
        sign,
      ).toBe(true)
    }
  })

  it('has about 40 % in conversations of two to six, every reference known', () => {
    const sizes = conversationSizes()
    const share = sizes.reduce((sum, size) => sum + size, 0) / messages.length
    expect(share).toBeGreaterThan(0.35)
    expect(share).toBeLessThan(0.5)
    expect([Math.min(...sizes), Math.max(...sizes)]).toEqual([2, 6])
    const ids = new Set(parsed.map(({ messageId }) => messageId))
    for (const mail of parsed) for (const reference of referencesOf(mail)) expect(ids).toContain(reference)
  })

  it('quotes history the Outlook, Gmail and Apple way', () => {
    const texts = parsed.map(({ text }) => text!)
    for (const style of [
      /^Från: .+\nSkickat: .+\nTill: .+\nÄmne: /m,
      /^Den .+ kl .+ skrev .+:\n\n> /m,
      /^\d+ \w+ \d{4} kl\. .+ skrev .+:\n\n> /m,
      /^On .+ wrote:/m,
    ]) {
      expect(
        texts.some((text) => style.test(text)),
        String(style),
      ).toBe(true)
    }
  })

  it('holds staff replies, forms, forwards, newsletters, bounces, absences, spam and attachments', () => {
    expect(messages.filter(({ folder }) => folder === 'Sent').length).toBeGreaterThan(40)
    expect(messages.some(({ folder }) => folder === 'Junk')).toBe(true)
    expect(
      parsed.some(({ from, replyTo }) => from?.text.includes('webbformular@promix.se') && replyTo !== undefined),
    ).toBe(true)
    for (const prefix of ['Vb:', 'VS:', 'Fwd:'])
      expect(
        parsed.some(({ subject }) => subject?.startsWith(prefix)),
        prefix,
      ).toBe(true)
    for (const header of ['list', 'auto-submitted'])
      expect(
        parsed.some(({ headers }) => headers.has(header)),
        header,
      ).toBe(true)
    const files = parsed.flatMap(({ attachments }) => attachments)
    expect(new Set(files.map(({ contentType }) => contentType))).toEqual(
      new Set(['application/pdf', 'image/jpeg', 'text/csv']),
    )
    const pdf = files.find(({ contentType }) => contentType === 'application/pdf')!.content.toString('latin1')
    const table = Number(/startxref\n(\d+)/.exec(pdf)![1])
    expect(pdf.slice(table, table + 4)).toBe('xref')
  })

  it('repeats no text', () => {
    const texts = parsed.map(({ text }) => text)
    expect(texts.filter((text, index) => texts.indexOf(text) !== index)).toEqual([])
  })
})

describe('the live messages', () => {
  it('bring a complaint in other words, a reply to the sample, an invoice, an access request, news', async () => {
    const live = await Promise.all(liveMessages(NOW).map(({ source }) => simpleParser(source)))
    const [complaint, reply, invoice, access, newsletter] = live
    expect(complaint!.text).not.toMatch(/reklam/i)
    const ids = new Set(parsed.map(({ messageId }) => messageId))
    expect(ids).toContain(reply!.inReplyTo)
    expect(invoice!.attachments[0]?.contentType).toBe('application/pdf')
    expect(access!.text).toContain('registerutdrag')
    expect(newsletter!.headers.has('list')).toBe(true)
    expect(live.filter(({ messageId }) => ids.has(messageId))).toEqual([])
  })
})
