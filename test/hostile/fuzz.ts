import type { Random } from '../harness/random.ts'

const FRAGMENTS = [
  '\r\n\r\n',
  '\r\n',
  '\n',
  '\r',
  '\u0000',
  '--b\r\n',
  '--b--\r\n',
  'Content-Type: multipart/mixed; boundary=b\r\n\r\n',
  'Content-Type: text/html\r\n',
  'Content-Type: message/rfc822\r\n\r\n',
  'Content-Transfer-Encoding: base64\r\n',
  'Content-Transfer-Encoding: quoted-printable\r\n',
  'charset=utf-16',
  'charset="',
  '=?utf-8?B?',
  '=?iso-8859-1?Q?=E5?=',
  '<',
  '>',
  '"',
  '(',
  ')',
  ';',
  ':',
  'From: ',
  'Subject: VB: ',
  'References: <a@b>',
  'Date: 1 Jan 2026',
  '=\r\n',
  '=C3',
  '\u00e5',
  '\ud83d\ude00',
  '> ',
  '-- \r\n',
  'Den 1 mars skrev Bo:',
  '<div>',
  '</div>',
  '<!--',
  '&#',
  ' ',
  '\t',
  '19900101-2385',
]

/** A message as nobody would write it: pieces of mail, moved, doubled, cut and with octets changed. */
export function fuzzedMail(random: Random): Buffer {
  const pieces: Buffer[] = []
  const count = 5 + random.below(120)
  for (let i = 0; i < count; i += 1) {
    const fragment = Buffer.from(random.pick(FRAGMENTS), random.chance(0.3) ? 'latin1' : 'utf8')
    const roll = random.next()
    if (roll < 0.05) pieces.push(random.octets(random.below(200)))
    else if (roll < 0.1) pieces.push(Buffer.concat(Array.from({ length: random.below(2000) }, () => fragment)))
    else if (roll < 0.4)
      pieces.push(
        Buffer.from(random.pick(['hej', 'a@exempel.se', 'ord '.repeat(random.below(50)), 'text/plain', 'b', '1.0'])),
      )
    else pieces.push(fragment)
  }
  const source = Buffer.concat(pieces)
  for (let i = random.below(20); i > 0 && source.length > 0; i -= 1)
    source[random.below(source.length)] = random.below(256)
  return random.chance(0.7)
    ? Buffer.concat([
        Buffer.from(
          'From: a@exempel.se\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n',
        ),
        source,
      ])
    : source
}
