/**
 * What a person meant by what changed in the mailbox. Only a transition decides: a copy that left one folder and came
 * into another, a flag that was not there before. That something lies somewhere or has a flag decides nothing.
 */
import { CASES, type Case } from '../classification.ts'
import { caseOfKeyword, hasFlag } from '../message/flags.ts'

type TransitionKind = 'left' | 'came' | 'flags'

/** A change seen on the server. It came about after `sinceAt` (the look before) and not after `seenAt`. */
export interface Transition {
  id: number
  /**
   * `left`: a known copy is gone or marked \Deleted. `came`: a copy of a known message turned up. `flags`: a known copy
   * has others.
   */
  kind: TransitionKind
  messageId: number
  folderId: number
  /** Of `left` and `flags`: as known, what gallra may have set itself included. */
  before: string[]
  /** Of `came` and `flags`. */
  after: string[]
  /** Of `came`: the case its folder stands for. */
  case: Case | null
  sinceAt: Date
  seenAt: Date
}

/** A move that gallra intended; `doneAt` null: not known to be over. */
export interface OwnMove {
  id: number
  messageId: number
  toFolderId: number
  createdAt: Date
  doneAt: Date | null
}

/** What one person did with one message. */
export interface MailboxAct {
  messageId: number
  /** The case they said it is. */
  case: { is: Case; by: 'folder' | 'keyword'; sinceAt: Date } | null
  /** The star set (true) or taken off. */
  flagged: boolean | null
}

/** Where two corrections cannot be told apart in time, the one with the smaller number counts: it keeps longer. */
const SAFETY = { complaints: 0, privacy: 1, payments: 2, support: 3, other: 4 } as const satisfies Record<Case, number>

/** Whether `one` keeps longer than `other`, by the case alone. */
export function isSafer(one: Case, other: Case): boolean {
  return SAFETY[one] < SAFETY[other]
}

/**
 * The acts behind these transitions of any messages, and the ids of the transitions and moves of gallra's own
 * that are explained by it. The others wait: their other half may not have been read yet.
 */
export function readTransitions(
  transitions: Transition[],
  moves: OwnMove[],
): { acts: MailboxAct[]; used: number[]; moved: number[] } {
  const acts: MailboxAct[] = []
  const used: number[] = []
  const moved: number[] = []
  for (const messageId of new Set(transitions.map((one) => one.messageId))) {
    const own = transitions
      .filter((one) => one.messageId === messageId)
      .sort((a, b) => a.seenAt.getTime() - b.seenAt.getTime() || a.id - b.id)
    const { signs, ids, moveIds } = signsOf(
      own,
      moves.filter((one) => one.messageId === messageId),
    )
    used.push(...ids)
    moved.push(...moveIds)
    const act = { messageId, case: lastCase(signs), flagged: lastStar(signs) }
    if (act.case !== null || act.flagged !== null) acts.push(act)
  }
  return { acts, used, moved }
}

/** One thing that was done. */
interface Sign {
  cases: { is: Case; by: 'folder' | 'keyword' }[]
  flagged: boolean | null
  sinceAt: Date
  seenAt: Date
}

function signsOf(transitions: Transition[], moves: OwnMove[]): { signs: Sign[]; ids: number[]; moveIds: number[] } {
  const signs: Sign[] = []
  const ids: number[] = []
  const moveIds: number[] = []
  const { flags, left: lefts, came: arrived } = byKind(transitions)
  for (const change of flags) {
    signs.push({ ...flagSigns(change.before, change.after), sinceAt: change.sinceAt, seenAt: change.seenAt })
    ids.push(change.id)
  }
  // gallra's own first, so that a copy a person made meanwhile is not taken for its move.
  const arrivals = arrived
    .map((came) => ({ came, move: moves.find((move) => isOwn(came, move)) ?? null }))
    .sort((a, b) => Number(a.move === null) - Number(b.move === null) || rankOf(a.came.case) - rankOf(b.came.case))
  for (const { came, move } of arrivals) {
    const at = departureOf(came, lefts)
    if (at === -1) continue
    const [left] = lefts.splice(at, 1)
    ids.push(came.id, left!.id)
    if (move !== null) moveIds.push(move.id)
    const { cases, flagged } = flagSigns(left!.before, came.after)
    const isMove = move === null && came.case !== null && left!.folderId !== came.folderId
    signs.push({
      cases: isMove ? [{ is: came.case!, by: 'folder' }, ...cases] : cases,
      flagged,
      sinceAt: later(left!.sinceAt, came.sinceAt),
      seenAt: earlier(left!.seenAt, came.seenAt),
    })
  }
  return { signs, ids, moveIds }
}

function byKind(transitions: Transition[]): Record<TransitionKind, Transition[]> {
  const kinds: Record<TransitionKind, Transition[]> = { left: [], came: [], flags: [] }
  for (const one of transitions) kinds[one.kind].push(one)
  return kinds
}

/**
 * The copy that went when this one came: both happened at one moment, so the times between two looks have to overlap.
 */
function departureOf(came: Transition, lefts: Transition[]): number {
  const fits = (left: Transition) => left.sinceAt <= came.seenAt && came.sinceAt <= left.seenAt
  const elsewhere = lefts.findIndex((left) => fits(left) && left.folderId !== came.folderId)
  return elsewhere === -1 ? lefts.findIndex(fits) : elsewhere
}

function isOwn(came: Transition, move: OwnMove): boolean {
  return (
    move.toFolderId === came.folderId &&
    move.createdAt <= came.seenAt &&
    (move.doneAt === null || move.doneAt >= came.sinceAt)
  )
}

function flagSigns(before: string[], after: string[]): Pick<Sign, 'cases' | 'flagged'> {
  const added = after.filter((flag) => !hasFlag(before, flag))
  const cases = added.flatMap((flag) => caseOfKeyword(flag) ?? []).map((is) => ({ is, by: 'keyword' as const }))
  const [was, is] = [hasFlag(before, '\\Flagged'), hasFlag(after, '\\Flagged')]
  return { cases, flagged: was === is ? null : is }
}

/** The later of two corrections; of those that cannot be told apart in time the safest. */
function lastCase(signs: Sign[]): MailboxAct['case'] {
  let last: { is: Case; by: 'folder' | 'keyword'; sinceAt: Date; seenAt: Date } | null = null
  for (const sign of inTime(signs)) {
    for (const one of sign.cases) {
      const next = { ...one, sinceAt: sign.sinceAt, seenAt: sign.seenAt }
      if (last === null || next.sinceAt > last.seenAt || !isSafer(last.is, next.is)) last = next
    }
  }
  return last === null ? null : { is: last.is, by: last.by, sinceAt: last.sinceAt }
}

function lastStar(signs: Sign[]): boolean | null {
  let last: Sign | null = null
  for (const sign of inTime(signs)) {
    if (sign.flagged === null) continue
    if (last === null || sign.sinceAt > last.seenAt || sign.flagged) last = sign
  }
  return last?.flagged ?? null
}

function inTime(signs: Sign[]): Sign[] {
  return [...signs].sort((a, b) => a.seenAt.getTime() - b.seenAt.getTime() || a.sinceAt.getTime() - b.sinceAt.getTime())
}

function rankOf(is: Case | null): number {
  return is === null ? CASES.length : SAFETY[is]
}

function later(one: Date, other: Date): Date {
  return one > other ? one : other
}

function earlier(one: Date, other: Date): Date {
  return one < other ? one : other
}
