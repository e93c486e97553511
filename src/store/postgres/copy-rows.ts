/** Rows of PostgreSQL's binary COPY format as their fields' octets. */
import { CopyWriter, END, EPOCH, HEADER_OCTETS, NULL_FIELD, SIGNATURE } from './copy-format.ts'

/** Microseconds between 1970 and PostgreSQL's 2000. */
const EPOCH_MICROS = BigInt(EPOCH) * 1000n

/** Fields in order; null = NULL. */
export type CopyRow = (Buffer | null)[]

/**
 * The rows as their fields' octets, one at a time. @throws RangeError on anything else than a complete COPY of rows
 * with `columns` fields
 */
export async function* readCopyRows(stream: AsyncIterable<Buffer>, columns: number): AsyncGenerator<CopyRow> {
  let rest: Buffer = Buffer.alloc(0)
  let headed = false
  let ended = false
  for await (const chunk of stream) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    let at = 0
    if (!headed) {
      if (rest.length < HEADER_OCTETS) continue
      if (!rest.subarray(0, SIGNATURE.length).equals(SIGNATURE)) throw new RangeError('no binary COPY')
      at = HEADER_OCTETS + rest.readUInt32BE(HEADER_OCTETS - 4)
      headed = true
    }
    for (;;) {
      const row = readRow(rest, at, columns)
      if (row === null) break
      if (ended) throw new RangeError('more after the end')
      at = row.end
      if (row.fields === null) ended = true
      else yield row.fields
    }
    rest = rest.subarray(at)
  }
  if (!ended || rest.length > 0) throw new RangeError('ends too soon')
}

/** null = not all of it is here yet; `fields` null = the trailer. */
function readRow(buffer: Buffer, from: number, columns: number): { fields: CopyRow | null; end: number } | null {
  if (buffer.length < from + 2) return null
  const count = buffer.readInt16BE(from)
  if (count === END) return { fields: null, end: from + 2 }
  if (count !== columns) throw new RangeError('other columns')
  const fields: CopyRow = []
  let at = from + 2
  for (let field = 0; field < count; field += 1) {
    if (buffer.length < at + 4) return null
    const length = buffer.readInt32BE(at)
    at += 4
    if (length === NULL_FIELD) fields.push(null)
    else {
      if (length < 0) throw new RangeError('a field of negative length')
      if (buffer.length < at + length) return null
      fields.push(buffer.subarray(at, at + length))
      at += length
    }
  }
  return { fields, end: at }
}

/** A complete COPY of these rows. */
export function* writeCopyRows(rows: readonly Readonly<CopyRow>[]): Generator<Uint8Array> {
  const writer = new CopyWriter()
  writer.head()
  for (const fields of rows) {
    writer.row(fields.length)
    for (const field of fields) {
      if (field === null) writer.null()
      else writer.field(field)
    }
    yield* writer.take()
  }
  writer.end()
  yield* writer.takeAll()
}

export function readInteger(field: Buffer): number {
  return field.readInt32BE(0)
}

export function readText(field: Buffer): string {
  return field.toString('utf8')
}

export function readInstant(field: Buffer): Date {
  return new Date(Number((field.readBigInt64BE(0) + EPOCH_MICROS) / 1000n))
}

/** One octet of version, then text. */
export function readJsonb(field: Buffer): unknown {
  return JSON.parse(field.toString('utf8', 1)) as unknown
}
