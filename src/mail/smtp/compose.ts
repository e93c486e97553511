import MailComposer from 'nodemailer/lib/mail-composer/index.js'
import type { Address } from '../../core/message/message.ts'

export interface Draft {
  messageId: string
  /** Message-IDs with brackets, oldest first; the last one is answered. */
  references: string[]
  from: Address
  to: string[]
  date: Date
  subject: string
  body: string
  attachments: { filename: string; contentType: string }[]
  headers?: Record<string, string>
}

/** An RFC 5322 source with text body; attachments get their name as content. */
export async function composeMessage(draft: Draft): Promise<Buffer> {
  const inReplyTo = draft.references.at(-1)
  return new MailComposer({
    messageId: draft.messageId,
    date: draft.date,
    from: draft.from,
    to: draft.to,
    subject: draft.subject,
    text: draft.body,
    attachments: draft.attachments.map((attachment) => ({ ...attachment, content: attachment.filename })),
    ...(draft.headers === undefined ? {} : { headers: draft.headers }),
    ...(inReplyTo === undefined ? {} : { inReplyTo, references: draft.references }),
  })
    .compile()
    .build()
}
