import * as mimeFuncs from 'nodemailer/lib/mime-funcs/index.js'
import * as qp from 'nodemailer/lib/qp/index.js'
import type { Letter, Person, SampleFile } from './message.ts'

interface Part {
  headers: string[]
  body: string
}

/**
 * The letter as RFC 5322 source. nodemailer's composer only answers asynchronously and knows
 * nothing but UTF-8; old mail in Latin-1 is half of what a Swedish mailbox holds.
 */
export function buildSource(letter: Letter): Buffer {
  const part = contentOf(letter)
  const headers = [
    `Date: ${letter.date.toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${letter.messageId}>`,
    `From: ${formatAddress(letter.from)}`,
    ...(letter.replyTo === undefined ? [] : [`Reply-To: ${formatAddress(letter.replyTo)}`]),
    `To: ${formatAddress(letter.to)}`,
    `Subject: ${mimeFuncs.encodeWords(letter.subject, 'Q', 52)}`,
    ...threadHeaders(letter.references),
    ...(letter.extraHeaders ?? []).map(([name, value]) => `${name}: ${value}`),
    'MIME-Version: 1.0',
    ...part.headers,
  ]
  return Buffer.from(`${headers.join('\r\n')}\r\n\r\n${part.body}\r\n`, 'latin1')
}

function formatAddress({ name, address }: Person): string {
  if (name === '') return address
  const phrase = /^[\x20-\x7e]*$/.test(name) ? `"${name}"` : mimeFuncs.encodeWords(name, 'Q', 52)
  return `${phrase} <${address}>`
}

function threadHeaders(references: string[]): string[] {
  const last = references.at(-1)
  if (last === undefined) return []
  return [`In-Reply-To: <${last}>`, `References: ${references.map((id) => `<${id}>`).join('\r\n ')}`]
}

function contentOf(letter: Letter): Part {
  const plain = textPart(letter, 'plain', letter.text)
  const text =
    letter.html === true
      ? multipart('alternative', `alt-${letter.messageId}`, [plain, textPart(letter, 'html', renderHtml(letter.text))])
      : plain
  const files = letter.files ?? []
  return files.length === 0 ? text : multipart('mixed', `mix-${letter.messageId}`, [text, ...files.map(filePart)])
}

function multipart(subtype: string, name: string, parts: Part[]): Part {
  const boundary = `=_${name.replace(/[^A-Za-z0-9-]/g, '-')}`
  const body = parts.map((part) => `--${boundary}\r\n${part.headers.join('\r\n')}\r\n\r\n${part.body}\r\n`).join('')
  return { headers: [`Content-Type: multipart/${subtype}; boundary="${boundary}"`], body: `${body}--${boundary}--` }
}

function textPart(
  { charset = 'utf-8', transferEncoding = 'quoted-printable' }: Letter,
  subtype: string,
  text: string,
): Part {
  const octets = Buffer.from(text.replace(/\n/g, '\r\n'), charset === 'utf-8' ? 'utf8' : 'latin1')
  return {
    headers: [`Content-Type: text/${subtype}; charset=${charset}`, `Content-Transfer-Encoding: ${transferEncoding}`],
    body: encode(octets, transferEncoding),
  }
}

function encode(octets: Buffer, transferEncoding: string): string {
  if (transferEncoding === '8bit') return octets.toString('latin1')
  if (transferEncoding === 'quoted-printable') return qp.wrap(qp.encode(octets))
  return octets.toString('base64').replace(/.{76}/g, '$&\r\n')
}

function filePart({ filename, contentType, content }: SampleFile): Part {
  return {
    headers: [
      `Content-Type: ${contentType}; name="${filename}"`,
      `Content-Disposition: attachment; filename="${filename}"`,
      'Content-Transfer-Encoding: base64',
    ],
    body: encode(content, 'base64'),
  }
}

function renderHtml(text: string): string {
  const escaped = text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
  const paragraphs = escaped.split('\n\n').map((paragraph) => `<p>${paragraph.replace(/\n/g, '<br>\n')}</p>`)
  return `<html><body style="font-family:Calibri,sans-serif">\n${paragraphs.join('\n')}\n</body></html>`
}
