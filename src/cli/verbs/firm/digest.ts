import { queueWeeklyLetter, sendQueued, type SentLetter } from '../../../pipeline/letters/outbox.ts'
import { gatherWeeklyLetter, writeWeeklyLetter } from '../../../pipeline/letters/weekly-letter.ts'
import { readStaff } from '../../../pipeline/setup/staff.ts'
import { describeError } from '../../../text/errors.ts'
import type { TextKey } from '../../../text/texts.ts'
import { fill } from '../../../text/wording/wording.ts'
import type { Call } from '../../call/call.ts'
import { EXIT, type ExitCode } from '../../call/exit-codes.ts'
import { exitCodeOf } from '../../call/failure.ts'
import { plain } from '../../../present/safe-text.ts'
import { withArchive } from '../../call/with-archive.ts'

export async function preview(call: Call): Promise<undefined> {
  await withArchive(call, async ({ archive }) => {
    const digest = await gatherWeeklyLetter(archive, call.clock())
    const letter = writeWeeklyLetter(digest, call.language)
    call.report({ ...digest, letter }, () => plain(`${letter.subject}\n\n${letter.text}`).trimEnd())
  })
}

const STATES = {
  queued: 'letterQueued',
  sending: 'letterSending',
  sent: 'letterSent',
  refused: 'letterRefused',
  unknown: 'letterUnknown',
  lapsed: 'letterLapsed',
  unreadable: 'letterUnreadable',
} as const satisfies Record<SentLetter['state'], TextKey>

export async function send(call: Call): Promise<ExitCode> {
  return withArchive(call, async ({ archive }) => {
    await queueWeeklyLetter(archive, 'cli', call.clock())
    const letters = await sendQueued(archive, call.clock)
    const names = new Map((await readStaff(archive)).staff.map(({ id, name }) => [id, name]))
    const problemOf = ({ problem }: SentLetter) => (problem === null ? '' : describeError(problem, call.language))
    call.report(
      letters.map((each) => ({
        id: each.id,
        staff: each.staffId,
        state: each.state,
        problem: each.problem?.code ?? null,
      })),
      () =>
        letters
          .map((each) =>
            fill(call.texts.digestSent, {
              id: each.id,
              name: plain(names.get(each.staffId) ?? '-'),
              state: fill(call.texts[STATES[each.state]], { problem: problemOf(each) }),
            }),
          )
          .join('\n'),
    )
    const unsent = letters.filter(({ state }) => state !== 'sent')
    if (unsent.length === 0) return EXIT.ok
    const problem = unsent.find((each) => each.problem !== null)?.problem
    return problem ? exitCodeOf(problem) : EXIT.failed
  })
}
