import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseSearchQuery } from '../../src/core/search/search-query.ts'
import { endPdfReading } from '../../src/mail/parse/pdf-text.ts'
import { ingest } from '../../src/pipeline/ingest/ingest.ts'
import { rebuildIndex } from '../../src/pipeline/mend/reindex.ts'
import { searchMessages } from '../../src/pipeline/find/search.ts'
import type { Account } from '../../src/store/accounts.ts'
import { getMessage } from '../../src/store/message/messages.ts'
import { openMessage } from '../../src/store/message/open-messages.ts'
import { NOW, RULES, testAccount, testArchive, type TestArchive } from '../harness/archive.ts'
import { busyPdf, mailWithFiles, pdf, scannedPdf } from '../harness/pdf.ts'

let test: TestArchive
let account: Account
beforeEach(async () => {
  test = await testArchive()
  account = await testAccount(test.archive)
})
afterEach(() => test.drop())
afterAll(endPdfReading)

let count = 0
/** A message that itself says next to nothing. */
async function archived(
  content: Buffer,
  name = 'scan_0012.pdf',
  body = 'Hej, se bilaga.\nMvh Anna',
  subject = 'Dokument',
): Promise<number> {
  count += 1
  const source = mailWithFiles({
    id: `pdf${count}@example.se`,
    from: `avsandare${count}@example.se`,
    subject,
    body,
    files: [{ name, content }],
  })
  const from = { archive: test.archive, account, rules: RULES, folder: null }
  return (await ingest(from, [{ uid: 0, flags: [], internalDate: NOW, source, size: source.length }], NOW)).archived[0]!
}
const judged = async (content: Buffer, name?: string) =>
  getMessage(test.archive.pool, account.id, await archived(content, name))
const INVOICE = [
  'Nordtryck AB',
  'Faktura',
  'Fakturanummer 20411   Fakturadatum 2026-11-01',
  'Förfallodatum 2026-12-01',
  'Etikettrullar 4 st 1 000,00',
  'Moms 25 % 250,00',
  'Att betala: 1 250,00 kr',
  'Bankgiro 991-2346   OCR 202600012324',
  'Reklamationer görs inom 8 dagar.',
]

describe('what a PDF says makes the message an accounting record', () => {
  it.each([
    ['an invoice', INVOICE],
    [
      'an invoice without its title',
      ['Nordtryck AB', 'Fakturanr: 20411', 'Betalas senast 2026-12-01', 'Summa att betala: SEK 1 250,00'],
    ],
    ['a receipt', ['KVITTO', 'Bläckpatron svart 199,00', 'Totalt 199,00 kr', 'varav moms 39,80', 'Kort ****1234']],
    ['a credit note for a complaint', ['Kreditfaktura 90044', 'Avser reklamation 12', 'Belopp: -450,00 kr']],
    ['an English receipt', ['Receipt', 'Invoice number 4F-001', 'Amount paid $25.00']],
    ['a Norwegian invoice', ['Faktura', 'Fakturanummer 88120', 'Forfallsdato 01.12.2026', 'Å betale: NOK 900,00']],
    ['a payment advice', ['Betalningsavi', 'Belopp 3 400,00', 'OCR 202600012324']],
  ])('%s', async (_name, lines) => {
    const row = await judged(await pdf([lines]))
    expect(row.marks).toContain('accounting-record')
    expect(row.mayBeComplaint).toBe(false)
  })

  it.each([
    [
      'a quote',
      ['Offert 118', 'Etikettrullar 4 st 1 000,00', 'Moms 25 % 250,00', 'Totalt: 1 250,00 kr', 'Bankgiro 991-2346'],
    ],
    [
      'an order confirmation',
      ['Orderbekräftelse 4411', 'Fakturaadress Box 12', 'Summa: 1 250,00 kr', 'Moms 250,00', 'Bankgiro 991-2346'],
    ],
    ['a manual', ['Bruksanvisning', 'Sätt i rullen och stäng luckan.']],
    [
      'a letter of complaint',
      ['Reklamation av faktura 20411', 'Skrivaren ni sålde oss för totalt 3 000 kr är trasig.'],
    ],
    ['a fake', ['Faktura', 'Svenska Företagsregistret', 'Att betala: 4 990,00 kr', 'Bankgiro 991-2346']],
    ['a reminder', ['Betalningspåminnelse', 'Fakturanr 20411', 'Att betala: 1 310,00 kr', 'Bankgiro 991-2346']],
  ])('and %s does not', async (_name, lines) =>
    expect((await judged(await pdf([lines]))).marks).not.toContain('accounting-record'),
  )

  it('and the content outranks the name', async () => {
    expect((await judged(await pdf([['Offert 118', 'Totalt: 1 250,00 kr']]), 'Faktura_1.pdf')).marks).not.toContain(
      'accounting-record',
    )
  })

  it('and says so', async () => {
    const id = await archived(await pdf([INVOICE]))
    const { evidence } = await openMessage(test.archive.pool, test.archive, account.id, id)
    expect(
      evidence.classification.evidence.filter(
        (one) => one.for === 'accounting-record' && one.rule.startsWith('accounting-pdf'),
      ).length,
    ).toBeGreaterThan(2)
  })
})

