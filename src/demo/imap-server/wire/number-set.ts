/** An RFC 3501 sequence-set as inclusive ranges. */
type NumberRanges = [low: number, high: number][]

const SET = /^(?:\d{1,10}|\*)(?::(?:\d{1,10}|\*))?(?:,(?:\d{1,10}|\*)(?::(?:\d{1,10}|\*))?)*$/

/** `*` stands for `largest`. Null when the text is no sequence-set. */
export function parseNumberSet(text: string, largest: number): NumberRanges | null {
  if (!SET.test(text)) return null
  return text.split(',').map((part) => {
    const [first, second] = part.split(':').map((bound) => (bound === '*' ? largest : Number(bound)))
    const [low, high] = [first!, second ?? first!]
    return low <= high ? [low, high] : [high, low]
  })
}

export function includesNumber(ranges: NumberRanges, number: number): boolean {
  return ranges.some(([low, high]) => number >= low && number <= high)
}

/** Consecutive numbers are joined: [1, 2, 3, 7] becomes `1:3,7`. */
export function formatNumberSet(numbers: readonly number[]): string {
  const parts: string[] = []
  for (let first = 0; first < numbers.length;) {
    let last = first
    while (numbers[last + 1] === numbers[last]! + 1) last++
    parts.push(last === first ? `${numbers[first]!}` : `${numbers[first]!}:${numbers[last]!}`)
    first = last + 1
  }
  return parts.join(',')
}
