/**
 * How mail programs mark what is not new, line by line. Every pattern is anchored, free of nested
 * repeats and applied to a capped line, so that hostile text costs linear time.
 */

/** Characters of a line that are looked at; marks of mail programs are shorter. */
const LINE_LOOKED_AT = 400
/** An attribution ("Den … skrev … :") is wrapped over at most this many lines. */
const ATTRIBUTION_LINES = 4
/** An Outlook header block spans at most this many lines, blank ones included. */
const HEADER_BLOCK_LINES = 12

const DASHED = new RegExp(
  String.raw`^[-_*\s]{2,40}(?:ursprungligt meddelande|ursprungligt brev|original message|` +
    String.raw`opprinnelig melding|oprindelig meddelelse|ursprüngliche nachricht|` +
    String.raw`original-nachricht)[-_*\s:]{1,40}$`,
  'iu',
)
const FORWARDED = new RegExp(
  String.raw`^[-_*\s>]{0,40}(?:vidarebefordrat (?:meddelande|brev)|vidarebefordrad post|` +
    String.raw`forwarded message|begin forwarded message|ursprungligt meddelande bifogas|` +
    String.raw`videresendt (?:melding|meddelelse|besked)|weitergeleitete nachricht|` +
    String.raw`anfang der weitergeleiteten (?:nachricht|e-mail))\b.{0,60}$`,
  'iu',
)
const FROM_LABEL = /^[*_\s]{0,4}(?:från|from|fra|von|avsändare)\s?[*_]{0,2}:/iu
const OTHER_LABEL = new RegExp(
  String.raw`^[*_\s]{0,4}(?:skickat|till|ämne|kopia|datum|sent|to|subject|cc|date|sendt|til|emne|` +
    String.raw`kopi|dato|gesendet|an|betreff|datum)\s?[*_]{0,2}:`,
  'iu',
)
const QUOTED = /^\s{0,3}>/u
const ATTRIBUTION_START = new RegExp(
  String.raw`^(?:den|on|am|på|kl|\d{1,2}[.\s/]|\d{4}-\d|(?:mån|tis|ons|tor|fre|lör|sön|man|tir|lør|` +
    String.raw`søn|mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so)[a-zåäöø]{0,6}[.,\s])`,
  'iu',
)
const WROTE = /(?:^|\s)(?:skrev|wrote|schrieb|skreiv)(?:[\s:]|$)/iu
const DATE_OR_ADDRESS = /\d{1,2}[.:]\d{2}|[^\s@]@[^\s@]|\d{4}-\d{2}-\d{2}/u
const BARE_ATTRIBUTION = /^.{1,80}(?:^|\s)(?:skrev|wrote|schrieb)(?: följande| følgende)?\s?:$/iu
const MOBILE = new RegExp(
  String.raw`^\s{0,4}(?:skickat från|skickad från|sent from|sendt fra|von meinem|gesendet von|` +
    String.raw`hämta outlook för|get outlook for)\s.{0,60}$`,
  'iu',
)
const SIGNATURE = /^--[ \u00a0]?$/u
const FOOTER_OPENING = new RegExp(
  String.raw`^[*_\s]{0,4}(?:detta (?:meddelande|mejl|mail|e-?post|e-brev)|innehållet i detta|` +
    String.raw`this (?:e-?mail|message|communication)|the information (?:contained )?in this|` +
    String.raw`denne (?:e-posten|mailen|meldingen|e-mail)|diese (?:e-mail|nachricht)|confidentiality|` +
    String.raw`sekretess|konfidentialitet|when you (?:e-?mail|contact) us|när du (?:mejlar|mailar|` +
    String.raw`kontaktar|skickar e-?post till) oss|information om (?:hur vi behandlar|behandling av)|` +
    String.raw`så (?:här )?behandlar vi|vi (?:behandlar|värnar)|we (?:process|care about)|` +
    String.raw`tänk på miljön|please consider the environment)`,
  'iu',
)
const FOOTER_SUBSTANCE = new RegExp(
  String.raw`avsedd? (?:endast |enbart )?för|konfidentiell|sekretess|obehörig|felaktig(?:t|` +
    String.raw`en)? (?:mottag|fått)|mottagaren|confidential|intended (?:only |solely )?for|` +
    String.raw`intended recipient|addressee|privileged|fortrolig|vertraulich|integritetspolicy|` +
    String.raw`privacy policy|dataskyddsförordning|enligt gdpr|(?:dina|era) personuppgifter enligt|` +
    String.raw`skriver ut|printing`,
  'iu',
)
const ANSWERS_BELOW = new RegExp(
  String.raw`(?:svar|kommentar|answers?|comments?|replies)[^.\n]{0,40}(?:nedan|i texten|i rött|` +
    String.raw`i blått|below|inline|in red)|(?:se|see) (?:nedan|below) (?:i rött|in red)`,
  'iu',
)

