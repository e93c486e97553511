/**
 * Parts a body into what its writer wrote and what came along: quoted history, signature, footers.
 * Swedish, English, Norwegian, Danish and German mail programs. Own code, because neither library
 * at hand knows Thunderbird's "skrev den", the Norwegian and Danish forms, or bounds its time.
 */
import { attributionAt, headerBlockAt, isFooter, kindOfLine, quotedFollows, saysAnswersBelow } from './quoting-lines.ts'

interface ExtractedText {
  /** What the writer wrote, forwarded text included; '' when there is nothing but history. */
  newText: string
  /** Quoted history only: neither signature nor footers. Quote marks are removed. */
  quotedText: string
}

const FORWARD_SUBJECT = /^\s{0,10}(?:vb|vs|fwd?|fw|wg|vidarebefordrat|videresendt|i)\s?:/iu
const QUOTE_MARKS = /^(?:\s{0,3}>){1,20}\s?/u

/**
 * Linear in the length of `text`. With `subject` a forward ("Vb:", "VS:", "Fwd:", "WG:") is known
 * by its prefix too, otherwise only by its mark ("Vidarebefordrat meddelande"); forwarded text is kept.
 */
export function extractNewText(text: string, options: { subject?: string } = {}): ExtractedText {
  const lines = text.replace(/\r\n?/g, '\n').split('\n')
  const forward = FORWARD_SUBJECT.test((options.subject ?? '').slice(0, 100))
  const parted = forward ? partForward(lines) : partReply(lines)
  const newText = withoutFooters(parted.fresh)
  if (!forward && parted.unmarked && newText !== '' && saysAnswersBelow(newText)) {
    return { newText: withoutFooters([...parted.fresh, ...parted.quoted]), quotedText: '' }
  }
  return { newText, quotedText: parted.quoted.join('\n').trim() }
}

interface Parted {
  fresh: string[]
  quoted: string[]
  /** The history carries no quote marks, so answers among it cannot be told apart. */
  unmarked: boolean
}

function partReply(lines: string[]): Parted {
  const fresh: string[] = []
  const quoted: string[] = []
  let inSignature = false
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? ''
    const kind = kindOfLine(line)
    if (kind === 'forwarded') return { fresh: [...fresh, ...lines.slice(at + 1).map(unmark)], quoted, unmarked: false }
    if (kind === 'quoted') {
      quoted.push(unmark(line))
      inSignature = false
      continue
    }
    const attribution = attributionAt(lines, at)
    if (attribution > 0 && quotedFollows(lines, at + attribution)) {
      inSignature = false
      at += attribution - 1
      continue
    }
    const historyAt =
      attribution > 0 ? at + attribution : kind === 'dashed' ? at + 1 : headerBlockAt(lines, at) > 0 ? at : -1
    if (historyAt >= 0) return { fresh, quoted: [...quoted, ...lines.slice(historyAt).map(unmark)], unmarked: true }
    if (kind === 'signature') inSignature = true
    else if (kind === 'text' && !inSignature) fresh.push(line)
  }
  return { fresh, quoted, unmarked: false }
}

/** Everything of a forward is content; only the forwarder's own mobile line goes. */
function partForward(lines: string[]): Parted {
  const fresh = lines.filter((line) => !['mobile', 'signature', 'forwarded'].includes(kindOfLine(line))).map(unmark)
  return { fresh, quoted: [], unmarked: false }
}

function unmark(line: string): string {
  return line.replace(QUOTE_MARKS, '')
}

/** Removes boilerplate paragraphs, wherever they are except first. */
function withoutFooters(lines: string[]): string {
  const kept: string[] = []
  let paragraph: string[] = []
  let first = true
  for (const line of [...lines, '']) {
    if (line.trim() !== '') {
      paragraph.push(line)
      continue
    }
    if (paragraph.length > 0) {
      const footer = !first && isFooter(paragraph.slice(0, 20).join(' '))
      if (!footer) for (const written of [...paragraph, '']) kept.push(written)
      first = false
      paragraph = []
    } else if (kept.length > 0 && kept.at(-1) !== '') kept.push('')
  }
  // Rules of dashes and underscores belonged to what was cut.
  while (kept.length > 0 && /^[-_=*\s]{0,200}$/u.test(kept.at(-1) ?? '')) kept.pop()
  while (kept.length > 0 && (kept[0] ?? '').trim() === '') kept.shift()
  return kept.join('\n').trim()
}
