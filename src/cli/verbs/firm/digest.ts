import { queueWeeklyLetter, sendQueued, type SentLetter } from '../../../pipeline/letters/outbox.ts'
import { gatherWeeklyLetter, writeWeeklyLetter } from '../../../pipeline/letters/weekly-letter.ts'
import { listStaff } from '../../../store/staff/staff.ts'
import { fill, type TextKey } from '../../../text/texts.ts'
import type { Call, Verb } from '../../call.ts'
import { EXIT, exitCodeOf, type ExitCode } from '../../exit-codes.ts'
import { plain } from '../../output.ts'
import { withArchive } from '../../with-archive.ts'

export const DIGEST_VERBS: readonly Verb[] = [
  { name: 'digest preview', about: 'aboutDigestPreview', act: preview },
  { name: 'digest send', about: 'aboutDigestSend', act: send },
]

async function preview(call: Call): Promise<undefined> {
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

async function send(call: Call): Promise<ExitCode> {
  return withArchive(call, async ({ archive }) => {
    await queueWeeklyLetter(archive, 'cli', call.clock())
    const letters = await sendQueued(archive, call.clock)
    const names = new Map((await listStaff(archive)).map(({ id, name }) => [id, name]))
    const problemOf = ({ problem }: SentLetter) => problem?.describe(call.language) ?? ''
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
