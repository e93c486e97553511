/**
 * Content after transfer decoding (RFC 2045 section 6); null when the encoding is unknown or not written by the rules.
 */
export function decodeTransfer(content: Buffer, encoding: string): Buffer | null {
  switch (encoding) {
    case '':
    case '7bit':
    case '8bit':
    case 'binary':
      return content
    case 'base64':
      return decodeBase64(content)
    case 'quoted-printable':
      return decodeQuotedPrintable(content)
    default:
      return null
  }
}

/**
 * Lines of one length with CRLF, whole quartets. Nothing else is checked: the decoder skips
 * what is not base64, so a foreign octet shows in the length of the result.
 */
function decodeBase64(content: Buffer): Buffer | null {
  let end = content.length
  while (end > 1 && content[end - 1] === 10 && content[end - 2] === 13) end -= 2
  const firstEnd = content.subarray(0, Math.min(end, 1000)).indexOf(13)
  const width = firstEnd < 0 ? end : firstEnd
  if (width === 0) return end === 0 ? Buffer.alloc(0) : null
  let lineEnds = 0
  for (let at = width; at < end; at += width + 2) {
    if (content[at] !== 13 || content[at + 1] !== 10) return null
    lineEnds += 2
  }
  const characters = end - lineEnds
  if (characters % 4 !== 0) return null
  const padding = content[end - 1] !== 61 ? 0 : content[end - 2] !== 61 ? 1 : 2
  const decoded = Buffer.allocUnsafe((characters / 4) * 3 - padding)
  // By whole lines of whole quartets, so that a large attachment is never there as text too.
  const step = width % 4 === 0 ? Math.max(1, Math.floor(SLICE / (width + 2))) * (width + 2) : end
  let length = 0
  for (let at = 0; at < end; at += step) {
    const text = content.toString('latin1', at, Math.min(at + step, end))
    // `-` and `_` decode too (RFC 4648 section 5), but the reference skips them.
    if (text.includes('-') || text.includes('_')) return null
    length += decoded.write(text, length, 'base64')
  }
  return length === decoded.length ? decoded : null
}

/** Characters decoded at a time. */
const SLICE = 256 * 1024

const HEX = new Int8Array(256).fill(-1)
for (let digit = 0; digit < 16; digit += 1) {
  HEX[digit.toString(16).charCodeAt(0)] = digit
  HEX[digit.toString(16).toUpperCase().charCodeAt(0)] = digit
}

/** Every `=` is an octet in hex or a line end to be joined; no blanks at line ends. */
function decodeQuotedPrintable(content: Buffer): Buffer | null {
  const decoded = Buffer.allocUnsafe(content.length)
  let length = 0
  let before = 0
  for (let at = 0; at < content.length; at += 1) {
    const octet = content[at] ?? 0
    if ((octet === 13 || octet === 10) && (before === 32 || before === 9)) return null
    before = octet
    if (octet !== 61) {
      decoded[length++] = octet
      continue
    }
    const first = content[at + 1] ?? 0
    const second = content[at + 2] ?? 0
    if (first === 13 && second === 10) {
      at += 2
      before = 10
      continue
    }
    const value = (HEX[first] ?? -1) * 16 + (HEX[second] ?? -1)
    if ((HEX[first] ?? -1) < 0 || (HEX[second] ?? -1) < 0) return null
    decoded[length++] = value
    at += 2
    before = 0
  }
  return before === 32 || before === 9 ? null : decoded.subarray(0, length)
}
