import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { judgeDisposal } from '../../src/pipeline/guard.ts'
import { ingest } from '../../src/pipeline/ingest.ts'
import { approveReview, hold, overrideCase, release } from '../../src/pipeline/staff-decisions.ts'
import { redecideAll } from '../../src/pipeline/upkeep.ts'
import type { Account } from '../../src/store/accounts.ts'
import { getMessage } from '../../src/store/messages.ts'
import { carol, NOW, RULES, testAccount, testArchive, type TestArchive } from '../harness/archive.ts'
import { mail } from '../harness/mail.ts'

const OLD = new Date('2024-01-10T09:00:00Z')
const HELP = 'Hej! Hur byter jag rulle i skrivaren?'

describe('a weakening waits, a tightening does not (P9)', () => {
  let test: TestArchive
  let account: Account
  let staffId: number
  beforeEach(async () => {
    test = await testArchive()
    account = await testAccount(test.archive)
    staffId = (await carol(test.archive)).id
  })
  afterEach(() => test.drop())

  const context = () => ({ archive: test.archive, account, rules: RULES })
  async function archive(id: string, body: string, at: Date, references: string[] = []): Promise<number> {
    const source = mail({ id, from: 'alice@example.se', subject: 'Hur byter jag rulle?', body, date: at.toISOString(), references })
    const raw = { uid: 0, flags: [], internalDate: at, source, size: source.length }
    return (await ingest({ archive: test.archive, account, rules: RULES, folder: null }, [raw], NOW)).archived[0]!
  }
  const verdict = async (id: number, rules = RULES) => (await judgeDisposal(test.archive.pool, account.id, id, rules, NOW)).disposal

  it('a released hold waits P14D, and deciding again does not shorten the wait', async () => {
    const id = await archive('old@example.se', HELP, OLD)
    expect((await verdict(id)).reason).toBe('due')
    const holdId = await hold(context(), { staffId, reason: 'utredning', target: { messageId: id } }, NOW)
    expect((await verdict(id)).reason).toBe('hold')
    await release(context(), { staffId, reason: 'klart', holdId }, NOW)
    expect(await verdict(id)).toMatchObject({ act: 'nothing', reason: 'waiting', dueOn: '2026-12-08' })
    await redecideAll(test.archive, account, RULES, NOW)
    expect(await verdict(id)).toMatchObject({ reason: 'waiting', dueOn: '2026-12-08' })
  })

  it('a shortened schedule waits from the moment it is seen', async () => {
    const id = await archive('recent@example.se', HELP, new Date('2026-03-01T09:00:00Z'))
    const rows = RULES.schedule.rows.map((row) => (row.period === 'P12M' ? { ...row, period: 'P30D' } : row))
    const shorter = { ...RULES, schedule: { ...RULES.schedule, rows, version: 'shorter' } }
    expect(await verdict(id, shorter)).toMatchObject({ act: 'nothing', reason: 'waiting' })
    await redecideAll(test.archive, account, shorter, NOW)
    expect((await getMessage(test.archive.pool, account.id, id)).notBefore).toBe('2026-12-08')
  })

  it('an approval lapses when the facts it was given on change', async () => {
    const id = await archive('old@example.se', HELP, OLD)
    await approveReview(context(), { staffId, reason: 'sett', messageIds: [id] }, NOW)
    expect((await getMessage(test.archive.pool, account.id, id)).approvedAt).not.toBeNull()
    await overrideCase(context(), { staffId, reason: 'reklamation', messageId: id, case: 'complaints', marks: [] }, NOW)
    expect((await getMessage(test.archive.pool, account.id, id)).approvedAt).toBeNull()
    expect((await verdict(id)).act).toBe('nothing')
  })

  it('an impossible server date does not make fresh mail due', async () => {
    const source = mail({ id: 'fresh@example.se', from: 'bob@example.se', subject: 'Rulle', body: HELP, date: '2026-11-20T09:00:00Z' })
    const raw = { uid: 0, flags: [], internalDate: new Date(0), source, size: source.length }
    const [id] = (await ingest({ archive: test.archive, account, rules: RULES, folder: null }, [raw], NOW)).archived
    expect((await verdict(id!)).reason).toBe('not-due')
  })
})
