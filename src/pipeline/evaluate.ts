import { z } from 'zod'
import { CASES, type Case, type Evidence } from '../core/classification.ts'
import { evaluate, type EvaluationReport, type EvaluationRow } from '../core/evaluation.ts'
import { GallraError } from '../errors.ts'
import { composeMessage } from '../mail/compose.ts'
import { saveAccount, type Account } from '../store/accounts.ts'
import type { Archive } from '../store/archive.ts'
import { ensureFolder } from '../store/folders.ts'
import { getMessage, openMessage } from '../store/messages.ts'
import { ingest } from './ingest.ts'
import type { Rules } from './rules.ts'

/** The mailbox the labelled mail was written to. */
const OWN_ADDRESS = 'info@promix.se'

const line = z.object({
  id: z.string().min(1),
  conversation: z.string(),
  in_reply_to: z.string().nullable(),
  date: z.iso.datetime({ offset: true }),
  from: z.object({ name: z.string(), address: z.string() }),
  to: z.array(z.string()),
  subject: z.string(),
  body: z.string(),
  attachments: z.array(z.object({ filename: z.string(), contentType: z.string() })),
  case: z.enum(CASES),
  complaint_thread: z.boolean(),
  accounting_record: z.boolean(),
})
type LabelledMessage = z.output<typeof line>

export interface EvaluationError {
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
): Promise<{ report: EvaluationReport; errors: EvaluationError[] }> {
  const labelled = await readLines(lines)
  const account = await scratchAccount(archive, now)
  const ids = await archiveInDateOrder(labelled, archive, account, rules, now)
  const rows: EvaluationRow[] = []
  const errors: EvaluationError[] = []
  for (const label of labelled) {
    const id = ids.get(label.id)
    // Two equal messages are one message in the archive; the first one's row stands for both.
    if (id === undefined) continue
    const row = await getMessage(archive.pool, account.id, id)
    const { classification } = (await openMessage(archive.pool, archive, account.id, id)).evidence
    rows.push({
      conversation: label.conversation,
      expectedCase: label.case,
      expectedComplaint: label.complaint_thread,
      expectedAccounting: label.accounting_record,
      got: classification,
      keptLong: (row.retention?.labels ?? []).some((each) => each.rule.startsWith('complaint-') && each.trigger !== 'in-doubt'),
      onReview: row.state === 'review',
    })
    if (classification.case !== label.case) {
      const { confidence, uncertain, evidence } = classification
      errors.push({ id: label.id, expected: label.case, got: classification.case, confidence, uncertain, evidence })
    }
  }
  return { report: evaluate(rows), errors }
}

async function readLines(lines: AsyncIterable<string>): Promise<LabelledMessage[]> {
  const labelled: LabelledMessage[] = []
  let number = 0
  for await (const text of lines) {
    number += 1
    if (text.trim() === '') continue
    labelled.push(readLine(text, number))
  }
  return labelled
}

function readLine(text: string, number: number): LabelledMessage {
  try {
    return line.parse(JSON.parse(text))
  } catch (cause) {
    const problem = cause instanceof z.ZodError ? [...new Set(cause.issues.map((issue) => issue.path.join('.')))].join(', ') : 'JSON'
    throw new GallraError('corpus-line-invalid', { line: number, problem }, { cause })
  }
}

function scratchAccount(archive: Archive, now: Date): Promise<Account> {
  const own = { addresses: [OWN_ADDRESS], domains: ['promix.se'], staffAddresses: [], authservId: null }
  const login = { host: 'localhost', port: 0, security: 'none' as const, user: '', password: '', ca: null }
  return saveAccount(archive, { address: OWN_ADDRESS, ...login, own, folders: null }, now)
}

async function archiveInDateOrder(
  labelled: LabelledMessage[],
  archive: Archive,
  account: Account,
  rules: Rules,
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
    const source = await composeMessage({ ...label, messageId: idOf(label.id), references: referencesOf(label, byId), date: new Date(label.date) })
    const folder = label.from.address.toLowerCase() === OWN_ADDRESS ? folders.sent : folders.inbox
    const raw = { uid, flags: [], internalDate: new Date(label.date), source, size: source.length }
    const { archived } = await ingest({ archive, account, rules, folder }, [raw], now)
    if (archived[0] !== undefined) ids.set(label.id, archived[0])
  }
  return ids
}

function idOf(id: string): string {
  return `<${id}@corpus.example.org>`
}

/** The whole chain back to the first message, oldest first, as mail programs write it. */
function referencesOf(label: LabelledMessage, byId: Map<string, LabelledMessage>): string[] {
  const chain: string[] = []
  let parent = label.in_reply_to
  while (parent !== null && chain.length < 50) {
    chain.unshift(idOf(parent))
    parent = byId.get(parent)?.in_reply_to ?? null
  }
  return chain
}
