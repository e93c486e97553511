import { CASES, type Case } from '../../../core/classification.ts'
import { keptMarks } from '../../../core/retention/foresight.ts'
import { listReviewQueue, openReviewItem, type ReviewItem } from '../../../pipeline/read/review-queue.ts'
import { approveReview, overrideCase, type Decider } from '../../../pipeline/decide/staff-decisions.ts'
import { withdrawApproval, withdrawOverride } from '../../../pipeline/decide/withdraw-decisions.ts'
import type { Opened } from '../../../pipeline/opening/open.ts'
import { nameOf } from '../../../text/names.ts'
import { fill } from '../../../text/wording/wording.ts'
import { badInput } from '../../call/bad-input.ts'
import type { Call } from '../../call/call.ts'
import { readKeys, type Keys } from '../../call/keyboard.ts'
import { reviewScreen } from './review-screen.ts'
import { reasonOf } from '../../call/deciding.ts'
import { chosenAccounts, deciderOf, withArchive } from '../../call/with-archive.ts'

const CLEAR = '\u001b[2J\u001b[3J\u001b[H'

interface Done {
  at: number
  accountId: number
  id: number
  act: 'decided' | 'approved' | 'skipped'
  overrideId: number | null
}

/** The dialogue is on stderr, so that stdout holds the result alone. */
export async function review(call: Call): Promise<undefined> {
  const { io, texts } = call
  const reason = call.given.has('reason') ? reasonOf(call) : texts.reviewReason
  if (io.stdin.isTTY !== true || io.stderr.isTTY !== true)
    throw badInput(texts, 'review next', 'reviewNoTerminal', 'reviewUseList')
  await withArchive(call, async (opened) => {
    const decider = { ...(await deciderOf(call, opened)), reason }
    const queue = await listReviewQueue(
      opened.archive,
      chosenAccounts(call, opened, call.given.text('account')),
      call.clock(),
    )
    const keys = readKeys(io.stdin)
    try {
      const done = queue.length === 0 ? [] : await goThrough({ call, opened, queue, keys, decider })
      const count = (act: Done['act']) => done.filter((each) => each.act === act).length
      const values = {
        decided: count('decided'),
        approved: count('approved'),
        skipped: count('skipped'),
        left: queue.length - count('decided') - count('approved'),
      }
      call.report({ ...values, messages: done.map(({ id, act }) => ({ id: `m${id}`, act })) }, () =>
        queue.length === 0 ? texts.reviewNothing : fill(texts.reviewSummary, values),
      )
    } finally {
      keys.close()
    }
  })
}

interface Session {
  call: Call
  opened: Opened
  queue: { accountId: number; id: number }[]
  keys: Keys
  decider: Decider
}

/** Until the queue ends or the person does. Returns what stands, in order. */
async function goThrough(session: Session): Promise<Done[]> {
  const { call, opened, queue, keys, decider } = session
  const done: Done[] = []
  const unopened = new Set<string>()
  let said = ''
  for (let at = 0; at < queue.length;) {
    const { accountId, id } = queue[at]!
    const account = opened.accounts.find((each) => each.id === accountId)!
    const reading = { archive: opened.archive, reader: decider, now: call.clock() }
    const review = await openReviewItem(reading, account, id, opened.rules.schedule)
    if (review.kind !== 'waiting') {
      if (review.kind === 'unreadable') unopened.add(`m${id}`)
      at += 1
      continue
    }
    const { item } = review
    call.io.stderr.write(
      `${CLEAR}${reviewScreen(call, opened.rules, item, { at: at + 1, count: queue.length, said })}\n`,
    )
    const key = await keyFor(keys)
    if (key === 'quit') break
    if (key === 'u') {
      const undone = done.pop()
      said =
        undone === undefined ? call.texts.reviewNothingToUndo : fill(call.texts.reviewUndone, { id: `m${undone.id}` })
      if (undone) await undo(session, undone)
      at = undone?.at ?? at
      continue
    }
    const decided = await decide(session, item, accountId, key)
    said = decided.said
    done.push({ at, accountId, id, act: decided.act, overrideId: decided.overrideId })
    at += 1
  }
  call.io.stderr.write(CLEAR)
  if (unopened.size > 0)
    call.note(fill(call.texts.messagesUnopened, { count: unopened.size, ids: [...unopened].join(' ') }))
  return done
}

type Key = Case | 'a' | 'n' | 'u' | 'quit'

async function keyFor(keys: Keys): Promise<Key> {
  for (;;) {
    const key = await keys.next()
    if (key === 'quit' || key === 'q') return 'quit'
    if (key === 'a' || key === 'n' || key === 'u') return key
    const chosen = /^[1-9]$/.test(key) ? CASES[Number(key) - 1] : undefined
    if (chosen !== undefined) return chosen
  }
}

async function decide(
  session: Session,
  { row }: ReviewItem,
  accountId: number,
  key: Exclude<Key, 'u' | 'quit'>,
): Promise<Pick<Done, 'act' | 'overrideId'> & { said: string }> {
  const { call, decider } = session
  const id = `m${row.id}`
  if (key === 'n') return { act: 'skipped', overrideId: null, said: '' }
  if (key === 'a') {
    await approveReview(contextOf(session, accountId), { ...decider, messageIds: [row.id] }, call.clock())
    return { act: 'approved', overrideId: null, said: fill(call.texts.reviewApproved, { id }) }
  }
  const overrideId = await overrideCase(
    contextOf(session, accountId),
    { ...decider, messageId: row.id, case: key, marks: keptMarks(row.marks, key) },
    call.clock(),
  )
  return {
    act: 'decided',
    overrideId,
    said: fill(call.texts.reviewDecided, { id, case: nameOf(call.language, 'messageCase', key) }),
  }
}

async function undo(session: Session, { accountId, id, act, overrideId }: Done): Promise<void> {
  const { call, decider } = session
  const context = contextOf(session, accountId)
  if (overrideId !== null) await withdrawOverride(context, { ...decider, messageId: id, overrideId }, call.clock())
  if (act === 'approved') await withdrawApproval(context, { ...decider, messageIds: [id] }, call.clock())
}

function contextOf({ opened }: Session, accountId: number) {
  return {
    archive: opened.archive,
    rules: opened.rules,
    account: opened.accounts.find((each) => each.id === accountId)!,
  }
}
