import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { ATTACHMENT_UNREAD, withAttachmentText } from '../../src/mail/parse/attachment-text.ts'
import { parseMessage } from '../../src/mail/parse/parse.ts'
import { endPdfReading, MOST_CHARACTERS, MOST_PAGES, readPdf } from '../../src/mail/parse/pdf-text.ts'
import {
  bombPdf,
  busyPdf,
  mailWithFiles,
  manyPages,
  nestedBombPdf,
  pageOf,
  pdf,
  rawPdf,
  scannedPdf,
  scriptedPdf,
} from '../harness/pdf.ts'

const ENOUGH = 60_000
const MB = 1024 * 1024
afterAll(endPdfReading)

describe('what a PDF says', () => {
  it('is read in order, å, ä and ö included', async () => {
    const reading = await readPdf(
      await pdf([
        ['Faktura 20411', 'Förfallodatum 2026-12-01', 'Att betala: 1 250,00 kr'],
        ['Sida två: tack för köpet på Ångströmsvägen'],
      ]),
      ENOUGH,
    )
    expect(reading).toEqual({
      text:
        'Faktura 20411\nFörfallodatum 2026-12-01\nAtt betala: 1 250,00 kr\nSida två: tack för köpet på ' +
        'Ångströmsvägen\n',
      cut: false,
    })
  })

  it('is nothing when it is a picture', async () =>
    expect(await readPdf(scannedPdf(), ENOUGH)).toEqual({ text: '\n', cut: false }))

  it('is told apart from what cannot be read', async () => {
    expect(await readPdf(await pdf([['Hemligt']], { userPassword: 'x' }), ENOUGH)).toEqual({ problem: 'encrypted' })
    expect(await readPdf(Buffer.from('%PDF-1.7\nnothing more'), ENOUGH)).toEqual({ problem: 'unreadable' })
    const whole = await pdf([['Faktura 20411']])
    expect(await readPdf(whole.subarray(0, 300), ENOUGH)).toEqual({ problem: 'unreadable' })
    expect(await readPdf(Buffer.concat([Buffer.from('%PDF-1.4\n'), randomBytes(200_000)]), ENOUGH)).toEqual({
      problem: 'unreadable',
    })
  })

  it('is the same for many asked at once', async () => {
    const documents = await Promise.all(Array.from({ length: 20 }, (_, index) => pdf([[`Nummer ${index}`]])))
    const readings = await Promise.all(documents.map((document) => readPdf(document, ENOUGH)))
    expect(readings).toEqual(documents.map((_, index) => ({ text: `Nummer ${index}\n`, cut: false })))
  })
})

describe('a hostile PDF', () => {
  afterEach(async () =>
    expect(await readPdf(await pdf([['Nästa går bra']]), ENOUGH)).toEqual({ text: 'Nästa går bra\n', cut: false }),
  )

  it('with 10,000 pages is read as far as the limit', async () => {
    const reading = await readPdf(manyPages(10_000), ENOUGH)
    expect(reading).toMatchObject({ cut: true })
    const lines = 'text' in reading ? reading.text.trim().split('\n') : []
    expect([lines.length, lines[0], lines.at(-1)]).toEqual([MOST_PAGES, 'Sida 1.', `Sida ${MOST_PAGES}.`])
  })

  it('with a page without end is read as far as the limit', async () => {
    const reading = await readPdf(pageOf('BT /F1 12 Tf 50 700 Td (Bra tavlor till salu. ) Tj '.repeat(200_000)), ENOUGH)
    expect(reading).toMatchObject({ cut: true })
    expect('text' in reading && reading.text.length).toBe(MOST_CHARACTERS)
  })

  it.each([
    ['white space of 100 megabytes', () => bombPdf(100), 'too-large'],
    ['a string of 100 megabytes', () => bombPdf(100, '(', ')'), 'too-large'],
    ['streams in streams', nestedBombPdf, expect.stringMatching(/^(?:too-large|unreadable)$/)],
  ])('that unpacks a thousandfold is given up: %s', async (_name, build, problem) => {
    const bomb = build()
    const before = process.memoryUsage().rss
    expect(await readPdf(bomb, ENOUGH)).toEqual({ problem })
    expect(process.memoryUsage().rss - before).toBeLessThan(50 * MB)
  })

  it('that keeps a reader busy costs no more than its time', async () => {
    const began = performance.now()
    const reading = await readPdf(busyPdf(), 500)
    expect(performance.now() - began).toBeLessThan(5000)
    expect(reading).toEqual({ problem: 'too-slow' })
  })

  it('that refers to itself is read or refused, never waited for', async () => {
    const circle = rawPdf([
      '<< /Type /Catalog /Pages 2 0 R >>',
      '<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 1000000 /Parent 2 0 R >>',
    ])
    const reading = await readPdf(circle, ENOUGH)
    expect('problem' in reading ? reading.problem : reading.text.trim()).toMatch(/^(?:unreadable|)$/)
  })

  it('runs no script', async () =>
    expect(await readPdf(scriptedPdf('Bara text'), ENOUGH)).toEqual({ text: 'Bara text\n', cut: false }))
})

describe('the attachments of a message', () => {
  const read = async (files: { name: string; content: Buffer; type?: string }[], milliseconds = ENOUGH) =>
    withAttachmentText(
      await parseMessage(mailWithFiles({ id: 'a@example.se', subject: 'Bilagor', body: 'Se bilaga.', files })),
      milliseconds,
    )

  it('say what is inside, each its own', async () => {
    const { message, problems } = await read([
      { name: 'a.pdf', content: await pdf([['Första']]) },
      { name: 'b.txt', content: Buffer.from('hej'), type: 'text/plain' },
      { name: 'c.bin', content: await pdf([['Tredje, utan rätt typ']]), type: 'application/octet-stream' },
    ])
    expect(message.attachments.map(({ text }) => text)).toEqual(['Första', undefined, 'Tredje, utan rätt typ'])
    expect(problems).toEqual([])
  })

  it('note what is not read and stop nothing', async () => {
    const { message, problems, failed } = await read([
      { name: 'a.pdf', content: await pdf([['Hemligt']], { userPassword: 'x' }) },
      { name: 'b.pdf', content: Buffer.from('%PDF-1.7\ntrasig') },
      { name: 'c.pdf', content: bombPdf(100) },
      { name: 'd.pdf', content: await pdf([['Hel']]) },
    ])
    expect(message.attachments.map(({ text }) => text)).toEqual([undefined, undefined, undefined, 'Hel'])
    expect(problems.sort()).toEqual(['attachment-encrypted', 'attachment-too-large', 'attachment-unreadable'])
    expect(failed).toBe(false)
  })

  it('leave a message for a person when the machine could not read one in time', async () => {
    const began = performance.now()
    const { message, problems } = await read(
      [
        { name: 'a.pdf', content: busyPdf() },
        { name: 'b.pdf', content: await pdf([['Hel']]) },
      ],
      1000,
    )
    expect(problems).toEqual([ATTACHMENT_UNREAD])
    expect(message.attachments.map(({ text }) => text)).toEqual([undefined, undefined])
    expect(performance.now() - began).toBeLessThan(10_000)
  })

  it('cost nothing when there is no PDF', async () => {
    const parsed = await parseMessage(
      mailWithFiles({
        id: 'b@example.se',
        subject: 'x',
        body: 'y',
        files: [{ name: 'a.png', content: randomBytes(5000), type: 'image/png' }],
      }),
    )
    expect(await withAttachmentText(parsed)).toBe(parsed)
  })
})
