export interface MailParts {
  id: string
  from: string
  to?: string
  subject: string
  body: string
  date?: string
  references?: string[]
  headers?: string[]
}

/** A small RFC 5322 source; what a test needs to say and nothing more. */
export function mail(parts: MailParts): Buffer {
  const references = parts.references ?? []
  const lines = [
    ...(parts.headers ?? []),
    `From: ${parts.from}`,
    `To: ${parts.to ?? 'info@promix.se'}`,
    `Subject: ${parts.subject}`,
    `Date: ${new Date(parts.date ?? '2026-03-01T10:00:00Z').toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${parts.id}>`,
    ...(references.length > 0
      ? [`In-Reply-To: <${references.at(-1)}>`, `References: ${references.map((id) => `<${id}>`).join(' ')}`]
      : []),
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    '',
    ...parts.body.split('\n'),
    '',
  ]
  return Buffer.from(lines.join('\r\n'))
}
