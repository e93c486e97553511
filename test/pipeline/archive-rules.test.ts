import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ReadRules } from '../../src/rulebook/read-rules.ts'
import { storeModel } from '../../src/core/judgement/stored-model.ts'
import type { Rules } from '../../src/pipeline/decide/rules.ts'
import { ingest } from '../../src/pipeline/ingest/ingest.ts'
import { rulesOfArchive } from '../../src/pipeline/learn/archive-rules.ts'
import { withInstalledModel } from '../../src/pipeline/learn/installed-model.ts'
import { readLearningState } from '../../src/pipeline/learn/train-model.ts'
import type { Account } from '../../src/store/accounts.ts'
import { replaceModel } from '../../src/store/learning/models.ts'
import { countOutdated } from '../../src/store/message/verdicts.ts'
import { carol, NOW, RULES, testAccount, testArchive, type TestArchive } from '../harness/archive.ts'
import { mail } from '../harness/mail.ts'

const FORMER = 'fe5ab07b7c67'
const read: ReadRules = { ...RULES, formerVersion: FORMER }

/** The same rules under another name, as another version of the program gave it. */
const named = (version: string): Rules => ({ ...RULES, rulebook: { ...RULES.rulebook, version } })

describe('an archive judged by version 0.1.0', () => {
  let test: TestArchive
  let account: Account

  beforeEach(async () => {
    test = await testArchive()
    account = await testAccount(test.archive)
    await carol(test.archive)
  })
  afterEach(() => test.drop())

  const judgeOne = (rules: Rules, name: string) => {
    const at = new Date('2026-06-01T10:00:00Z')
    const from = `${name}@kund.example`
    const source = mail({ id: `${name}@example.org`, from, subject: name, body: 'Lampan?', date: at.toISOString() })
    const entry = { uid: 0, flags: [], internalDate: at, source, size: source.length }
    return ingest({ archive: test.archive, account, rules, folder: null }, [entry], NOW)
  }
  const rulesNow = (rules: ReadRules = read) => rulesOfArchive(test.archive, rules, NOW)

  it('calls the same rules what 0.1.0 called them: nothing is judged again', async () => {
    await judgeOne(named(FORMER), 'bob')
    const rules = await rulesNow()
    expect(rules.rulebook.version).toBe(FORMER)
    expect(await countOutdated(test.archive.pool, rules.rulebook.version)).toBe(0)
    // Later mail is judged under the same name, and a restart asks for no name.
    await judgeOne(rules, 'alice')
    expect((await rulesNow({ ...read, formerVersion: null })).rulebook.version).toBe(FORMER)
  })

  it('keeps its learned model', async () => {
    const { archive } = test
    const octets = storeModel(RULES.rulebook.model, FORMER)
    await replaceModel(archive.pool, archive, { id: 7, rulebook: FORMER, overrideIds: [], octets }, NOW)
    const rules = await rulesNow()
    expect((await withInstalledModel(archive, rules)).rulebook.version).toBe(`${FORMER}+7`)
    expect((await readLearningState({ archive, rulebook: rules.rulebook })).outdated).toBe(false)
  })

  it('is not what a new archive is: its rules have their own version, also once 0.1.0 is forgotten', async () => {
    const { version } = RULES.rulebook
    expect((await rulesNow()).rulebook.version).toBe(version)
    await judgeOne(await rulesNow(), 'bob')
    expect(await countOutdated(test.archive.pool, version)).toBe(0)
    expect((await rulesNow({ ...read, formerVersion: null })).rulebook.version).toBe(version)
  })

  it('judges again when the rules change', async () => {
    await judgeOne(named(FORMER), 'bob')
    await rulesNow()
    const changed = { ...named('0123456789ab'), formerVersion: 'ba9876543210' }
    const rules = await rulesNow(changed)
    expect(rules.rulebook.version).toBe('0123456789ab')
    expect(await countOutdated(test.archive.pool, rules.rulebook.version)).toBe(1)
  })
})
