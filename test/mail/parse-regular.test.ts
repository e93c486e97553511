import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { sampleMailbox } from '../../src/demo/sample/mailbox.ts'
import { composeMessage } from '../../src/mail/smtp/compose.ts'
import { parseBody, type BodyParts } from '../../src/mail/parse/parse-body.ts'
import { regularBody } from '../../src/mail/parse/parse-regular.ts'
import { mailMix } from '../bench/mail-mix.ts'

/** Octets of attachments by their hash: comparing megabytes one by one takes minutes. */
const comparable = (parts: BodyParts) => ({ ...parts, attachments: parts.attachments.map((one) => one.attachment) })

/** How many were accepted; each of them must read as mailparser reads it. */
async function compare(sources: Buffer[]): Promise<number> {
  let accepted = 0
  for (const source of sources) {
    const short = regularBody(source)
    if (short === null) continue
    accepted += 1
    expect(comparable(short), source.toString('latin1').slice(0, 3000)).toEqual(comparable(await parseBody(source)))
  }
  return accepted
}

const sample = sampleMailbox(new Date('2026-11-24T12:00:00Z')).map((one) => one.source)
const small = [...mailMix('small', 300, 5)].map((one) => one.source)

it('reads the sample mailbox as mailparser does', async () => {
  expect(await compare(sample)).toBeGreaterThan(sample.length * 0.95)
})

it('reads generated mail as mailparser does, attachments included', async () => {
  const attached = [...mailMix('attachments', 120, 6)].map((one) => one.source)
  expect(await compare([...small, ...attached])).toBeGreaterThan(400)
})

it('reads the labelled corpus, composed by nodemailer, as mailparser does', async () => {
  const lines = readFileSync(join(import.meta.dirname, '..', 'corpus', 'dev.jsonl'), 'utf8')
    .trim()
    .split('\n')
  const sources = await Promise.all(
    lines.map((line) => {
      const letter = JSON.parse(line) as Omit<
        Parameters<typeof composeMessage>[0],
        'messageId' | 'references' | 'date'
      > & { id: string; date: string }
      return composeMessage({
        ...letter,
        messageId: `<${letter.id}@example.org>`,
        references: [],
        date: new Date(letter.date),
      })
    }),
  )
  expect(await compare(sources)).toBeGreaterThan(lines.length * 0.95)
})

const head = 'From: alice@example.se\r\nMIME-Version: 1.0\r\n'
const whole = (fields: string, body: string): string => `${head}${fields}\r\n\r\n${body}`
const parts = (type: string, ...list: string[]): string =>
  whole(`Content-Type: ${type}; boundary=b`, `${list.map((one) => `--b\r\n${one}\r\n`).join('')}--b--\r\n`)
const PLAIN = 'Content-Type: text/plain\r\n\r\nHej'
const HTML = 'Content-Type: text/html\r\n\r\n<p>Hej</p>'

const REGULAR: Record<string, string> = {
  'no MIME fields': `${head}\r\nHej\r\n`,
  'an empty body': whole('Content-Type: text/plain', ''),
  'Latin-1 as 8bit': whole('Content-Type: text/plain; charset=iso-8859-1', 'R\u00e4ksm\u00f6rg\u00e5s'),
  'Windows-1252': whole(
    'Content-Type: text/plain; charset="Windows-1252"\r\nContent-Transfer-Encoding: quoted-printable',
    '=80 100 =96 =E5',
  ),
  'format=flowed': whole(
    'Content-Type: text/plain; format=flowed; delsp=yes',
    'lång \r\nrad \r\n> citat \r\n> mer\r\n-- \r\nA',
  ),
  'HTML alone': whole('Content-Type: text/html; charset=utf-8', '<p>Hej</p>'),
  'plain text and HTML side by side': parts('multipart/mixed', PLAIN, HTML, PLAIN),
  'two plain parts': parts('multipart/mixed', PLAIN, PLAIN),
  'an alternative': parts('multipart/alternative', PLAIN, HTML),
  'a text attachment': parts(
    'multipart/mixed',
    PLAIN,
    'Content-Type: text/plain; name="a.txt"\r\nContent-Disposition: attachment; filename="a.txt"\r\n\r\nbilaga',
  ),
  'an octet stream with a name': parts(
    'multipart/mixed',
    'Content-Type: application/octet-stream; name="a.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\nSGVq',
  ),
  'a name in RFC 2231 form': parts(
    'multipart/mixed',
    "Content-Type: application/pdf\r\nContent-Disposition: attachment; filename*=utf-8''r%C3%A4ka.pdf\r\n" +
      'Content-Transfer-Encoding: base64\r\n\r\nSGVq',
  ),
  'a name in encoded words': parts(
    'multipart/mixed',
    'Content-Type: application/pdf; name="=?utf-8?Q?r=C3=A4ka=2Epdf?="\r\nContent-Transfer-Encoding: ' +
      'base64\r\n\r\nSGVq\r\nSGVq',
  ),
  'related images': parts(
    'multipart/related',
    '\r\nHej',
    'Content-Type: image/png\r\nContent-ID: <c1>\r\nContent-Disposition: inline\r\nContent-Transfer-Encoding: ' +
      'base64\r\n\r\nSGVqIQ==',
  ),
  'a preamble and an epilogue': whole(
    'Content-Type: multipart/mixed; boundary="b"',
    `Detta är MIME\r\n--b\r\n${PLAIN}\r\n--b--\r\nefteråt\r\n--b\r\n`,
  ),
  'boundaries that begin alike': whole(
    'Content-Type: multipart/mixed; boundary=b',
    '--b\r\nContent-Type: multipart/alternative; ' +
      `boundary=bb\r\n\r\n--bb\r\n${PLAIN}\r\n--bb\r\n${HTML}\r\n--bb--\r\n--b\r\n${PLAIN}\r\n--b--`,
  ),
  'an empty part': parts('multipart/mixed', PLAIN, '\r\n'),
}

