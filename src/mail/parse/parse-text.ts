import { htmlText, strippedText } from './html-text.ts'

/** Characters of text kept per message. */
export const MAX_TEXT_LENGTH = 2_000_000
/** Share of the HTML's words that the plain part must contain to replace it. */
const ENOUGH = 0.5
const SAMPLE_CHARACTERS = 100_000

/**
 * The body as text. The plain part replaces the HTML unless it says something else ("your program
 * cannot show HTML", or an HTML part beside a plain footer): then both are kept, so that neither
 * search nor an access request misses what the reader saw.
 */
export function bodyText(plain: string, html: string, problems: Set<string>): string {
  const text = cleanText(clipped(plain, problems))
  if (html === '') return bounded(text, problems)
  if (text !== '' && covers(text, html)) return bounded(text, problems)
  const rendered = htmlText(html)
  if (!rendered.complete) problems.add('html-cut')
  const fromHtml = cleanText(rendered.text)
  if (text === '' || fromHtml === '') return bounded(text === '' ? fromHtml : text, problems)
  problems.add('parts-differ')
  return bounded(`${text}\n\n${fromHtml}`, problems)
}

/** '\n' line ends, no NUL or other control characters, no invisible blanks at line ends. */
function cleanText(text: string): string {
  return text
    .replace(/\r\n?|\u2028|\u2029/g, '\n')
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufeff]/g, '')
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .trim()
}

/** Before it is taken apart into lines: ten million empty ones would cost half a gigabyte. */
function clipped(text: string, problems: Set<string>): string {
  if (text.length <= 2 * MAX_TEXT_LENGTH) return text
  problems.add('text-cut')
  return text.slice(0, 2 * MAX_TEXT_LENGTH)
}

function bounded(text: string, problems: Set<string>): string {
  if (text.length <= MAX_TEXT_LENGTH) return text
  problems.add('text-cut')
  return text.slice(0, MAX_TEXT_LENGTH)
}

function covers(plain: string, html: string): boolean {
  const wanted = words(strippedText(withoutStyles(html.slice(0, SAMPLE_CHARACTERS * 5))).slice(0, SAMPLE_CHARACTERS))
  if (wanted.size === 0) return true
  const has = words(plain.slice(0, SAMPLE_CHARACTERS * 2))
  let found = 0
  for (const word of wanted) if (has.has(word)) found += 1
  return found / wanted.size >= ENOUGH
}

function words(text: string): Set<string> {
  return new Set(text.toLowerCase().match(/[\p{L}\p{N}]{3,40}/gu) ?? [])
}

/** HTML without the contents of style, script and head; linear, by position. */
function withoutStyles(html: string): string {
  const lower = html.toLowerCase()
  let kept = ''
  let at = 0
  for (const match of lower.matchAll(/<(style|script|title)\b/g)) {
    if (match.index < at) continue
    kept += html.slice(at, match.index)
    const end = lower.indexOf(`</${match[1] ?? ''}`, match.index)
    at = end < 0 ? html.length : end
  }
  return kept + html.slice(at)
}
