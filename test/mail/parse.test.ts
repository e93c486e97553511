import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { htmlText } from '../../src/mail/parse/html-text.ts'
import { MAX_TEXT_LENGTH, parseMessage } from '../../src/mail/parse/parse.ts'
import { safeFilename } from '../../src/mail/parse/parse-body.ts'
import { headerDate } from '../../src/mail/parse/parse-headers.ts'

const HEAD =
  'From: Alice <Alice@Exempel.se>\r\nTo: info@exempel.se\r\nSubject: Hej\r\nMessage-ID: ' +
  '<a1@exempel.se>\r\nDate: Sun, 01 Mar 2026 10:00:00 +0100\r\nMIME-Version: 1.0\r\n'

function mail(rest: string, head = HEAD): Buffer {
  return Buffer.from(head + rest, 'latin1')
}

function mixed(...parts: string[]): Buffer {
  return mail(
    `Content-Type: multipart/mixed; boundary=b\r\n\r\n${parts.map((part) => `--b\r\n${part}\r\n`).join('')}--b--\r\n`,
  )
}

const PLAIN = 'Content-Type: text/plain; charset=utf-8\r\n\r\nHej'

describe('parse', () => {
  it('reads the fields that the core works on', async () => {
    const source = mail(
      'In-Reply-To: <p@exempel.se>\r\nReferences: <q@exempel.se>\r\n <p@exempel.se>\r\nCc: "Bob, B" ' +
        '<bob@exempel.se>, Lag: carol@exempel.se;\r\nAuto-Submitted: auto-replied\r\nAuthentication-Results: ' +
        'mx.exempel.se;\r\n dmarc=pass\r\nAuthentication-Results: annan; dmarc=fail\r\n\r\nHej!\r\n\r\nAlice\r\n',
    )
    const { message, failed, problems } = await parseMessage(source)
    expect({ failed, problems }).toEqual({ failed: false, problems: [] })
    expect(message).toMatchObject({
      messageId: 'a1@exempel.se',
      inReplyTo: ['p@exempel.se'],
      references: ['q@exempel.se', 'p@exempel.se'],
      from: [{ name: 'Alice', address: 'alice@exempel.se' }],
      cc: [
        { name: 'Bob, B', address: 'bob@exempel.se' },
        { name: '', address: 'carol@exempel.se' },
      ],
      date: new Date('2026-03-01T09:00:00Z'),
      subject: 'Hej',
      text: 'Hej!\n\nAlice',
      signs: {
        autoSubmitted: 'auto-replied',
        authenticationResults: ['mx.exempel.se; dmarc=pass', 'annan; dmarc=fail'],
      },
    })
  })

  it.each([
    [
      'UTF-8 in base64',
      'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n' +
        Buffer.from('Räksmörgås').toString('base64'),
    ],
    [
      'UTF-8 quoted-printable',
      'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: ' +
        'quoted-printable\r\n\r\nR=C3=A4ksm=C3=B6rg=C3=A5s',
    ],
    ['ISO-8859-1 as 8-bit', 'Content-Type: text/plain; charset=iso-8859-1\r\n\r\nRäksmörgås'],
    [
      'Windows-1252',
      'Content-Type: text/plain; charset=windows-1252\r\nContent-Transfer-Encoding: ' +
        'quoted-printable\r\n\r\nR=E4ksm=F6rg=E5s',
    ],
    ['HTML entities', 'Content-Type: text/html; charset=us-ascii\r\n\r\n<p>R&auml;ksm&#246;rg&aring;s</p>'],
  ])('decodes %s', async (_what, rest) => {
    expect((await parseMessage(mail(rest))).message.text).toBe('Räksmörgås')
  })

  it('decodes subjects and names in encoded words and raw 8-bit', async () => {
    const encoded = await parseMessage(
      mail(
        '\r\nx',
        'From: =?iso-8859-1?Q?=C5sa?= <asa@exempel.se>\r\nSubject: =?utf-8?B?UsOkaw==?=\r\n =?utf-8?B?c21hY2th?=\r\n',
      ),
    )
    expect(encoded.message).toMatchObject({
      subject: 'Räksmacka',
      from: [{ name: 'Åsa', address: 'asa@exempel.se' }],
      messageId: null,
      date: null,
    })
    const raw = await parseMessage(mail('\r\nx', 'From: Åsa <asa@exempel.se>\r\nSubject: Räka\r\n'))
    expect(raw.message).toMatchObject({ subject: 'Räka', from: [{ name: 'Åsa', address: 'asa@exempel.se' }] })
  })

  it('gives the same digest for a Sent copy and its delivered, re-encoded copy', async () => {
    const sent = await parseMessage(
      mail(
        'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n' +
          Buffer.from('Räkor\nHej').toString('base64'),
      ),
    )
    const received = await parseMessage(
      mail(
        'Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\nRäkor  \r\nHej\r\n',
        `Received: from a by b; x\r\nX-Spam: no\r\n${HEAD}`,
      ),
    )
    const other = await parseMessage(mail('Content-Type: text/plain; charset=iso-8859-1\r\n\r\nRäkor\r\nHejs\r\n'))
    expect(received.message.digest).toBe(sent.message.digest)
    expect(other.message.digest).not.toBe(sent.message.digest)
  })

  it('prefers the plain part, and keeps both when they say different things', async () => {
    const both = (plain: string, html: string): Buffer =>
      mail(
        'Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: ' +
          `text/plain\r\n\r\n${plain}\r\n--b\r\nContent-Type: text/html\r\n\r\n${html}\r\n--b--\r\n`,
      )
    const same = await parseMessage(
      both('Paketet har inte kommit', '<style>p {color: red}</style><p>Paketet har <b>inte</b> kommit</p>'),
    )
    expect(same.message.text).toBe('Paketet har inte kommit')
    const different = await parseMessage(
      both('Your program cannot show this', '<p>Reklamation: skorna gick sönder</p>'),
    )
    expect(different.message.text).toContain('Reklamation')
    expect(different.problems).toContain('parts-differ')
    const empty = await parseMessage(both(' ', '<p>Rad ett<br>Rad tv&aring;</p>'))
    expect(empty.message.text).toBe('Rad ett\nRad två')
  })

  it('hashes attachments and takes paths and control characters from their names', async () => {
    const { message, attachmentContents } = await parseMessage(
      mixed(
        PLAIN,
        'Content-Type: application/pdf; name="../../etc/pass\twd.pdf"\r\nContent-Disposition: ' +
          'attachment\r\nContent-Transfer-Encoding: base64\r\n\r\nSGVq',
      ),
    )
    expect(message.attachments).toEqual([
      {
        filename: 'pass wd.pdf',
        contentType: 'application/pdf',
        size: 3,
        sha256: createHash('sha256').update('Hej').digest('hex'),
      },
    ])
    expect(attachmentContents.map(String)).toEqual(['Hej'])
    expect(safeFilename('C:\\temp\\a\u0000b\u202efdp.exe')).toBe('a b fdp.exe')
    expect(safeFilename('../..')).toBeNull()
    expect(safeFilename(`${'å'.repeat(5000)}.pdf`)?.length).toBeLessThanOrEqual(200)
  })

  it('reaches the text of attached messages but counts none of it as new', async () => {
    const inner = 'From: bob@exempel.se\r\nSubject: Ursprung\r\n\r\nInnehåll inuti'
    const { message } = await parseMessage(mixed(PLAIN, `Content-Type: message/rfc822\r\n\r\n${inner}`))
    expect(message.text).toContain('subject: Ursprung')
    expect(message.text).toContain('inuti')
    expect(message.newText).toBe('Hej')
  })

  it.each([
    ['Thu, 01 Jan 1970 00:00:00 +0000', null],
    ['Thu, 01 Jan 2499 00:00:00 +0000', null],
    ['i går', null],
    ['Order 5 Mar', null],
    ['2026-03-01T10:00:00Z', '2026-03-01T10:00:00.000Z'],
    ['Sun, 30 Feb 2026 25:00:00 +0100', null],
    ['', null],
    ['Sun, 1 Mar 2026 10:00:00 +0100 (CET)', '2026-03-01T09:00:00.000Z'],
    ['1 Mar 2026 10:00:00', '2026-03-01T10:00:00.000Z'],
    ['Sun, 1 Mar 26 10:00 GMT', '2026-03-01T10:00:00.000Z'],
  ])('reads the date %j as %s', (value, expected) => {
    expect(headerDate(value)?.toISOString() ?? null).toBe(expected)
  })

  it('takes NUL bytes out and survives headers without a body', async () => {
    expect((await parseMessage(mail('\r\na\u0000b\u0007c'))).message.text).toBe('abc')
    for (const source of [
      Buffer.alloc(0),
      Buffer.from('\r\n'),
      Buffer.from('x'),
      Buffer.alloc(5000),
      Buffer.from('Subject: bara'),
    ]) {
      const parsed = await parseMessage(source)
      expect(parsed.message.digest).toHaveLength(64)
    }
  })

  const nested = (depth: number): string =>
    depth === 0
      ? PLAIN
      : 'Content-Type: multipart/mixed; ' +
        `boundary=b${depth}\r\n\r\n--b${depth}\r\n${nested(depth - 1)}\r\n--b${depth}--\r\n`
  it.each<[string, () => Buffer]>([
    ['5,000 parts', () => mixed(...Array.from({ length: 5000 }, () => PLAIN))],
    ['multiparts 400 deep', () => mail(nested(400))],
    ['a 3 MB header', () => mail(`X-Big: ${'x'.repeat(3_000_000)}\r\n\r\nHej`)],
    ['50,000 header fields', () => mail(`${'X-A: b\r\n'.repeat(50_000)}\r\nHej`)],
    ['100,000 recipients', () => mail(`Cc: ${'a@b.se, '.repeat(100_000)}\r\n\r\nHej`)],
    ['200,000 open brackets', () => mail(`Content-Type: text/html\r\n\r\n${'<'.repeat(200_000)}`)],
    ['100,000 nested elements', () => mail(`Content-Type: text/html\r\n\r\n${'<b>'.repeat(100_000)}djupt`)],
    ['200,000 table cells', () => mail(`Content-Type: text/html\r\n\r\n<table>${'<tr><td>x'.repeat(100_000)}`)],
    ['20 MB of text', () => mail(`\r\n${'hej hopp '.repeat(2_200_000)}`)],
    ['10 MB of quoted lines', () => mail(`\r\n${'> hej\r\n'.repeat(1_400_000)}`)],
    [
      'messages 30 deep',
      () =>
        mail(
          'Content-Type: ' +
            `message/rfc822\r\n\r\n${'Subject: x\r\nContent-Type: message/rfc822\r\n\r\n'.repeat(30)}Subject: ` +
            'y\r\n\r\nHej',
        ),
    ],
    ['an endless encoded word', () => mail(`Comments: x\r\nSubject: ${'=?utf-8?Q?=C3'.repeat(20_000)}\r\n\r\nHej`, '')],
    ['random octets', () => Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 2654435761) >>> 24))],
  ])('stays bounded with %s', async (_what, build) => {
    const source = build()
    const started = performance.now()
    const { message } = await parseMessage(source)
    expect(performance.now() - started).toBeLessThan(8000)
    expect(message.text.length).toBeLessThanOrEqual(MAX_TEXT_LENGTH)
    expect(message.digest).toHaveLength(64)
  })

  it('says what it cut and keeps the headers of what it cannot read', async () => {
    const cut = await parseMessage(mail(`\r\n${'hej hopp '.repeat(300_000)}`))
    expect(cut).toMatchObject({ failed: false, problems: ['text-cut'] })
    const broken = await parseMessage(mixed(...Array.from({ length: 5000 }, () => PLAIN)))
    expect(broken).toMatchObject({ failed: true, message: { subject: 'Hej', messageId: 'a1@exempel.se' } })
    expect(broken.message.text).toContain('Hej')
  })
})

describe('HTML as text', () => {
  it('keeps lines, links and quotations, and no scripts', () => {
    const { text } = htmlText(
      '<script>alert(1)</script><h1>Hej</h1><p>Se <a ' +
        'href="https://exempel.se/o/1">ordern</a></p><blockquote>förut</blockquote>',
    )
    expect(text).toContain('Hej')
    expect(text).toContain('ordern <https://exempel.se/o/1>')
    expect(text).toContain('> förut')
    expect(text).not.toContain('alert')
  })
})
