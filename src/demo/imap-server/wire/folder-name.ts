/** Modified UTF-7 of folder names (RFC 3501 section 5.1.3). */
export function encodeFolderName(name: string): string {
  return name.replace(/&/g, '&-').replace(/[^\x20-\x7e]+/g, (text) => {
    const base64 = Buffer.from(text, 'utf16le').swap16().toString('base64')
    return `&${base64.replace(/=+$/, '').replaceAll('/', ',')}-`
  })
}

export function decodeFolderName(encoded: string): string {
  return encoded.replace(/&([^&-]*)-/g, (_whole, base64: string) => {
    if (base64 === '') return '&'
    const octets = Buffer.from(base64.replaceAll(',', '/'), 'base64')
    return octets
      .subarray(0, octets.length & ~1)
      .swap16()
      .toString('utf16le')
  })
}

/** LIST patterns (RFC 3501 section 6.3.8): `*` matches anything, `%` anything but the separator `/`. */
export function matchesPattern(name: string, pattern: string): boolean {
  // reached[i]: the pattern so far can end before name[i]. Time is name x pattern, whatever they are.
  let reached = Array.from({ length: name.length + 1 }, (_, i) => i === 0)
  for (const sign of pattern) {
    const next = new Array<boolean>(name.length + 1).fill(false)
    for (let i = 0; i <= name.length; i++) {
      if (sign === '*' || sign === '%') {
        next[i] = reached[i]! || (i > 0 && next[i - 1]! && (sign === '*' || name[i - 1] !== '/'))
      } else {
        next[i] = i > 0 && reached[i - 1]! && name[i - 1]!.toLowerCase() === sign.toLowerCase()
      }
    }
    reached = next
  }
  return reached[name.length]!
}
