/**
 * Text from mail made safe for a terminal: control characters could move the cursor or change its
 * settings, and bidirectional marks could show another text than is there (P10).
 */
export function plain(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]/gu, '').replace(/[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, '')
}

/** One line of at most `length` characters. */
export function oneLine(text: string, length: number): string {
  const line = plain(text.slice(0, length * 4))
    .replace(/\s+/g, ' ')
    .trim()
  const letters = Array.from(line)
  return letters.length > length ? `${letters.slice(0, length - 1).join('')}…` : line
}

/** C1 controls survive JSON.stringify and are commands to some terminals. */
export function toJson(value: unknown): string {
  const text = JSON.stringify(value, (_key, each: unknown) => (typeof each === 'bigint' ? Number(each) : each), 2)
  return text.replace(
    /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
