import { deflateRawSync } from 'node:zlib'

/**
 * Messages made to hurt whoever reads them. Each is built when asked for; sizes are far above what
 * a mail server lets in by chance, and small enough for a machine with little memory.
 */
export const HOSTILE: Record<string, () => Buffer> = {
  'multiparts 3,000 deep': () => whole(nested(3000)),
  '60,000 parts': () => mixed('Content-Type: text/plain\r\n\r\nhej\r\n', 60_000),
  '900 alternatives of 20 KB': () =>
    parted('alternative', `Content-Type: text/html\r\n\r\n${'<p>hej '.repeat(3000)}\r\n`, 900),
  'a boundary that is empty': () =>
    whole(`Content-Type: multipart/mixed; boundary=""\r\n\r\n${'--\r\n\r\nhej\r\n'.repeat(50_000)}`),
  'boundaries that begin alike, never closed': () =>
    whole(
      `Content-Type: multipart/mixed; boundary=b\r\n\r\n${manifold(
        5000,
        (i) => `--b\r\nContent-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n\r\nx\r\n`,
      )}`,
    ),
  '100,000 header fields': () =>
    message(`${Array.from({ length: 100_000 }, (_, i) => `X-${i}: ${i}\r\n`).join('')}\r\nhej`),
  'a header folded 500,000 times': () => message(`X-Folded: a\r\n${' b\r\n'.repeat(500_000)}\r\nhej`),
  'a header of 20 MB that never ends': () => message(`X-Long: ${'x'.repeat(20_000_000)}`),
  'Content-Type with 50,000 parameters': () =>
    message(
      `Content-Type: text/plain; ${Array.from({ length: 50_000 }, (_, i) => `p${i}=${i}`).join('; ')}\r\n\r\nhej`,
    ),
  'a file name in 20,000 pieces': () =>
    whole(
      'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: application/pdf;\r\n' +
        `${manifold(20_000, (i) => ` name*${i}*=%41%E5`, ';\r\n')}\r\n\r\nx\r\n--b--\r\n`,
    ),
  'a line of 40 MB': () => message(`Content-Type: text/plain; charset=utf-8\r\n\r\n${'abc def '.repeat(5_000_000)}`),
  'ten million empty lines': () => message(`\r\n${'\n'.repeat(10_000_000)}`),
  'format=flowed, a million lines': () =>
    message(`Content-Type: text/plain; format=flowed; delsp=yes\r\n\r\n${'> rad \r\n'.repeat(1_000_000)}`),
  'UTF-16 that is none': () => octets('Content-Type: text/plain; charset=utf-16\r\n\r\n', pattern(1_000_001)),
  'UTF-7, broken': () =>
    octets('Content-Type: text/plain; charset=utf-7\r\n\r\n', Buffer.from('+AGEAZQ-+'.repeat(200_000))),
  'ISO-2022-JP, broken': () =>
    octets(
      'Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n',
      Buffer.from('\u001b$B'.repeat(300_000) + '\u001b('),
    ),
  'a charset that nobody knows': () =>
    octets(`Content-Type: text/plain; charset=${'x'.repeat(3000)}\r\n\r\n`, pattern(300_000)),
  'UTF-8 cut in the middle, 8-bit headers': () =>
    octets(
      'Subject: \u00e5\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n',
      Buffer.concat([pattern(100_000), Buffer.from([0xf0, 0x9f])]),
    ),
  'quoted-printable of soft line breaks': () =>
    message(`Content-Transfer-Encoding: quoted-printable\r\n\r\n${'=\r\n'.repeat(4_000_000)}`),
  'quoted-printable, every octet broken': () =>
    message(`Content-Transfer-Encoding: quoted-printable\r\n\r\n${'=G=1=\t=zz=3'.repeat(1_000_000)}`),
  'base64 with more rubbish than base64': () =>
    message(`Content-Transfer-Encoding: base64\r\n\r\n${'A!? \u0000'.repeat(4_000_000)}`),
  'a ZIP bomb of ten times 100 MB': () => attached('zip', zipOfZeros(10, 100 * 1024 * 1024)),
  'a 50 MB attachment': () => attached('pdf', pattern(50 * 1024 * 1024)),
  'ten text attachments of 5 MB': () =>
    parted(
      'mixed',
      'Content-Type: text/plain; name=a.txt\r\nContent-Disposition: attachment\r\n\r\n' +
        'rad med text\r\n'.repeat(370_000),
      10,
    ),
  'twenty embedded messages of 2 MB': () =>
    parted(
      'mixed',
      `Content-Type: message/rfc822\r\n\r\nSubject: inre\r\n\r\n${'rad med text\r\n'.repeat(150_000)}`,
      20,
    ),
  'embedded messages 300 deep': () =>
    message(
      'Content-Type: message/rfc822\r\n\r\n' +
        `${'Subject: x\r\nContent-Type: message/rfc822\r\n\r\n'.repeat(300)}Subject: y\r\n\r\nhej`,
    ),
  'file names that climb': () =>
    whole(
      `Content-Type: multipart/mixed; boundary=b\r\n\r\n${CLIMBING.map(
        (name) =>
          `--b\r\nContent-Type: application/x-evil; name="${name}"\r\n` +
          `Content-Disposition: attachment; filename="${name}"\r\n\r\nx\r\n`,
      ).join('')}--b--\r\n`,
    ),
  '100,000 references, one of them everybody\u2019s': () =>
    message(
      `References: <a@exempel.se> ${Array.from({ length: 100_000 }, (_, i) => `<${i}@x>`).join('\r\n ')}\r\n\r\nhej`,
    ),
  'references of brackets': () =>
    message(`References: ${'<'.repeat(500_000)}\r\nIn-Reply-To: ${'>'.repeat(500_000)}\r\n\r\nhej`),
  'a Message-ID of 1 MB': () =>
    Buffer.from(`From: a@exempel.se\r\nMessage-ID: <${'x'.repeat(1_000_000)}@y>\r\nSubject: hej\r\n\r\nhej`),
  'From with 50,000 addresses': () =>
    Buffer.from(`From: ${manifold(50_000, (i) => `N${i} <a${i}@exempel.se>`, ',\r\n ')}\r\nSubject: hej\r\n\r\nhej`),
  'From of nested comments and groups': () =>
    Buffer.from(
      `From: ${'('.repeat(100_000)}a@exempel.se${')'.repeat(100_000)}, ` +
        `${'g:'.repeat(50_000)}b@exempel.se;\r\nSubject: hej\r\n\r\nhej`,
    ),
  'From of quotes and backslashes': () =>
    Buffer.from(`From: ${'"\\'.repeat(200_000)} <a@exempel.se>\r\nSubject: hej\r\n\r\nhej`),
  'Authentication-Results without end': () =>
    message(`${`Authentication-Results: mx.exempel.se; ${'dmarc=pass ('.repeat(20_000)}\r\n`.repeat(60)}\r\nhej`),
  'encoded words within encoded words': () =>
    Buffer.from(`From: a@exempel.se\r\nSubject: ${'=?utf-8?B?PT91dGYtOD9R?='.repeat(50_000)}\r\n\r\nhej`),
  'a subject of a hundred thousand replies': () =>
    Buffer.from(`From: a@exempel.se\r\nSubject: ${'SV: VB: Re[2]: '.repeat(100_000)}\r\n\r\nhej`),
  'absurd dates': () =>
    Buffer.from(
      `Date: ${'9'.repeat(100_000)} Foo 275761 99:99:99 +9999 ${'('.repeat(50_000)}\r\nDate: Thu, 01 Jan 1970 ` +
        '00:00:00\r\nReceived: from x by y; 31 Feb 0000 25:61:61\r\nFrom: a@exempel.se\r\nSubject: hej\r\n\r\nhej',
    ),
  'NUL octets everywhere': () =>
    octets(
      'Sub\u0000ject: h\u0000ej\r\nSubject: a\u0000b\r\nContent-Type: text/pl\u0000ain; name="\u0000"\r\n\r\n',
      Buffer.from('a\u0000b\u0000'.repeat(200_000)),
    ),
  'nothing but NUL': () => Buffer.alloc(1_000_000),
  'lines that end in CR': () => Buffer.from('From: a@exempel.se\rSubject: hej\r\rhej\r'.repeat(50_000)),
  'HTML: 300,000 elements never closed': () => html('<div><table><tr><td>'.repeat(75_000)),
  'HTML: 500,000 end tags': () => html('</div>'.repeat(500_000)),
  'HTML: a tag with 300,000 attributes': () => html(`<p ${'a="b" '.repeat(300_000)}>hej`),
  'HTML: links never closed': () => html('<a href="http://x.se/'.repeat(100_000)),
  'HTML: comments never closed': () => html('<!--'.repeat(400_000)),
  'HTML: styles never closed': () => html('<style><script><title>'.repeat(60_000)),
  'HTML: two million entities': () => html('&amp;&#x41;&nbsp;&#99999999999;'.repeat(500_000)),
  'HTML: lists in lists in quotations': () => html('<blockquote><ul><li><ol><li>'.repeat(20_000)),
  'HTML: 40 MB': () => html('<p>hej hopp</p>\n'.repeat(2_600_000)),
  'HTML: angle brackets': () => html('<'.repeat(3_000_000)),
  'text: one attribution after another': () =>
    message(`\r\n${'Den 1 mars 2026 kl. 10:00 skrev Bo Ek <bo@exempel.se>:\n'.repeat(100_000)}`),
  'text: an attribution that never comes to its colon': () =>
    message(`\r\n${`Den ${'1 mars '.repeat(50)}\n`.repeat(20_000)}`),
  'text: header blocks': () =>
    message(`\r\n${'Fr\u00e5n: Bo <bo@exempel.se>\nSkickat: idag\nTill: info\n\u00c4mne: hej\n\n'.repeat(50_000)}`),
  'text: forwarded in forwarded': () =>
    Buffer.from(
      'From: a@exempel.se\r\nSubject: VB: ' +
        `hej\r\n\r\n${'---------- Vidarebefordrat meddelande ----------\nFr\u00e5n: '.repeat(50_000)}`,
    ),
  'text: two million digits and blanks': () => message(`\r\n${'0 1 2 3 4 5 6 7 8 9 - '.repeat(90_000)}`),
  'text: phone numbers that go on': () => message(`\r\n${'+46 (0) 70-123 45 67 / '.repeat(80_000)}`),
  'text: order numbers and labels': () =>
    message(`\r\n${'ordernummer: fakturanr bankgiro OCR 123-4 personnummer 19900101-2385 '.repeat(25_000)}`),
  'text: at signs': () => message(`\r\n${'a@a.'.repeat(500_000)}`),
  'text: quote marks': () => message(`\r\n${`${'> '.repeat(200)}hej\n`.repeat(4000)}${'>'.repeat(1_000_000)}`),
  'text: signatures': () => message(`\r\n${'-- \nMvh\nBo Ek\n070-123 45 67\n\n'.repeat(80_000)}`),
  'text: dashes and underscores': () => message(`\r\n${`${'-_*'.repeat(2000)}\n`.repeat(300)}`),
  'text: one word of 2 MB': () => message(`\r\n${'\u00e5'.repeat(1_000_000)}`),
  'text: combining marks': () => message(`Content-Type: text/plain; charset=utf-8\r\n\r\na${'\u0301'.repeat(200_000)}`),
  'text: half a million different words': () =>
    message(`\r\n${Array.from({ length: 500_000 }, (_, i) => i.toString(36)).join(' ')}`),
}

