import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { decideDisposal } from '../../src/pipeline/purge/guard.ts'
import { ingest } from '../../src/pipeline/ingest/ingest.ts'
import { approveReview, overrideCase } from '../../src/pipeline/decide/staff-decisions.ts'
import { redecideAll } from '../../src/pipeline/purge/upkeep.ts'
import { withdrawApproval, withdrawOverride } from '../../src/pipeline/decide/withdraw-decisions.ts'
import type { Account } from '../../src/store/accounts.ts'
import { listAudit, verifyAudit } from '../../src/store/audit.ts'
import { getMessage } from '../../src/store/message/messages.ts'
import { carol, NOW, RULES, testAccount, testArchive, type TestArchive } from '../harness/archive.ts'
import { mail } from '../harness/mail.ts'

const OLD = new Date('2024-01-10T09:00:00Z')
const later = (hours: number) => new Date(NOW.getTime() + hours * 3_600_000)

describe('a decision taken back', () => {
  let test: TestArchive
  let account: Account
  let staffId: number
  let id: number
  beforeEach(async () => {
    test = await testArchive()
    account = await testAccount(test.archive)
    staffId = (await carol(test.archive)).id
    const source = mail({
      id: 'old@example.se',
      from: 'alice@example.se',
      subject: 'Hur byter jag rulle?',
      body: 'Hej! Hur byter jag rulle i skrivaren?',
      date: OLD.toISOString(),
    })
    id = (
      await ingest(
        { archive: test.archive, account, rules: RULES, folder: null },
        [{ uid: 0, flags: [], internalDate: OLD, source, size: source.length }],
        NOW,
      )
    ).archived[0]!
  })
  afterEach(() => test.drop())

  const context = () => ({ archive: test.archive, account, rules: RULES })
  const say = (as: 'complaints' | 'payments', at: Date) =>
    overrideCase(context(), { staffId, via: 'cli', reason: 'x', messageId: id, case: as, marks: [] }, at)
  const row = () => getMessage(test.archive.pool, account.id, id)
  const judged = async () => {
    const { case: name, marks, caseBy, uncertain, mayBeComplaint, confidence, rulebook, archiveUntil } = await row()
    return { name, marks, caseBy, uncertain, mayBeComplaint, confidence, rulebook, archiveUntil }
  }
  const verdict = async (at: Date) => (await decideDisposal(test.archive.pool, account.id, id, RULES, at)).disposal

  it('gives the message to the rules again, and what that lets go earlier waits (P9)', async () => {
    const before = await judged()
    expect((await verdict(NOW)).reason).toBe('due')
    const overrideId = await say('complaints', NOW)
    expect((await verdict(NOW)).reason).toBe('no-expiry')
    await withdrawOverride(context(), { staffId, via: 'cli', messageId: id, overrideId }, later(1))
    expect(await judged()).toEqual(before)
    expect(await verdict(later(1))).toMatchObject({ act: 'nothing', reason: 'waiting', dueOn: '2026-11-26' })
    await redecideAll(test.archive, account, RULES, later(2))
    expect(await judged()).toEqual(before)
    expect((await listAudit(test.archive.pool, account.id, id)).map(({ kind }) => kind)).toContain('override-withdrawn')
    await verifyAudit(test.archive)
  })

  it('leaves what somebody else has decided, before or after it', async () => {
    const first = await say('payments', NOW)
    const second = await say('complaints', later(1))
    await withdrawOverride(context(), { staffId, via: 'cli', messageId: id, overrideId: first }, later(2))
    expect(await judged()).toMatchObject({ name: 'complaints', caseBy: 'staff' })
    const third = await say('payments', later(3))
    await withdrawOverride(context(), { staffId, via: 'cli', messageId: id, overrideId: third }, later(4))
    expect(await judged()).toMatchObject({ name: 'complaints', caseBy: 'staff', archiveUntil: null })
    await withdrawOverride(context(), { staffId, via: 'cli', messageId: id, overrideId: second }, later(5))
    expect(await judged()).toMatchObject({ caseBy: 'rule' })
  })

  it('cannot be taken back twice, nor as another message’s', async () => {
    const overrideId = await say('payments', NOW)
    await expect(
      withdrawOverride(context(), { staffId, via: 'cli', messageId: id, overrideId: overrideId + 1 }, NOW),
    ).rejects.toMatchObject({ code: 'not-found' })
    await withdrawOverride(context(), { staffId, via: 'cli', messageId: id, overrideId }, NOW)
    await expect(
      withdrawOverride(context(), { staffId, via: 'cli', messageId: id, overrideId }, NOW),
    ).rejects.toMatchObject({
      code: 'not-found',
    })
  })

  it('an approval taken back puts the message on the list again at once', async () => {
    await test.archive.pool.query('UPDATE "Message" SET "uncertain" = true WHERE "id" = $1', [id])
    await redecideAll(test.archive, account, RULES, NOW)
    await approveReview(context(), { staffId, via: 'cli', reason: 'sett', messageIds: [id] }, NOW)
    expect((await verdict(NOW)).reason).not.toBe('review')
    await withdrawApproval(context(), { staffId, via: 'cli', messageIds: [id] }, NOW)
    expect(await verdict(NOW)).toMatchObject({ act: 'nothing', reason: 'review' })
  })
})
