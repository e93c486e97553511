import { createRequire } from 'node:module'
import { deflateSync } from 'node:zlib'

interface Document {
  on(event: 'data', take: (chunk: Buffer) => void): this
  on(event: 'end', take: () => void): this
  fontSize(points: number): this
  text(text: string, x?: number, y?: number): this
  addPage(): this
  end(): void
}
// Its ES module is the one for browsers.
const PDFDocument = createRequire(import.meta.url)('pdfkit') as new (options: {
  userPassword?: string
  compress?: boolean
}) => Document

/** A PDF as an invoicing program makes it: one page for each list of lines. */
export function pdf(pages: string[][], options: { userPassword?: string } = {}): Promise<Buffer> {
  return new Promise((resolve) => {
    const document = new PDFDocument(options)
    const chunks: Buffer[] = []
    document.on('data', (chunk) => chunks.push(chunk)).on('end', () => resolve(Buffer.concat(chunks)))
    pages.forEach((lines, index) => {
      if (index > 0) document.addPage()
      lines.forEach((line, number) => document.fontSize(number === 0 ? 20 : 11).text(line))
    })
    document.end()
  })
}

/** A PDF of the objects given, in order from number 1 (the catalogue); ISO 32000-1 section 7.5. */
export function rawPdf(objects: (string | { dictionary: string; stream: Buffer })[]): Buffer {
  const parts: Buffer[] = [Buffer.from('%PDF-1.7\n')]
  const offsets: number[] = []
  let length = parts[0]!.length
  const add = (part: Buffer) => {
    parts.push(part)
    length += part.length
  }
  objects.forEach((object, index) => {
    offsets.push(length)
    add(Buffer.from(`${index + 1} 0 obj\n`))
    if (typeof object === 'string') add(Buffer.from(object))
    else
      add(
        Buffer.concat([
          Buffer.from(`<< ${object.dictionary} /Length ${object.stream.length} >>\nstream\n`),
          object.stream,
          Buffer.from('\nendstream'),
        ]),
      )
    add(Buffer.from('\nendobj\n'))
  })
  const start = length
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  add(
    Buffer.from(
      `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}trailer\n<< /Size ${objects.length + 1} /Root ` +
        `1 0 R >>\nstartxref\n${start}\n%%EOF\n`,
    ),
  )
  return Buffer.concat(parts)
}

const FONT = '<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>'
const page = (contents: string, resources = FONT) =>
  `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources ${resources} /Contents ${contents} >>`

/** One page of these drawing operators, packed. */
export function pageOf(operators: string | Buffer, resources?: string): Buffer {
  const stream = deflateSync(operators)
  return rawPdf([
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    page('4 0 R', resources),
    { dictionary: '/Filter /FlateDecode', stream },
  ])
}

/** As many pages as wanted, each with its number. */
export function manyPages(count: number): Buffer {
  const numbers = Array.from({ length: count }, (_, index) => index)
  return rawPdf([
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${numbers.map((number) => `${3 + number * 2} 0 R`).join(' ')}] /Count ${count} >>`,
    ...numbers.flatMap((number) => [
      page(`${4 + number * 2} 0 R`),
      { dictionary: '', stream: Buffer.from(`BT /F1 12 Tf 50 700 Td (Sida ${number + 1}.) Tj ET`) },
    ]),
  ])
}

/** A page that is only a picture, as a scanner makes it. */
export function scannedPdf(): Buffer {
  const pixels = deflateSync(Buffer.alloc(400 * 400, 200))
  const drawing = Buffer.from('q 595 0 0 842 0 0 cm /Im1 Do Q')
  return rawPdf([
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    page('4 0 R', '<< /XObject << /Im1 5 0 R >> >>'),
    { dictionary: '', stream: drawing },
    {
      dictionary:
        '/Type /XObject /Subtype /Image /Width 400 /Height 400 /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter ' +
        '/FlateDecode',
      stream: pixels,
    },
  ])
}

/** Blanks, packed a thousandfold: a small file that unpacks to as many megabytes. */
export function bombPdf(megabytes: number, before = '', after = ''): Buffer {
  return pageOf(
    Buffer.concat([
      Buffer.from(`BT /F1 12 Tf ${before}`),
      Buffer.alloc(megabytes * 1024 * 1024, 32),
      Buffer.from(`${after} Tj ET`),
    ]),
  )
}

/** Packed again and again: every filter unpacks a thousandfold. */
export function nestedBombPdf(): Buffer {
  let stream: Buffer = Buffer.alloc(100 * 1024 * 1024, 32)
  for (let depth = 0; depth < 3; depth += 1) stream = deflateSync(stream)
  return rawPdf([
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    page('4 0 R'),
    { dictionary: '/Filter [/FlateDecode /FlateDecode /FlateDecode]', stream },
  ])
}

/** A small file that keeps a reader busy for seconds: millions of drawing operators without a word. */
export function busyPdf(): Buffer {
  return pageOf('q Q '.repeat(3_500_000))
}

/** Scripts that a viewer would run when it is opened. */
export function scriptedPdf(text: string): Buffer {
  return rawPdf([
    '<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (process.exit\\(3\\); ' +
      'app.launchURL\\("http://127.0.0.1:1/"\\);) >> /AA << /WC << /S /JavaScript /JS (process.exit\\(4\\)) >> ' +
      '>> >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    page('4 0 R'),
    { dictionary: '', stream: Buffer.from(`BT /F1 12 Tf 50 700 Td (${text}) Tj ET`) },
  ])
}

/** A multipart message with files attached. */
export function mailWithFiles(parts: {
  id: string
  from?: string
  to?: string
  subject: string
  body: string
  date?: string
  files: { name: string; content: Buffer; type?: string }[]
}): Buffer {
  const head = [
    `From: ${parts.from ?? 'faktura@leverantor.example'}`,
    `To: ${parts.to ?? 'info@promix.se'}`,
    `Subject: ${parts.subject}`,
    `Date: ${new Date(parts.date ?? '2026-03-01T10:00:00Z').toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${parts.id}>`,
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary="grans"',
    '',
    '--grans',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    '',
    ...parts.body.split('\n'),
  ]
  const files = parts.files.flatMap(({ name, content, type }) => [
    '--grans',
    `Content-Type: ${type ?? 'application/pdf'}; name="${name}"`,
    `Content-Disposition: attachment; filename="${name}"`,
    'Content-Transfer-Encoding: base64',
    '',
    ...(content.toString('base64').match(/.{1,76}/g) ?? []),
  ])
  return Buffer.from([...head, ...files, '--grans--', ''].join('\r\n'))
}
