import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { from as copyFrom } from 'pg-copy-streams'
import type { Sql } from './sql.ts'

/** PostgreSQL types that gallra writes in bulk. */
export type ColumnType =
  'int' | 'bigint' | 'double' | 'boolean' | 'text' | 'json' | 'bytes' | 'instant' | 'date' | 'text[]' | 'int[]'

const CHUNK = 256 * 1024
/** Octets that are sent as they are instead of being copied into a chunk. */
const LARGE = 32 * 1024
/** PostgreSQL counts from 2000-01-01. */
const EPOCH = Date.UTC(2000, 0, 1)
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
  const writer = new RowWriter()
  writer.raw(Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1'))
  for (const row of rows) {
    writer.int16(columns.length)
    for (const [name, type] of columns) writer.value(type, row[name])
    yield* writer.take()
  }
  writer.int16(-1)
  yield* writer.takeAll()
}

/** Octets in the order written; of what is full. */
class RowWriter {
  #full: Uint8Array[] = []
  #buffer = Buffer.allocUnsafe(CHUNK)
  /** What has been taken of `#buffer`, and what has been written. */
  #start = 0
  #end = 0

  take(): Uint8Array[] {
    const full = this.#full
    if (full.length > 0) this.#full = []
    return full
  }

  takeAll(): Uint8Array[] {
    this.#close()
    return this.take()
  }

  raw(octets: Uint8Array): void {
    if (octets.length >= LARGE) {
      this.#close()
      this.#full.push(octets)
      return
    }
    this.#reserve(octets.length)
    this.#buffer.set(octets, this.#end)
    this.#end += octets.length
  }

  int16(value: number): void {
    this.#reserve(2)
    this.#end = this.#buffer.writeInt16BE(value, this.#end)
  }

  int32(value: number): void {
    this.#reserve(4)
    this.#end = this.#buffer.writeInt32BE(value, this.#end)
  }

  value(type: ColumnType, value: unknown): void {
    if (value === null || value === undefined) return this.int32(-1)
    switch (type) {
      case 'int':
        this.int32(4)
        return this.int32(value as number)
      case 'bigint':
        return this.#int64(BigInt(value as number | bigint))
      case 'double':
        this.int32(8)
        this.#reserve(8)
        this.#end = this.#buffer.writeDoubleBE(value as number, this.#end)
        return
      case 'boolean':
        this.int32(1)
        return this.raw(Buffer.of(value === true ? 1 : 0))
      case 'text':
        return this.#text(value as string)
      case 'json': {
        // jsonb: a version octet, then the text.
        const octets = Buffer.from(JSON.stringify(value), 'utf8')
        this.int32(octets.length + 1)
        this.raw(Buffer.of(1))
        return this.raw(octets)
      }
      case 'bytes': {
        const parts = value instanceof Uint8Array ? [value] : (value as Uint8Array[])
        this.int32(parts.reduce((sum, part) => sum + part.length, 0))
        for (const part of parts) this.raw(part)
        return
      }
      case 'instant':
        return this.#int64(BigInt((value as Date).getTime() - EPOCH) * 1000n)
      case 'date':
        this.int32(4)
        return this.int32((Date.parse(`${value as string}T00:00:00Z`) - EPOCH) / 86_400_000)
      case 'text[]':
        return this.#texts(value as string[])
      case 'int[]':
        return this.#ints(value as number[])
    }
  }

  #int64(value: bigint): void {
    this.int32(8)
    this.#reserve(8)
    this.#end = this.#buffer.writeBigInt64BE(value, this.#end)
  }

  #text(value: string): void {
    const octets = Buffer.from(value, 'utf8')
    this.int32(octets.length)
    this.raw(octets)
  }

  #texts(items: readonly string[]): void {
    const octets = items.map((item) => Buffer.from(item, 'utf8'))
    this.#arrayHead(
      OID['text[]'],
      items.length,
      octets.reduce((sum, { length }) => sum + length, 0),
    )
    for (const item of octets) {
      this.int32(item.length)
      this.raw(item)
    }
  }

  #ints(items: readonly number[]): void {
    this.#arrayHead(OID['int[]'], items.length, items.length * 4)
    for (const item of items) {
      this.int32(4)
      this.int32(item)
    }
  }

  /** Length in octets; dimensions, whether there are nulls, element type; then length and lower bound of the one dimension. */
  #arrayHead(oid: number, items: number, octets: number): void {
    this.int32(12 + (items > 0 ? 8 : 0) + items * 4 + octets)
    this.int32(items === 0 ? 0 : 1)
    this.int32(0)
    this.int32(oid)
    if (items === 0) return
    this.int32(items)
    this.int32(1)
  }

  #close(): void {
    if (this.#end > this.#start) this.#full.push(this.#buffer.subarray(this.#start, this.#end))
    this.#start = this.#end
  }

  #reserve(octets: number): void {
    if (this.#end + octets <= this.#buffer.length) return
    this.#close()
    this.#buffer = Buffer.allocUnsafe(CHUNK)
    this.#start = this.#end = 0
  }
}
