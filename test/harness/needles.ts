/** Units of a needle's start that are looked up first. */
const START = 4

/**
 * Those of the needles (of at least four UTF-16 units) that lie anywhere in the text, in one pass over it however many
 * they are.
 */
export function findNeedles(text: string, needles: Iterable<string>): string[] {
  const starts = new Map<number, string[]>()
  // Most places of the text end at one look at this.
  const maybe = new Uint8Array(1 << 20)
  for (const needle of needles) {
    if (needle.length < START) throw new Error(`too short to look for: ${needle}`)
    const start = startOf(needle, 0)
    starts.set(start, [...(starts.get(start) ?? []), needle])
    maybe[start & (maybe.length - 1)] = 1
  }
  const found = new Set<string>()
  for (let at = 0; at + START <= text.length; at += 1) {
    const start = startOf(text, at)
    if (maybe[start & (maybe.length - 1)] === 0) continue
    for (const needle of starts.get(start) ?? []) if (text.startsWith(needle, at)) found.add(needle)
  }
  return [...found]
}

function startOf(text: string, at: number): number {
  let hash = 0
  for (let index = at; index < at + START; index += 1) hash = (Math.imul(hash, 0x01000193) ^ text.charCodeAt(index)) | 0
  return hash ^ (hash >>> 15)
}
