import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Case } from '../../src/core/classification.ts'
import { CLASSES } from '../../src/core/judgement/model.ts'
import { ingest } from '../../src/pipeline/ingest/ingest.ts'
import { decideDisposal } from '../../src/pipeline/purge/guard.ts'
import { rejudge, type Rejudgement } from '../../src/pipeline/mend/rejudge.ts'
import type { Rules } from '../../src/pipeline/decide/rules.ts'
import { closeMatter, overrideCase } from '../../src/pipeline/decide/staff-decisions.ts'
import type { Account } from '../../src/store/accounts.ts'
import { listAudit, verifyAudit } from '../../src/store/audit.ts'
import { getMessage, type MessageRow } from '../../src/store/message/messages.ts'
import { openMessage } from '../../src/store/message/open-messages.ts'
import { carol, NOW, RULES, testAccount, testArchive, type TestArchive } from '../harness/archive.ts'
import { mail } from '../harness/mail.ts'

/** A model that sees the same case in everything. */
function always(label: number): Rules {
  const bias = new Float32Array(CLASSES)
  bias[label] = 12
  const { model } = RULES.rulebook
  return {
    ...RULES,
    rulebook: {
      ...RULES.rulebook,
      version: `${RULES.rulebook.version}+${label + 1}`,
      model: { ...model, weights: new Float32Array(model.weights.length), bias, temperature: 1 },
    },
  }
}
const [SUPPORT, COMPLAINTS] = [always(0), always(2)]

describe('judging again what nobody decided', () => {
  let test: TestArchive
  let account: Account
  let staffId: number

  beforeEach(async () => {
    test = await testArchive()
    account = await testAccount(test.archive)
    staffId = (await carol(test.archive)).id
  })
  afterEach(() => test.drop())

  const row = (id: number): Promise<MessageRow> => getMessage(test.archive.pool, account.id, id)
  const again = (rules: Rules, apply: boolean): Promise<Rejudgement> =>
    rejudge({ archive: test.archive, account, rules }, apply ? { staffId } : null, () => NOW)
  const decided = (rules: Rules) => ({ archive: test.archive, account, rules })
  async function takeIn(names: string[], rules: Rules): Promise<number[]> {
    const sources = names.map((name) =>
      mail({
        id: `${name}@example.org`,
        from: `${name}@kund.example`,
        subject: name,
        body: 'Fråga om lampan',
        date: '2026-06-01T10:00:00Z',
      }),
    )
    const entries = sources.map((source) => ({
      uid: 0,
      flags: [],
      internalDate: new Date('2026-06-01T10:00:00Z'),
      source,
      size: source.length,
    }))
    return (await ingest({ archive: test.archive, account, rules, folder: null }, entries, NOW)).archived
  }

  it('a preview tells and changes nothing; applying does what it told, and is done then', async () => {
    const ids = await takeIn(
      Array.from({ length: 45 }, (_, index) => `a${index}`),
      SUPPORT,
    )
    const before = await row(ids[0]!)
    const told = await again(COMPLAINTS, false)
    expect(told).toEqual({
      judged: 45,
      left: 0,
      unopened: { count: 0, messages: [] },
      changed: [{ from: 'support', to: 'complaints', count: 45, messages: ids }],
      shorter: { count: 0, messages: [] },
      longer: { count: 45, messages: ids },
    })
    expect(await row(ids[0]!)).toEqual(before)
    expect(await again(COMPLAINTS, true)).toEqual(told)
    const after = await row(ids[44]!)
    expect(after).toMatchObject({
      case: 'complaints',
      caseBy: 'rule',
      rulebook: COMPLAINTS.rulebook.version,
      archiveUntil: null,
      notBefore: null,
    })
    const { evidence } = await openMessage(test.archive.pool, test.archive, account.id, ids[44]!)
    expect(evidence.classification).toMatchObject({ case: 'complaints', rulebook: COMPLAINTS.rulebook.version })
    expect(evidence.authentication).toBeDefined()
    expect(
      (await listAudit(test.archive.pool, account.id, ids[0]!)).map(({ actor, kind }) => [actor, kind]),
    ).toContainEqual([`staff:${staffId}`, 'rejudged'])
    await verifyAudit(test.archive)
    expect(await again(COMPLAINTS, true)).toMatchObject({ judged: 0, changed: [] })
  })

  it('what is kept shorter waits as for a changed rulebook, and the purge knows it', async () => {
    const [id] = await takeIn(['b'], COMPLAINTS)
    expect(await row(id!)).toMatchObject({ case: 'complaints', archiveUntil: null })
    expect(await again(SUPPORT, false)).toMatchObject({ shorter: { count: 1, messages: [id] }, longer: { count: 0 } })
    await again(SUPPORT, true)
    expect(await row(id!)).toMatchObject({ case: 'support', notBefore: '2026-12-08' })
    const at = new Date('2027-06-03T12:00:00Z')
    expect((await decideDisposal(test.archive.pool, account.id, id!, SUPPORT, at)).disposal.act).toBe('purge')
    await test.archive.pool.query(
      `UPDATE "Message" SET "receivedAt" = '2024-01-01', "archivedAt" = '2024-01-01' WHERE "id" = $1`,
      [id],
    )
    expect((await decideDisposal(test.archive.pool, account.id, id!, SUPPORT, NOW)).disposal).toMatchObject({
      act: 'nothing',
      reason: 'waiting',
    })
  })

  it('leaves what a person decided: an override, an approval, a closed matter', async () => {
    const [overridden, approved, closed, open] = (await takeIn(['c', 'd', 'e', 'f'], SUPPORT)) as [
      number,
      number,
      number,
      number,
    ]
    await overrideCase(
      decided(SUPPORT),
      { staffId, via: 'cli', reason: 'x', messageId: overridden, case: 'payments', marks: [] },
      NOW,
    )
    await test.archive.pool.query('UPDATE "Message" SET "approvedAt" = $2 WHERE "id" = $1', [approved, NOW])
    const conversation = (await row(closed)).conversationId
    await closeMatter(
      decided(SUPPORT),
      {
        staffId,
        via: 'cli',
        reason: 'x',
        conversationId: conversation,
        facts: { outcome: 'granted', deliveredOn: null, consumer: null },
      },
      NOW,
    )
    const told = await again(COMPLAINTS, true)
    expect(told).toMatchObject({ judged: 1, left: 2, changed: [{ to: 'complaints', messages: [open] }] })
    const cases: Case[] = []
    for (const id of [overridden, approved, closed, open]) cases.push((await row(id)).case)
    expect(cases).toEqual(['payments', 'support', 'support', 'complaints'])
    expect((await row(approved)).approvedAt).toEqual(NOW)
  })
})
