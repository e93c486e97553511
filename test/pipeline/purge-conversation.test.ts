import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { decideDisposal } from '../../src/pipeline/purge/guard.ts'
import { ingest } from '../../src/pipeline/ingest/ingest.ts'
import { purge } from '../../src/pipeline/purge/purge.ts'
import { approveReview, armPurge, closeMatter, notePayment } from '../../src/pipeline/decide/staff-decisions.ts'
import { turnDates } from '../../src/pipeline/purge/upkeep.ts'
import type { Account } from '../../src/store/accounts.ts'
import { findMessage, getMessage } from '../../src/store/message/messages.ts'
import { carol, RULES, testAccount, testArchive, type TestArchive } from '../harness/archive.ts'
import { mail } from '../harness/mail.ts'

const QUESTION = 'Hej! Hur gör jag för att byta rulle i skrivaren?'
const INVOICE =
  'Här kommer faktura 20417. Att betala: 1 250 kr inklusive moms 250 kr. Bankgiro 991-2346. Förfallodatum 30 ' +
  'dagar netto.'
const COMPLAINT = 'Jag vill reklamera skrivaren, den kom trasig. Jag kräver pengarna tillbaka.'
const noon = (date: string) => new Date(`${date}T11:00:00Z`)

describe('messages of one conversation, when their time has come', () => {
  let test: TestArchive
  let account: Account
  let staffId: number
  beforeEach(async () => {
    test = await testArchive(noon('2026-01-01'))
    account = await testAccount(test.archive)
    staffId = (await carol(test.archive)).id
    await armPurge(test.archive, staffId, true, noon('2026-01-01'))
  })
  afterEach(() => test.drop())

  const context = () => ({ archive: test.archive, account, rules: RULES })
  async function archive(
    id: string,
    body: string,
    date: string,
    now: string,
    references: string[] = [],
  ): Promise<number> {
    const source = mail({
      id,
      from: 'alice@example.se',
      subject: `Skrivaren ${id}`,
      body,
      date: `${date}T10:00:00Z`,
      references,
    })
    const raw = { uid: 0, flags: [], internalDate: new Date(`${date}T10:00:00Z`), source, size: source.length }
    return (await ingest({ archive: test.archive, account, rules: RULES, folder: null }, [raw], noon(now))).archived[0]!
  }
  const run = (date: string) =>
    purge({ archive: test.archive, account, rules: RULES, mailbox: null, clock: () => noon(date) })
  const find = (id: number) => findMessage(test.archive.pool, account.id, id)
  const verdict = async (id: number, date: string) =>
    (await decideDisposal(test.archive.pool, account.id, id, RULES, noon(date))).disposal

  it('go in one run, also when the newest was archived first', async () => {
    await archive('late@example.se', QUESTION, '2026-03-10', '2026-03-10', ['first@example.se'])
    await archive('first@example.se', QUESTION, '2026-03-01', '2026-03-12')
    expect(await run('2027-03-10')).toMatchObject({ due: 0 })
    expect(await run('2027-03-11')).toMatchObject({ due: 2, purged: 2, kept: 0 })
  })

  it('keep the approval they go by, though the complaint itself went first', async () => {
    const ids = [
      await archive('c2@example.se', COMPLAINT, '2026-03-02', '2026-03-02', ['c1@example.se']),
      await archive('c1@example.se', QUESTION, '2026-03-01', '2026-03-03'),
    ]
    const { conversationId } = await getMessage(test.archive.pool, account.id, ids[0]!)
    await closeMatter(
      context(),
      {
        staffId,
        via: 'cli',
        reason: 'ersatt',
        conversationId,
        facts: { outcome: 'granted', deliveredOn: null, consumer: null },
      },
      noon('2026-03-20'),
    )
    await approveReview(context(), { staffId, via: 'cli', reason: 'sett', messageIds: ids }, noon('2027-03-25'))
    expect(await run('2027-03-25')).toMatchObject({ due: 2, purged: 2, kept: 0 })
  })

  it('leave behind an accounting record, decided by what is left, that goes when its legal time ends', async () => {
    const invoice = await archive('i1@example.se', INVOICE, '2026-03-01', '2026-03-01')
    await archive('i2@example.se', QUESTION, '2026-04-01', '2026-04-01', ['i1@example.se'])
    await notePayment(
      context(),
      { staffId, via: 'cli', reason: 'bokslut', messageId: invoice, financialYearEnd: '2026-12-31' },
      noon('2026-04-02'),
    )
    expect(await run('2027-04-02')).toMatchObject({ due: 1, purged: 1 })
    const left = (await find(invoice))!
    expect(left).toMatchObject({
      state: 'limited',
      mailboxUntil: '2027-03-01',
      archiveUntil: '2033-12-31',
      notBefore: '2027-04-16',
    })
    expect(await verdict(invoice, '2034-01-01')).toMatchObject({ act: 'purge' })
    expect(await run('2034-01-01')).toMatchObject({ purged: 1 })
  })

  it('turn limited, and for review when an assumed year has ended, though nothing else happens', async () => {
    const invoice = await archive('i1@example.se', INVOICE, '2026-03-01', '2026-03-01')
    const state = async (date: string) => {
      await turnDates(test.archive, account, RULES, noon(date))
      return (await find(invoice))!.state
    }
    expect(await state('2027-03-01')).toBe('active')
    expect(await state('2027-03-02')).toBe('limited')
    expect(await state('2034-12-31')).toBe('limited')
    expect(await state('2035-01-01')).toBe('review')
    expect(await run('2035-01-01')).toMatchObject({ due: 0 })
  })
})
