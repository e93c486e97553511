import { normaliseMessageId } from '../../../core/message/message-id.ts'
import { liftPurge } from '../../../pipeline/decide/staff-decisions.ts'
import { findTombstonesByMessageId, type Tombstone } from '../../../store/disposal/tombstones.ts'
import { stockholmDate } from '../../../core/retention/calendar.ts'
import { fill } from '../../../text/texts.ts'
import { badInput } from '../../call/bad-input.ts'
import type { Call } from '../../call/call.ts'
import { parseId } from '../../call/ids.ts'
import { table } from '../../call/output.ts'
import { reasonOf } from '../mail/decide.ts'
import { accountOf, chosenAccounts, deciderOf, withArchive } from '../../call/with-archive.ts'

export async function findTombstones(call: Call): Promise<undefined> {
  const { texts } = call
  const messageId = normaliseMessageId(call.args[0] ?? '')
  if (messageId === null) throw badInput(texts, 'MESSAGE-ID', 'notAMessageId', 'writeMessageId')
  await withArchive(call, async (opened) => {
    const found: Tombstone[] = []
    for (const account of chosenAccounts(call, opened, call.given.text('account'))) {
      found.push(...(await findTombstonesByMessageId(opened.archive.pool, opened.archive, account.id, messageId)))
    }
    const day = (at: Date | null) => (at === null ? '-' : stockholmDate(at))
    call.report(
      found.map((each) => ({ ...each, id: `t${each.id}` })),
      () =>
        found.length === 0
          ? texts.nothingFound
          : table(
              call,
              [
                texts.headId,
                texts.headCase,
                texts.headRule,
                texts.headPurged,
                texts.headUntil,
                texts.headReappeared,
                texts.headLifted,
              ],
              found.map((each) => [
                `t${each.id}`,
                each.case,
                each.rule,
                day(each.purgedAt),
                each.until,
                day(each.reappearedAt),
                day(each.liftedAt),
              ]),
            ),
    )
  })
}

export async function lift(call: Call): Promise<undefined> {
  const id = parseId(call.args[0] ?? '', ['t'], call.texts)
  const reason = reasonOf(call)
  await withArchive(call, async (opened) => {
    const { id: staffId } = await deciderOf(call, opened)
    const account = await accountOf(call, opened, id)
    await liftPurge({ ...opened, account }, { staffId, reason, tombstoneId: id.number }, call.clock())
    call.report({ lifted: `t${id.number}` }, () => fill(call.texts.tombstoneLifted, { id: `t${id.number}` }))
  })
}
