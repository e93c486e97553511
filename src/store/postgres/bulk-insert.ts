import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { from as copyFrom } from 'pg-copy-streams'
import { CopyWriter, EPOCH } from './copy-format.ts'
import type { Sql } from './sql.ts'

/** PostgreSQL types that gallra writes in bulk. */
type ColumnType =
  'int' | 'bigint' | 'double' | 'boolean' | 'text' | 'json' | 'bytes' | 'instant' | 'date' | 'text[]' | 'int[]'

const OID = { 'int[]': 23, 'text[]': 25 } as const

/**
 * Writes rows with COPY in the binary format (PostgreSQL manual, section "COPY"): no statement to plan
 * and no octets as hex. `rows` is read as it is sent, so that what is sealed on the way never lies in memory whole.
 */
export async function bulkInsert<Column extends string>(
  tx: Sql,
  table: string,
  columns: Record<Column, ColumnType>,
  rows: Iterable<Record<NoInfer<Column>, unknown>>,
): Promise<void> {
  const names = Object.keys(columns) as Column[]
  const target = tx.query(
    copyFrom(`COPY "${table}" (${names.map((name) => `"${name}"`).join(', ')}) FROM STDIN BINARY`),
  )
  await pipeline(
    Readable.from(
      encode(
        names.map((name) => [name, columns[name]] as const),
        rows,
      ),
    ),
    target,
  )
}

function* encode<Column extends string>(
  columns: (readonly [Column, ColumnType])[],
  rows: Iterable<Record<Column, unknown>>,
): Generator<Uint8Array> {
  const writer = new CopyWriter()
  writer.head()
  for (const row of rows) {
    writer.row(columns.length)
    for (const [name, type] of columns) writeValue(writer, type, row[name])
    yield* writer.take()
  }
  writer.end()
  yield* writer.takeAll()
}

function writeValue(writer: CopyWriter, type: ColumnType, value: unknown): void {
  if (value === null || value === undefined) return writer.null()
  switch (type) {
    case 'int':
      writer.int32(4)
      return writer.int32(value as number)
    case 'bigint':
      return writeLong(writer, BigInt(value as number | bigint))
    case 'double':
      writer.int32(8)
      return writer.double(value as number)
    case 'boolean':
      return writer.field(Buffer.of(value === true ? 1 : 0))
    case 'text':
      return writer.field(Buffer.from(value as string, 'utf8'))
    case 'json':
      // jsonb: a version octet, then the text.
      return writer.field(Buffer.of(1), Buffer.from(JSON.stringify(value), 'utf8'))
    case 'bytes':
      return value instanceof Uint8Array ? writer.field(value) : writer.field(...(value as Uint8Array[]))
    case 'instant':
      return writeLong(writer, BigInt((value as Date).getTime() - EPOCH) * 1000n)
    case 'date':
      writer.int32(4)
      return writer.int32((Date.parse(`${value as string}T00:00:00Z`) - EPOCH) / 86_400_000)
    case 'text[]':
      return writeTexts(writer, value as string[])
    case 'int[]':
      return writeInts(writer, value as number[])
  }
}

function writeLong(writer: CopyWriter, value: bigint): void {
  writer.int32(8)
  writer.int64(value)
}

function writeTexts(writer: CopyWriter, items: readonly string[]): void {
  const octets = items.map((item) => Buffer.from(item, 'utf8'))
  const total = octets.reduce((sum, { length }) => sum + length, 0)
  writeArrayHead(writer, OID['text[]'], items.length, total)
  for (const item of octets) writer.field(item)
}

function writeInts(writer: CopyWriter, items: readonly number[]): void {
  writeArrayHead(writer, OID['int[]'], items.length, items.length * 4)
  for (const item of items) {
    writer.int32(4)
    writer.int32(item)
  }
}

/**
 * Length in octets; dimensions, whether there are nulls, element type; then length and lower bound of the one
 * dimension. An empty array has none.
 */
function writeArrayHead(writer: CopyWriter, oid: number, items: number, octets: number): void {
  writer.int32(12 + (items > 0 ? 8 : 0) + items * 4 + octets)
  writer.int32(items === 0 ? 0 : 1)
  writer.int32(0)
  writer.int32(oid)
  if (items === 0) return
  writer.int32(items)
  writer.int32(1)
}
