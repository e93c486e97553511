import { compile } from 'html-to-text'

/** Characters of HTML that are rendered; the rest is left out. */
const MAX_HTML_LENGTH = 1_500_000
/** html-to-text walks recursively and its parser is quadratic in the depth; real mail stays far below. */
const MAX_DEPTH = 200
const MAX_OPEN_TAGS = 60_000

const render = compile({
  wordwrap: false,
  limits: { maxInputLength: MAX_HTML_LENGTH, maxDepth: MAX_DEPTH, maxChildNodes: 50_000, ellipsis: '' },
  selectors: [
    { selector: 'a', options: { ignoreHref: false, hideLinkHrefIfSameAsText: true, linkBrackets: ['<', '>'] } },
    { selector: 'img', format: 'skip' },
    { selector: 'blockquote', format: 'blockquote', options: { leadingLineBreaks: 1, trailingLineBreaks: 1 } },
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
    { selector: 'table', format: 'block' },
  ],
})

/**
 * HTML as plain text, lines not wrapped, quoted blocks prefixed '> '. `complete` is false when
 * limits cut something or the markup could not be walked: then the tags are just taken out.
 */
export function htmlText(html: string): { text: string; complete: boolean } {
  const bounded = html.slice(0, MAX_HTML_LENGTH)
  const complete = bounded.length === html.length
  if (tooDeep(bounded)) return { text: strippedText(bounded), complete: false }
  try {
    return { text: render(bounded), complete }
  } catch {
    return { text: strippedText(bounded), complete: false }
  }
}

/** Text between tags, linear time: `[^<>]*` stops at the next bracket, so runs of '<' cost nothing. */
export function strippedText(html: string): string {
  const bare = html.replace(/<[^<>]*>/g, ' ')
  return bare
    .replace(
      /&(nbsp|amp|lt|gt|quot|#\d{1,7});/gi,
      (whole, name: string) => ENTITIES[name.toLowerCase()] ?? numeric(name, whole),
    )
    .replace(/[ \t]{2,}/g, ' ')
    .trim()
}

const ENTITIES: Record<string, string> = { nbsp: ' ', amp: '&', lt: '<', gt: '>', quot: '"' }

function numeric(name: string, whole: string): string {
  const code = name.startsWith('#') ? Number(name.slice(1)) : Number.NaN
  return code > 31 && code < 0x110000 ? String.fromCodePoint(code) : whole
}

const VOID = new Set([
  'br',
  'img',
  'hr',
  'meta',
  'link',
  'input',
  'col',
  'area',
  'base',
  'wbr',
  'source',
  'p',
  'li',
  'td',
  'tr',
  'th',
  'dt',
  'dd',
  'option',
])

/**
 * Rough nesting depth, by counting start and end tags in one pass; elements that browsers close by themselves do not
 * count.
 */
function tooDeep(html: string): boolean {
  let depth = 0
  let tags = 0
  for (const match of html.matchAll(/<(\/?)([a-z][a-z0-9]{0,15})/gi)) {
    tags += 1
    if (tags > MAX_OPEN_TAGS) return true
    if (VOID.has((match[2] ?? '').toLowerCase())) continue
    if (match[1] === '/') depth = Math.max(0, depth - 1)
    else depth += 1
    if (depth > MAX_DEPTH * 3) return true
  }
  return false
}
