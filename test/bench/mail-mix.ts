import { createHash } from 'node:crypto'
import * as mimeFuncs from 'nodemailer/lib/mime-funcs/index.js'
import * as qp from 'nodemailer/lib/qp/index.js'
import { letter, person, subject, type Person } from './letters.ts'
import { noise, Random } from './random.ts'

/**
 * `small`: mean 6 KB, no attachments. `attachments`: mean 140 KB; of every hundred, eighty carry no
 * file, fifteen one of 37 to 222 KB and five one of 0.75 to 2.2 MB (base64 adds a third). `giants`: as
 * `attachments`, and every fiftieth message is of 50 MB.
 */
export type Mix = 'small' | 'attachments' | 'giants'

export interface MixedMessage {
  folder: 'INBOX' | 'Sent'
  date: Date
  seen: boolean
  source: Buffer
}

export const FIRM: Person = {
  name: 'PROMIX kundtjänst',
  address: 'info@promix.se',
  phone: '031-123 45 67',
  language: 'sv',
}

const START = Date.UTC(2025, 10, 1)
/** Conversations under way at the same time: replies lie this far apart in the folder. */
const UNDER_WAY = 60

interface Conversation {
  customer: Person
  subject: string
  ids: string[]
  left: number
  lastText: string
}

/**
 * The messages in the order they came in; four in ten from the firm's Sent folder, most in conversations of up to six.
 */
export function* mailMix(mix: Mix, count: number, seed = 1): Generator<MixedMessage> {
  const random = new Random(seed)
  const customers: Person[] = []
  const underWay: Conversation[] = []
  for (let number = 0; number < count; number += 1) {
    let conversation =
      underWay.length >= UNDER_WAY || (underWay.length > 0 && random.chance(0.55)) ? random.pick(underWay) : null
    if (conversation === null) {
      // Three in five are new: a shop's mailbox grows by its customers.
      const customer =
        customers.length > 0 && random.chance(0.4) ? random.pick(customers) : person(random, customers.length)
      if (!customers.includes(customer)) customers.push(customer)
      conversation = {
        customer,
        subject: subject(random, customer.language),
        ids: [],
        left: random.between(1, 6),
        lastText: '',
      }
      underWay.push(conversation)
    }
    const fromFirm = conversation.ids.length % 2 === 1
    const date = new Date(START + Math.floor((number * 365 * 86_400_000) / Math.max(count, 1) / 1000) * 1000)
    yield {
      folder: fromFirm ? 'Sent' : 'INBOX',
      date,
      seen: random.chance(0.7),
      source: build(random, mix, conversation, fromFirm, number, date),
    }
    conversation.left -= 1
    if (conversation.left <= 0) underWay.splice(underWay.indexOf(conversation), 1)
  }
}

function build(
  random: Random,
  mix: Mix,
  conversation: Conversation,
  fromFirm: boolean,
  number: number,
  date: Date,
): Buffer {
  const writer = fromFirm ? { ...FIRM, language: conversation.customer.language } : conversation.customer
  const reader = fromFirm ? conversation.customer : FIRM
  const id = `${createHash('md5').update(`${number}`).digest('hex')}.${number}@${writer.address.split('@')[1] ?? ''}`
  const quoted = conversation.ids.length > 0 && random.chance(0.8) ? conversation.lastText.slice(0, 1500) : null
  const text = letter(random, writer, random.between(700, 4150), quoted)
  const body = textBody(random, text, number)
  const file = mix === 'small' ? null : mix === 'giants' && number % 50 === 49 ? giant(random) : fileOf(random)
  const content = file === null ? body : multipart('mixed', `mix${number}`, [body, file])
  const answers = conversation.ids.length > 0
  const prefix = writer.language === 'sv' ? 'Sv: ' : 'Re: '
  const subject = `${answers ? prefix : ''}${conversation.subject}`
  const headers = [
    ...(fromFirm ? [] : transport(random, writer, date)),
    `From: ${formatAddress(writer)}`,
    `To: ${formatAddress(reader)}`,
    `Subject: ${mimeFuncs.encodeWords(subject, 'Q', 52)}`,
    `Date: ${date.toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${id}>`,
    ...(answers
      ? [
          `In-Reply-To: <${conversation.ids.at(-1) ?? ''}>`,
          `References: ${conversation.ids.map((one) => `<${one}>`).join('\r\n ')}`,
        ]
      : []),
    'X-Mailer: Microsoft Outlook 16.0',
    'MIME-Version: 1.0',
    ...content.headers,
  ]
  conversation.ids.push(id)
  conversation.lastText = text
  return Buffer.concat([Buffer.from(`${headers.join('\r\n')}\r\n\r\n`, 'latin1'), content.body, Buffer.from('\r\n')])
}

