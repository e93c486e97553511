/**
 * Text from mail made safe to show: control characters could move a terminal's cursor or change its settings, and
 * bidirectional marks could show another text than is there (P10).
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