type LineKind = 'text' | 'quoted' | 'signature' | 'mobile' | 'forwarded' | 'dashed'

export function kindOfLine(line: string): LineKind {
  const start = line.slice(0, LINE_LOOKED_AT)
  if (FORWARDED.test(start)) return 'forwarded'
  if (QUOTED.test(start)) return 'quoted'
  if (SIGNATURE.test(start)) return 'signature'
  if (MOBILE.test(start)) return 'mobile'
  return DASHED.test(start) ? 'dashed' : 'text'
}

/** Lines an Outlook header block starting at `at` spans; 0 when there is none. */
export function headerBlockAt(lines: readonly string[], at: number): number {
  if (!FROM_LABEL.test((lines[at] ?? '').slice(0, LINE_LOOKED_AT))) return 0
  let labels = 0
  let blanks = 0
  let length = 1
  for (let next = at + 1; next < Math.min(lines.length, at + HEADER_BLOCK_LINES); next += 1) {
    const line = (lines[next] ?? '').slice(0, LINE_LOOKED_AT)
    if (OTHER_LABEL.test(line)) {
      labels += 1
      blanks = 0
      length = next - at + 1
    } else if (line.trim() === '') blanks += 1
    // A header field may be wrapped over one line; two blank lines or two foreign ones end the block.
    else if (blanks > 0 || labels === 0 || next - at - length > 1) break
    if (blanks > 1) break
  }
  return labels >= 2 ? length : 0
}

/** Lines an attribution starting at `at` spans; 0 when there is none. */
export function attributionAt(lines: readonly string[], at: number): number {
  const first = (lines[at] ?? '').slice(0, LINE_LOOKED_AT).trim()
  if (first === '') return 0
  const wrapped = ATTRIBUTION_START.test(first) ? ATTRIBUTION_LINES : 1
  let joined = ''
  for (let count = 1; count <= wrapped; count += 1) {
    const line = (lines[at + count - 1] ?? '').trim()
    if (line === '' || (count > 1 && QUOTED.test(line)) || joined.length + line.length > LINE_LOOKED_AT) return 0
    joined = joined === '' ? line : `${joined} ${line}`
    if (!joined.endsWith(':')) continue
    if (WROTE.test(joined) && DATE_OR_ADDRESS.test(joined)) return count
    if (BARE_ATTRIBUTION.test(joined) && isQuoted(nextFilled(lines, at + count))) return count
    return 0
  }
  return 0
}

/** Whether the first line with text from `at` on, a few lines ahead at most, is marked as quoted. */
export function quotedFollows(lines: readonly string[], at: number): boolean {
  return isQuoted(nextFilled(lines, at))
}

/** Standing text under a mail: confidentiality, personal data, trees. `paragraph` may span lines. */
export function isFooter(paragraph: string): boolean {
  return FOOTER_OPENING.test(paragraph.slice(0, LINE_LOOKED_AT)) && FOOTER_SUBSTANCE.test(paragraph.slice(0, 2000))
}

/** The writer says that the answers are among the quoted lines. */
export function saysAnswersBelow(text: string): boolean {
  return ANSWERS_BELOW.test(text.slice(0, 2000))
}

function isQuoted(line: string): boolean {
  return QUOTED.test(line.slice(0, LINE_LOOKED_AT))
}

function nextFilled(lines: readonly string[], at: number): string {
  for (let next = at; next < Math.min(lines.length, at + 4); next += 1) {
    const line = lines[next] ?? ''
    if (line.trim() !== '') return line
  }
  return ''
}
