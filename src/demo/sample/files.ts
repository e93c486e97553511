import type { SampleFile } from './message.ts'

/** A valid one-page PDF that shows the lines, in Latin-1. */
export function pdfFile(filename: string, lines: readonly string[]): SampleFile {
  const shown = lines.map((line) => `(${line.replace(/[\\()]/g, '\\$&')}) Tj T*`).join('\n')
  const content = `BT /F1 11 Tf 14 TL 60 780 Td\n${shown}\nET`
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
  ]
  let body = '%PDF-1.4\n'
  const offsets = objects.map((object, index) => {
    const offset = body.length
    body += `${index + 1} 0 obj\n${object}\nendobj\n`
    return offset
  })
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  const size = objects.length + 1
  const trailer =
    `xref\n0 ${size}\n0000000000 65535 f \n${table}trailer\n<< /Size ${size} /Root 1 0 R ` +
    `>>\nstartxref\n${body.length}\n%%EOF\n`
  return { filename, contentType: 'application/pdf', content: Buffer.from(body + trailer, 'latin1') }
}

/** The frame of a JPEG around the caption; it takes the place of a photograph and is never shown. */
export function photoFile(filename: string, caption: string): SampleFile {
  const comment = Buffer.from(caption, 'utf8')
  const length = Buffer.alloc(2)
  length.writeUInt16BE(comment.length + 2)
  const content = Buffer.concat([Buffer.from('ffd8fffe', 'hex'), length, comment, Buffer.from('ffd9', 'hex')])
  return { filename, contentType: 'image/jpeg', content }
}

export function csvFile(filename: string, rows: readonly (readonly string[])[]): SampleFile {
  return {
    filename,
    contentType: 'text/csv',
    content: Buffer.from(rows.map((row) => `${row.join(';')}\r\n`).join(''), 'utf8'),
  }
}
