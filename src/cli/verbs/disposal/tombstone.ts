import type { Case } from '../../../core/classification.ts'
import { normaliseMessageId } from '../../../core/message/message-id.ts'
import { liftPurge } from '../../../pipeline/decide/staff-decisions.ts'
import { findTombstonesByMessageId, type Tombstone } from '../../../store/disposal/tombstones.ts'
import { stockholmDate } from '../../../core/retention/calendar.ts'
import { ruleName } from '../../../present/retention.ts'
import { nameOf } from '../../../text/names.ts'
import { fill } from '../../../text/texts.ts'
import { badInput } from '../../call/bad-input.ts'
import type { Call } from '../../call/call.ts'
import { parseId } from '../../call/ids.ts'
import { table } from '../../call/output.ts'
import { reasonOf } from '../../call/deciding.ts'
import { accountOf, chosenAccounts, deciderOf, withArchive } from '../../call/with-archive.ts'

export async function findTombstones(call: Call): Promise<undefined> {
  const { texts } = call
  const messageId = normaliseMessageId(call.args[0] ?? '')
  if (messageId === null) throw badInput(texts, 'MESSAGE-ID', 'notAMessageId', 'writeMessageId')
  await withArchive(call, async (opened) => {
    const found: Tombstone[] = []
    for (const account of chosenAccounts(call, opened, call.given.text('account'))) {
      found.push(...(await findTombstonesByMessageId(opened.archive, account.id, messageId)))
    }
    const day = (at: Date | null) => (at === null ? '-' : stockholmDate(at))
    call.report(
      found.map((each) => ({ ...each, id: `t${each.id}` })),
      () =>
        found.length === 0
          ? texts.nothingFound
          : table(call, {
              head: [
                texts.headId,
                texts.headCase,
                texts.headRule,
                texts.headPurged,
                texts.headUntil,
                texts.headReappeared,
                texts.headLifted,
              ],
              rows: found.map((each) => [
                `t${each.id}`,
                nameOf(call.language, 'messageCase', each.case as Case),
                ruleName(call, each.rule),
                day(each.purgedAt),
                each.until,
                day(each.reappearedAt),
                day(each.liftedAt),
              ]),
            }),
    )
  })
}

export async function lift(call: Call): Promise<undefined> {
  const id = parseId(call.args[0] ?? '', ['t'], call.texts)
  const reason = reasonOf(call)
  await withArchive(call, async (opened) => {
    const decider = { ...(await deciderOf(call, opened)), reason }
    const account = await accountOf(call, opened, id)
    await liftPurge({ ...opened, account }, { ...decider, tombstoneId: id.number }, call.clock())
    call.report({ lifted: `t${id.number}` }, () => fill(call.texts.tombstoneLifted, { id: `t${id.number}` }))
  })
}
