import type { Case, Evidence } from '../../core/classification.ts'
import {
  evaluate,
  intervalsOf,
  type EvaluationIntervals,
  type EvaluationReport,
  type EvaluationRow,
} from '../../core/learning/evaluation.ts'
import {
  LABELLED_OWN_ADDRESS,
  labelledInputs,
  parseLabelledLine,
  textKey,
  type LabelledMail,
} from '../../core/learning/labelled-mail.ts'
import { learn, learningExample } from '../../core/learning/learn.ts'
import { foldOf } from '../../core/learning/sampling.ts'
import { GallraError } from '../../errors.ts'
import { composeMessage } from '../../mail/smtp/compose.ts'
import { saveAccount, type Account } from '../../store/accounts.ts'
import type { Archive } from '../../store/archive.ts'
import { ensureFolder } from '../../store/mailbox/folders.ts'
import { getMessage } from '../../store/message/messages.ts'
import { openMessage } from '../../store/message/open-messages.ts'
import { ingest } from '../ingest/ingest.ts'
import type { Rules } from '../decide/rules.ts'

/** Judges each message with a model that has not seen its conversation. */
interface Folds {
  /** 1 keeps the whole file out of training; otherwise a fold is judged by what learned from the others. */
  count: number
  /** Always learned from, except what the file itself holds. */
  seed: readonly LabelledMail[]
}

interface EvaluationError {
  id: string
  expected: Case
  got: Case
  confidence: number
  uncertain: boolean
  evidence: Evidence[]
}

/**
 * Feeds labelled mail (one JSON object a line, UTF-8) in date order through the same code as real
 * mail and compares. `archive` is a scratch one: the messages stay in it.
 * @throws GallraError corpus-line-invalid with the line that cannot be read
 */
export async function evaluateCorpus(
  lines: AsyncIterable<string>,
  archive: Archive,
  rules: Rules,
  now: Date,
  folds: Folds | null = null,
): Promise<{ report: EvaluationReport; intervals: EvaluationIntervals; errors: EvaluationError[] }> {
  const labelled = await readLines(lines)
  const account = await scratchAccount(archive, now)
  const rulesFor = folds === null ? () => rules : foldedRules(labelled, rules, folds)
  const ids = await archiveInDateOrder(labelled, archive, account, rulesFor, now)
  const rows: EvaluationRow[] = []
  const errors: EvaluationError[] = []
  for (const label of labelled) {
    const id = ids.get(label.id)
    // Two equal messages are one message in the archive; only the first one's row is counted.
    if (id === undefined) continue
    const row = await getMessage(archive.pool, account.id, id)
    const { classification } = (await openMessage(archive.pool, archive, account.id, id)).evidence
    rows.push({
      conversation: label.conversation,
      expectedCase: label.case,
      expectedComplaint: label.complaint_thread,
      expectedAccounting: label.accounting_record,
      got: classification,
      keptLong: (row.retention?.labels ?? []).some(
        (each) => each.rule.startsWith('complaint-') && each.trigger !== 'in-doubt',
      ),
      onReview: row.state === 'review',
    })
    if (classification.case !== label.case) {
      const { confidence, uncertain, evidence } = classification
      errors.push({ id: label.id, expected: label.case, got: classification.case, confidence, uncertain, evidence })
    }
  }
  return { report: evaluate(rows), intervals: intervalsOf(rows), errors }
}

/**
 * The rules each message is judged by. Conversations stay whole; texts that are in the file are taken out of the seed.
 */
function foldedRules(
  labelled: readonly LabelledMail[],
  rules: Rules,
  { count, seed }: Folds,
): (mail: LabelledMail) => Rules {
  const judged = new Set(labelled.map(textKey))
  const prepare = (mails: readonly LabelledMail[]) =>
    labelledInputs(mails).map((one) => learningExample(one, rules.rulebook))
  const always = prepare(seed.filter((mail) => !judged.has(textKey(mail)))).map((one) => ({
    ...one,
    conversation: `seed ${one.conversation}`,
  }))
  const examples = prepare(labelled)
  const folded = Array.from({ length: count }, (_, fold): Rules => {
    const others = examples.filter((one) => foldOf(one.conversation, count) !== fold)
    return { ...rules, rulebook: { ...rules.rulebook, model: learn([...always, ...others], rules.rulebook) } }
  })
  return (mail) => folded[foldOf(mail.conversation, count)]!
}

async function readLines(lines: AsyncIterable<string>): Promise<LabelledMail[]> {
  const labelled: LabelledMail[] = []
  let number = 0
  for await (const text of lines) {
    number += 1
    if (text.trim() === '') continue
    labelled.push(readLine(text, number))
  }
  return labelled
}

function readLine(text: string, number: number): LabelledMail {
  try {
    return parseLabelledLine(text)
  } catch (cause) {
    throw new GallraError(
      'corpus-line-invalid',
      { line: number, problem: cause instanceof Error ? cause.message : String(cause) },
      { cause },
    )
  }
}

function scratchAccount(archive: Archive, now: Date): Promise<Account> {
  const own = { addresses: [LABELLED_OWN_ADDRESS], domains: ['promix.se'], staffAddresses: [], authservId: null }
  const login = { host: 'localhost', port: 0, security: 'none' as const, user: '', password: '', ca: null }
  return saveAccount(archive, { address: LABELLED_OWN_ADDRESS, ...login, own, folders: null }, now)
}

async function archiveInDateOrder(
  labelled: LabelledMail[],
  archive: Archive,
  account: Account,
  rulesFor: (mail: LabelledMail) => Rules,
  now: Date,
): Promise<Map<string, number>> {
  const folders = {
    inbox: { ...(await ensureFolder(archive, account.id, 'INBOX', 'inbox', now)), uidValidity: 1n },
    sent: { ...(await ensureFolder(archive, account.id, 'Sent', 'sent', now)), uidValidity: 1n },
  }
  const byId = new Map(labelled.map((label) => [label.id, label]))
  const ids = new Map<string, number>()
  let uid = 0
  for (const label of [...labelled].sort((a, b) => Date.parse(a.date) - Date.parse(b.date))) {
    uid += 1
    const source = await composeMessage({
      ...label,
      messageId: idOf(label.id),
      references: referencesOf(label, byId),
      date: new Date(label.date),
    })
    const folder = label.from.address.toLowerCase() === LABELLED_OWN_ADDRESS ? folders.sent : folders.inbox
    const raw = { uid, flags: [], internalDate: new Date(label.date), source, size: source.length }
    const { archived } = await ingest({ archive, account, rules: rulesFor(label), folder }, [raw], now)
    if (archived[0] !== undefined) ids.set(label.id, archived[0])
  }
  return ids
}

function idOf(id: string): string {
  return `<${id}@corpus.example.org>`
}

/** The whole chain back to the first message, oldest first, as mail programs write it. */
function referencesOf(label: LabelledMail, byId: Map<string, LabelledMail>): string[] {
  const chain: string[] = []
  let parent = label.in_reply_to
  while (parent !== null && chain.length < 50) {
    chain.unshift(idOf(parent))
    parent = byId.get(parent)?.in_reply_to ?? null
  }
  return chain
}