interface Part {
  headers: string[]
  body: Buffer
}

function transport(random: Random, writer: Person, date: Date): string[] {
  const received = Array.from(
    { length: random.between(2, 4) },
    () =>
      `Received: from mx${random.between(1, 9)}.example.net (mx.example.net ` +
      `[192.0.2.${random.between(1, 254)}])\r\n\tby mail.promix.se (Postfix) with ESMTPS id ` +
      `${noise(random, 6).toString('hex').toUpperCase()}\r\n\tfor <info@promix.se>; ` +
      date.toUTCString().replace('GMT', '+0000'),
  )
  const signature = noise(random, 256).toString('base64').replace(/.{70}/g, '$&\r\n ')
  return [
    `Return-Path: <${writer.address}>`,
    'Delivered-To: info@promix.se',
    ...received,
    `DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=${writer.address.split('@')[1] ?? ''}; ` +
      `s=sel1;\r\n h=from:to:subject:date:message-id:mime-version:content-type;\r\n b=${signature}`,
    'Authentication-Results: mail.promix.se; dmarc=pass',
  ]
}

/** Of a hundred: 55 plain (quoted-printable, 8bit, base64; a tenth in Latin-1), 45 with HTML beside it. */
function textBody(random: Random, text: string, number: number): Part {
  if (random.chance(0.55)) return textPart(random, 'plain', text, random.chance(0.1) ? 'iso-8859-1' : 'utf-8')
  return multipart('alternative', `alt${number}`, [
    textPart(random, 'plain', text, 'utf-8'),
    textPart(random, 'html', html(text), 'utf-8'),
  ])
}

function textPart(random: Random, subtype: string, text: string, charset: 'utf-8' | 'iso-8859-1'): Part {
  const octets = Buffer.from(text.replace(/\n/g, '\r\n'), charset === 'utf-8' ? 'utf8' : 'latin1')
  const encoding = random.pick(['quoted-printable', 'quoted-printable', 'quoted-printable', '8bit', 'base64'])
  const body =
    encoding === 'quoted-printable'
      ? Buffer.from(qp.wrap(qp.encode(octets)))
      : encoding === '8bit'
        ? octets
        : base64(octets)
  return {
    headers: [`Content-Type: text/${subtype}; charset=${charset}`, `Content-Transfer-Encoding: ${encoding}`],
    body,
  }
}

const FILES = [
  ['application/pdf', 'pdf'],
  ['image/jpeg', 'jpg'],
  ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'docx'],
] as const

function fileOf(random: Random): Part | null {
  const share = random.fraction()
  if (share < 0.8) return null
  const content = noise(random, share < 0.95 ? random.between(37_000, 222_000) : random.between(750_000, 2_230_000))
  return filePart(random, base64(content))
}

/** Twelve pieces of 4 MB in whole lines, for the pool of noise holds no more. */
function giant(random: Random): Part {
  return filePart(random, Buffer.concat(Array.from({ length: 12 }, () => base64(noise(random, 57 * 52_600)))))
}

function filePart(random: Random, body: Buffer): Part {
  const [contentType, extension] = random.pick(FILES)
  const name = `underlag ${random.between(1, 9999)}.${extension}`
  return {
    headers: [
      `Content-Type: ${contentType}; name="${name}"`,
      `Content-Disposition: attachment; filename="${name}"`,
      'Content-Transfer-Encoding: base64',
    ],
    body,
  }
}

function multipart(subtype: string, boundary: string, parts: Part[]): Part {
  const pieces = parts.flatMap((part) => [
    Buffer.from(`--=_${boundary}\r\n${part.headers.join('\r\n')}\r\n\r\n`),
    part.body,
    Buffer.from('\r\n'),
  ])
  return {
    headers: [`Content-Type: multipart/${subtype}; boundary="=_${boundary}"`],
    body: Buffer.concat([...pieces, Buffer.from(`--=_${boundary}--`)]),
  }
}

function html(text: string): string {
  const escaped = text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
  const paragraphs = escaped
    .split('\n\n')
    .map((one) => `<p style="margin:0cm 0cm 8pt;line-height:107%">${one.replace(/\n/g, '<br>\n')}</p>`)
  return (
    '<html><head><style>p{margin:0 0 8pt 0}</style></head><body ' +
    `style="font-family:Calibri,sans-serif">\n${paragraphs.join('\n')}\n</body></html>`
  )
}

function base64(octets: Buffer): Buffer {
  return Buffer.from(octets.toString('base64').replace(/.{76}/g, '$&\r\n'), 'latin1')
}

function formatAddress({ name, address }: Person): string {
  const phrase = /^[\x20-\x7e]*$/.test(name) ? `"${name}"` : mimeFuncs.encodeWords(name, 'Q', 52)
  return `${phrase} <${address}>`
}
