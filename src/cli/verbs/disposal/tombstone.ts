import { normaliseMessageId } from '../../../core/message/message-id.ts'
import { liftPurge } from '../../../pipeline/decide/staff-decisions.ts'
import * as read from '../../../pipeline/read/tombstones.ts'
import { tombstoneRows } from '../../../present/tombstones.ts'
import { fill } from '../../../text/wording/wording.ts'
import { badInput } from '../../call/bad-input.ts'
import type { Call } from '../../call/call.ts'
import { decided } from '../../call/deciding.ts'
import { table } from '../../call/table.ts'
import { chosenAccounts, withArchive } from '../../call/with-archive.ts'

export async function findTombstones(call: Call): Promise<undefined> {
  const { texts } = call
  const messageId = normaliseMessageId(call.args[0] ?? '')
  if (messageId === null) throw badInput(texts, 'MESSAGE-ID', 'notAMessageId', 'writeMessageId')
  await withArchive(call, async (opened) => {
    const accounts = chosenAccounts(call, opened, call.given.text('account'))
    const found = await read.findTombstones(opened.archive, accounts, messageId)
    call.report(found, () => (found.length === 0 ? texts.nothingFound : table(call, tombstoneRows(call, found))))
  })
}

export async function lift(call: Call): Promise<undefined> {
  await decided(call, ['t'], async ({ context, decider, id }) => {
    await liftPurge(context, { ...decider, tombstoneId: id.number }, call.clock())
    call.report({ lifted: `t${id.number}` }, () => fill(call.texts.tombstoneLifted, { id: `t${id.number}` }))
  })
}
