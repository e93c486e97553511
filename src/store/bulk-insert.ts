import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { from as copyFrom } from 'pg-copy-streams'
import type { Sql } from './sql.ts'

/** PostgreSQL types that gallra writes in bulk. */
export type ColumnType = 'int' | 'bigint' | 'double' | 'boolean' | 'text' | 'json' | 'bytes' | 'instant' | 'date' | 'text[]' | 'int[]'

const CHUNK = 256 * 1024
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
  const target = tx.query(copyFrom(`COPY "${table}" (${names.map((name) => `"${name}"`).join(', ')}) FROM STDIN BINARY`))
  await pipeline(Readable.from(encode(names.map((name) => [name, columns[name]] as const), rows)), target)
}

function* encode<Column extends string>(columns: (readonly [Column, ColumnType])[], rows: Iterable<Record<Column, unknown>>): Generator<Buffer> {
  const writer = new RowWriter()
  writer.raw(Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1'))
  for (const row of rows) {
    writer.int16(columns.length)
    for (const [name, type] of columns) writer.value(type, row[name])
    if (writer.length >= CHUNK) yield writer.take()
  }
  writer.int16(-1)
  yield writer.take()
}

/** A buffer that grows; holds what has not been sent. */
class RowWriter {
  #buffer = Buffer.allocUnsafe(2 * CHUNK)
  length = 0

  take(): Buffer {
    const taken = this.#buffer.subarray(0, this.length)
    this.#buffer = Buffer.allocUnsafe(2 * CHUNK)
    this.length = 0
    return taken
  }

  raw(octets: Uint8Array): void {
    this.#reserve(octets.length)
    this.#buffer.set(octets, this.length)
    this.length += octets.length
  }

  int16(value: number): void {
    this.#reserve(2)
    this.length = this.#buffer.writeInt16BE(value, this.length)
  }

  int32(value: number): void {
    this.#reserve(4)
    this.length = this.#buffer.writeInt32BE(value, this.length)
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
        this.length = this.#buffer.writeDoubleBE(value as number, this.length)
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
      case 'bytes':
        this.int32((value as Uint8Array).length)
        return this.raw(value as Uint8Array)
      case 'instant':
        return this.#int64(BigInt((value as Date).getTime() - EPOCH) * 1000n)
      case 'date':
        this.int32(4)
        return this.int32((Date.parse(`${value as string}T00:00:00Z`) - EPOCH) / 86_400_000)
      case 'text[]':
        return this.#array(OID[type], value as string[], (item) => this.#text(item))
      case 'int[]':
        return this.#array(OID[type], value as number[], (item) => {
          this.int32(4)
          this.int32(item)
        })
    }
  }

  #int64(value: bigint): void {
    this.int32(8)
    this.#reserve(8)
    this.length = this.#buffer.writeBigInt64BE(value, this.length)
  }

  #text(value: string): void {
    const octets = Buffer.from(value, 'utf8')
    this.int32(octets.length)
    this.raw(octets)
  }

  /** Dimensions, whether there are nulls, element type; then length and lower bound of the one dimension. */
  #array<T>(oid: number, items: readonly T[], write: (item: T) => void): void {
    this.int32(0)
    const start = this.length
    this.int32(items.length === 0 ? 0 : 1)
    this.int32(0)
    this.int32(oid)
    if (items.length > 0) {
      this.int32(items.length)
      this.int32(1)
    }
    for (const item of items) write(item)
    this.#buffer.writeInt32BE(this.length - start, start - 4)
  }

  #reserve(octets: number): void {
    if (this.length + octets <= this.#buffer.length) return
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.length + octets))
    this.#buffer.copy(larger, 0, 0, this.length)
    this.#buffer = larger
  }
}
