/** PostgreSQL's binary COPY format (postgresql.org/docs/current/sql-copy.html, "Binary Format"), both ways. */

export const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1')
/** Signature, flags and length of the header extension. */
export const HEADER_OCTETS = SIGNATURE.length + 8
/** In the place of a field's length. */
export const NULL_FIELD = -1
/** In the place of a row's number of fields, after the last row. */
export const END = -1
/** PostgreSQL counts from 2000-01-01; ms. */
export const EPOCH = Date.UTC(2000, 0, 1)

const CHUNK = 256 * 1024
/** Octets that are sent as they are instead of being copied into a chunk. */
const LARGE = 32 * 1024

/** Octets of a COPY in the order written; `take` gives the chunks that are full. */
export class CopyWriter {
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

  head(): void {
    this.raw(SIGNATURE)
    this.raw(Buffer.alloc(HEADER_OCTETS - SIGNATURE.length))
  }

  /** A row begins; as many fields follow. */
  row(fields: number): void {
    this.int16(fields)
  }

  end(): void {
    this.int16(END)
  }

  null(): void {
    this.int32(NULL_FIELD)
  }

  /** A field whose octets are all there; `parts` follow one another. */
  field(...parts: readonly Uint8Array[]): void {
    this.int32(parts.reduce((sum, part) => sum + part.length, 0))
    for (const part of parts) this.raw(part)
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

  int64(value: bigint): void {
    this.#reserve(8)
    this.#end = this.#buffer.writeBigInt64BE(value, this.#end)
  }

  double(value: number): void {
    this.#reserve(8)
    this.#end = this.#buffer.writeDoubleBE(value, this.#end)
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
