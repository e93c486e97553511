/**
 * UIDs in one command. Even when no two are neighbours, its line stays far below the 8,000 octets that RFC 7162 section
 * 4 advises.
 */
const UIDS_PER_COMMAND = 500

/** IMAP sequence-set (RFC 9051 section 9) of these UIDs, neighbours joined: [1, 2, 3, 7] → '1:3,7'. '' for none. */
export function uidSet(uids: number[]): string {
  const sorted = [...new Set(uids)].sort((a, b) => a - b)
  const parts: string[] = []
  for (let i = 0; i < sorted.length; i += 1) {
    const first = sorted[i] ?? 0
    let last = first
    while (sorted[i + 1] === last + 1) {
      last += 1
      i += 1
    }
    parts.push(first === last ? String(first) : `${first}:${last}`)
  }
  return parts.join(',')
}

/** The UIDs in pieces small enough for one command each. */
export function uidPieces(uids: number[]): number[][] {
  const pieces: number[][] = []
  for (let i = 0; i < uids.length; i += UIDS_PER_COMMAND) pieces.push(uids.slice(i, i + UIDS_PER_COMMAND))
  return pieces
}

/**
 * Groups messages so that each group holds at most `limit` octets; a larger message gets a group of its own. Order is
 * kept.
 */
export function byteBatches(sizes: { uid: number; size: number }[], limit: number): number[][] {
  const batches: number[][] = []
  let batch: number[] = []
  let sum = 0
  for (const { uid, size } of sizes) {
    if (batch.length > 0 && (sum + size > limit || batch.length >= UIDS_PER_COMMAND)) {
      batches.push(batch)
      batch = []
      sum = 0
    }
    batch.push(uid)
    sum += size
  }
  if (batch.length > 0) batches.push(batch)
  return batches
}
