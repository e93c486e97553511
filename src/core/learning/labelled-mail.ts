/** Mail with known answers, one JSON object a line: the seed in `rules/seed` and what `evaluate` reads. */
import { z } from 'zod'
import { CASES, type Case, type ConversationContext } from '../classification.ts'
import { groupBy } from '../grouping.ts'
import type { ClassifyInput } from '../judgement/places.ts'
import { extractNewText } from '../quoting/quoting.ts'

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
export type LabelledMail = z.output<typeof line>

/** The mailbox the labelled mail was written to. */
export const LABELLED_OWN_ADDRESS = 'info@promix.se'
const OWN_DOMAIN = '@promix.se'

/** @throws Error saying what is wrong with the line */
export function parseLabelledLine(text: string): LabelledMail {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new Error('JSON', { cause })
  }
  const parsed = line.safeParse(value)
  if (parsed.success) return parsed.data
  throw new Error([...new Set(parsed.error.issues.map((issue) => issue.path.join('.')))].join(', '))
}

/** One labelled message as the classifier would meet it, with the true cases before it in its conversation. */
export interface LabelledInput {
  conversation: string
  case: Case
  input: ClassifyInput
  context: ConversationContext
}

/** In date order within each conversation. */
export function labelledInputs(mails: readonly LabelledMail[]): LabelledInput[] {
  const inOrder = [...mails].sort((a, b) => Date.parse(a.date) - Date.parse(b.date))
  return [...groupBy(inOrder, ({ conversation }) => conversation).values()].flatMap((ordered) =>
    ordered.map((mail, index) => {
      const earlierCases = ordered.slice(0, index).map((earlier) => earlier.case)
      return {
        conversation: mail.conversation,
        case: mail.case,
        input: classifyInputOf(mail),
        context: { earlierCases, openComplaint: earlierCases.includes('complaints') },
      }
    }),
  )
}

export function classifyInputOf(mail: LabelledMail): ClassifyInput {
  const senderIsStaff = mail.from.address.toLowerCase().endsWith(OWN_DOMAIN)
  const outside = mail.to.some((address) => !address.toLowerCase().endsWith(OWN_DOMAIN))
  return {
    from: [mail.from],
    subject: mail.subject,
    text: mail.body,
    newText: extractNewText(mail.body, { subject: mail.subject }).newText,
    attachments: mail.attachments.map((one) => ({ ...one, size: 0, sha256: '' })),
    signs: {
      autoSubmitted: '',
      precedence: '',
      listId: '',
      listUnsubscribe: '',
      returnPath: '',
      authenticationResults: [],
    },
    direction: senderIsStaff ? (outside ? 'outgoing' : 'internal') : 'incoming',
    senderIsStaff,
  }
}

/** What two copies of one labelled text have in common, wherever they are listed. */
export function textKey({ subject, body }: Pick<LabelledMail, 'subject' | 'body'>): string {
  return `${subject}\n${body}`
}