describe('a letter sent as a PDF', () => {
  it('is what a message says that says nothing else', async () => {
    const letter = [
      'Hej',
      'Skrivaren jag köpte av er i mars slutade fungera efter två veckor.',
      'Jag reklamerar den och vill ha pengarna tillbaka.',
      'Anna Ek',
    ]
    expect(await judged(await pdf([letter]), 'brev.pdf')).toMatchObject({ case: 'complaints', mayBeComplaint: true })
    const request = [
      'Begäran',
      'Jag begär ett registerutdrag enligt artikel 15 i dataskyddsförordningen.',
      'Vilka personuppgifter har ni om mig?',
      'Anna Ek',
    ]
    expect(await judged(await pdf([request]), 'brev.pdf')).toMatchObject({ case: 'privacy' })
  })
})

describe('search', () => {
  const found = async (query: string) =>
    (await searchMessages(test.archive, account.id, parseSearchQuery(query), 10)).map(({ row }) => row.id)

  it('finds words, phrases and numbers inside PDFs, and only where they stand', async () => {
    const id = await archived(await pdf([INVOICE, ['Andra sidan: leverans till Ångströmsvägen 4']]))
    const other = await archived(await pdf([['Bruksanvisning för rullar']]))
    expect(await found('etikettrulle')).toEqual([id])
    expect(await found('"Ångströmsvägen 4"')).toEqual([id])
    expect(await found('attachment:angstromsvagen')).toEqual([id])
    expect(await found('202600012324')).toEqual([id])
    expect(await found('subject:etikettrullar')).toEqual([])
    expect(await found('attachment:scan_0012.pdf')).toEqual([other, id])
  })

  it('finds them again after the index was made anew', async () => {
    const id = await archived(await pdf([INVOICE]))
    await test.archive.pool.query('DELETE FROM "SearchEntry"')
    expect(await found('etikettrullar')).toEqual([])
    await rebuildIndex(test.archive, () => NOW)
    expect(await found('etikettrullar')).toEqual([id])
  })

  it('nothing of it lies in clear', async () => {
    await archived(await pdf([['Ordet regnbågsforell']]))
    for (const table of ['Message', 'SearchEntry', 'MessageSource', 'AuditEvent']) {
      const { rows } = await test.archive.pool.query<{ text: string }>(`SELECT t::text AS text FROM "${table}" t`)
      expect(rows.map(({ text }) => text).join('\n')).not.toMatch(/regnbågsforell|7265676e62c3a567/)
    }
  })
})

describe('what cannot be read', () => {
  it('is no text and no doubt when the PDF is a picture', async () => {
    const row = await judged(scannedPdf())
    expect(row.unparsed).toBe(false)
    const { message, evidence } = await openMessage(test.archive.pool, test.archive, account.id, row.id)
    expect(message.attachments[0]!.text).toBe('')
    expect(evidence.problems).toEqual([])
  })

  it('waits for a person when the machine was too slow', { timeout: 60_000 }, async () => {
    const id = await archived(busyPdf(), 'tung.pdf')
    const { evidence } = await openMessage(test.archive.pool, test.archive, account.id, id)
    const row = await getMessage(test.archive.pool, account.id, id)
    // A quick machine reads it in time and finds nothing.
    if (evidence.problems.length > 0)
      expect(row).toMatchObject({ uncertain: true, mayBeComplaint: true, state: 'review' })
    else expect(row.state).toBe('active')
  })
})
