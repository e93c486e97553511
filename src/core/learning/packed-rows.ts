/** Many feature rows end to end: small in memory, and handed from one thread to another without a copy. */
import { GROUPS, type FeatureRow } from '../judgement/feature-space.ts'

export interface PackedRows {
  buckets: Uint32Array
  /** Where each group of each row ends: GROUPS.length numbers a row. */
  ends: Uint32Array
}

/** Takes rows one by one; they need not all be in memory beside it. */
export class RowPacker {
  #buckets = new Uint32Array(1 << 14)
  #ends: number[] = []
  #length = 0

  add(row: FeatureRow): void {
    for (let group = 0; group < GROUPS.length; group += 1) {
      const buckets = row[group] ?? []
      if (this.#length + buckets.length > this.#buckets.length) this.#grow(buckets.length)
      this.#buckets.set(buckets, this.#length)
      this.#length += buckets.length
      this.#ends.push(this.#length)
    }
  }

  pack(): PackedRows {
    return { buckets: this.#buckets.slice(0, this.#length), ends: Uint32Array.from(this.#ends) }
  }

  #grow(more: number): void {
    const larger = new Uint32Array(Math.max(this.#buckets.length * 1.5, this.#length + more))
    larger.set(this.#buckets.subarray(0, this.#length))
    this.#buckets = larger
  }
}

/** A view, no copy. */
export function packedRow({ buckets, ends }: PackedRows, index: number): FeatureRow {
  const first = index * GROUPS.length
  return GROUPS.map((_, group) =>
    buckets.subarray(first + group === 0 ? 0 : ends[first + group - 1], ends[first + group]),
  )
}