const HEAD =
  'From: Alice <alice@exempel.se>\r\nTo: info@promix.se\r\nSubject: Hej\r\nDate: Sun, 01 Mar 2026 10:00:00 ' +
  '+0100\r\nMIME-Version: 1.0\r\n'

const CLIMBING = [
  '../../etc/passwd',
  '..\\..\\windows\\system.ini',
  '/dev/null',
  'a\u0000.exe',
  '\u202efdp.exe',
  '.'.repeat(300),
  'CON',
  '%2e%2e%2f',
]

/** Header fields and body after an ordinary head. */
function message(rest: string): Buffer {
  return Buffer.from(HEAD + rest)
}

function whole(rest: string): Buffer {
  return Buffer.from(HEAD + rest, 'latin1')
}

function html(body: string): Buffer {
  return message(`Content-Type: text/html; charset=utf-8\r\n\r\n${body}`)
}

function octets(fields: string, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(HEAD + fields, 'latin1'), body])
}

function nested(depth: number): string {
  let head = ''
  for (let level = 0; level < depth; level += 1)
    head += `Content-Type: multipart/mixed; boundary=b${level}\r\n\r\n--b${level}\r\n`
  return `${head}Content-Type: text/plain\r\n\r\nhej\r\n`
}

function mixed(part: string, times: number): Buffer {
  return parted('mixed', part, times)
}