it.each(Object.entries(REGULAR))('reads %s without mailparser, and as it does', async (_what, text) => {
  expect(await compare([Buffer.from(text, 'latin1')])).toBe(1)
})

const IRREGULAR: Record<string, string> = {
  'an embedded message': parts('multipart/mixed', PLAIN, 'Content-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\nHej'),
  'a missing closing delimiter': whole('Content-Type: multipart/mixed; boundary=b', `--b\r\n${PLAIN}\r\n`),
  'broken base64': whole('Content-Type: text/plain\r\nContent-Transfer-Encoding: base64', 'SGV\r\nqIQ=='),
  'alien octets in base64': whole('Content-Type: text/plain\r\nContent-Transfer-Encoding: base64', 'SG-Vq!=='),
  'blanks at line ends in quoted-printable': whole(
    'Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable',
    'a =20 \r\nb',
  ),
  'UTF-7': whole('Content-Type: text/plain; charset=utf-7', '+ADw-'),
  'a comment in a field': whole('Content-Type: text/plain (hej); charset=utf-8', 'Hej'),
  'a field twice': whole('Content-Type: text/plain\r\nContent-Type: text/html', 'Hej'),
  'bare line feeds in the header': 'From: a@b.se\nContent-Type: text/html\n\nHej',
  'a delimiter behind a bare carriage return': whole(
    'Content-Type: multipart/mixed; boundary=b',
    `--b\r\n${PLAIN}\r--b\r\n${PLAIN}\r\n--b--\r\n`,
  ),
}

it.each(Object.entries(IRREGULAR))('leaves %s to mailparser', (_what, text) => {
  expect(regularBody(Buffer.from(text, 'latin1'))).toBeNull()
})

/** Pieces that change what a message means, put where they hurt. */
const INSERTED = [
  '\r\n',
  '\n',
  '\r',
  '\r\n\r\n',
  '--',
  '=',
  '=\r\n',
  '=3D',
  '==',
  ' ',
  '\t',
  ';',
  '"',
  '(',
  ')',
  '\\',
  '\0',
  '\xff',
  '\xe4',
  '=?utf-8?Q?=C3=A4?=',
  'Content-Type: text/html\r\n',
  'Content-Transfer-Encoding: base64\r\n',
  'Content-Disposition: attachment\r\n',
  '; charset=iso-8859-1',
  '; charset=utf-16',
  '; format=flowed',
  '; boundary=b',
  '; name*0=a; name*1=b',
  "; name*=utf-8''%C3%A4",
  '\r\n--b\r\n',
  '\r\n--b--\r\n',
  'multipart/',
  'message/rfc822',
  '-',
  '_',
  '\u00a0',
  '<p>',
]
const seeds = [...sample.slice(0, 60), ...small.slice(0, 40)]
  .map((one) => one.toString('latin1'))
  .filter((one) => one.length < 9000)
const fixtures = [...Object.values(REGULAR), ...Object.values(IRREGULAR), ...seeds]

const mutation = fc.record({
  base: fc.nat(fixtures.length - 1),
  edits: fc.array(
    fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      cut: fc.nat(12),
      piece: fc.nat(INSERTED.length),
      line: fc.boolean(),
    }),
    { minLength: 1, maxLength: 5 },
  ),
})

function mutate({
  base,
  edits,
}: {
  base: number
  edits: { at: number; cut: number; piece: number; line: boolean }[]
}): Buffer {
  let text = fixtures[base] ?? ''
  for (const { at, cut, piece, line } of edits) {
    // Fields and delimiters stand at line starts; a quarter of the text is where most of them are.
    const place = Math.floor(at * at * text.length)
    const from = line ? text.indexOf('\n', place) + 1 : place
    text = text.slice(0, from) + (INSERTED[piece] ?? '') + text.slice(from + (piece % 3 === 0 ? cut : 0))
  }
  return Buffer.from(text, 'latin1')
}

it('reads no mutated message otherwise than mailparser does', async () => {
  let accepted = 0
  await fc.assert(
    fc.asyncProperty(mutation, async (change) => {
      accepted += await compare([mutate(change)])
    }),
    { numRuns: Number(process.env['GALLRA_MUTATIONS'] ?? 600), seed: Number(process.env['GALLRA_SEED'] ?? 20261125) },
  )
  expect(accepted).toBeGreaterThan(100)
})