function parted(subtype: string, part: string, times: number): Buffer {
  return whole(`Content-Type: multipart/${subtype}; boundary=b\r\n\r\n${`--b\r\n${part}`.repeat(times)}--b--\r\n`)
}

function manifold(times: number, make: (index: number) => string, between = ''): string {
  return Array.from({ length: times }, (_, index) => make(index)).join(between)
}

function attached(extension: string, content: Buffer): Buffer {
  const lines = content.toString('base64').replace(/.{76}/g, '$&\r\n')
  return whole(
    'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSe ' +
      `bilagan.\r\n--b\r\nContent-Type: application/${extension}; name=a.${extension}\r\nContent-Disposition: ` +
      `attachment\r\nContent-Transfer-Encoding: base64\r\n\r\n${lines}\r\n--b--\r\n`,
  )
}

function pattern(length: number): Buffer {
  const buffer = Buffer.alloc(length)
  for (let at = 0, state = 1; at < length; at += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    buffer[at] = state >>> 24
  }
  return buffer
}

/**
 * A ZIP whose local entries inflate to `size` octets each (APPNOTE.TXT 4.3.7); no central directory, as bombs often
 * have.
 */
function zipOfZeros(entries: number, size: number): Buffer {
  const data = deflateRawSync(Buffer.alloc(size), { level: 9 })
  const header = Buffer.alloc(31)
  header.writeUInt32LE(0x04034b50, 0)
  header.writeUInt16LE(20, 4)
  header.writeUInt16LE(8, 8)
  header.writeUInt32LE(data.length, 18)
  header.writeUInt32LE(size, 22)
  header.writeUInt16LE(1, 26)
  header.write('a', 30)
  return Buffer.concat(Array.from({ length: entries }, () => Buffer.concat([header, data])))
}
