const CRLF = Buffer.from('\r\n')
const LITERAL = /\{(\d+)\+?\}$/

/**
 * Cuts a stream into whole IMAP units: a line with the literals it announces and the lines that
 * continue it (RFC 9051 section 4.3). Gives each as it stood on the wire.
 */
export class UnitReader {
  #rest: Buffer = Buffer.alloc(0)
  readonly #waitsForGo: boolean

  /** @param waitsForGo stop after each `{n}` line: a client's synchronising literal needs the server's "+" first. */
  constructor(waitsForGo: boolean) {
    this.#waitsForGo = waitsForGo
  }

  push(chunk: Buffer): Buffer[] {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    const units: Buffer[] = []
    for (let end = this.#unitEnd(); end > 0; end = this.#unitEnd()) {
      units.push(this.#rest.subarray(0, end))
      this.#rest = this.#rest.subarray(end)
    }
    return units
  }

  #skip = 0

  #unitEnd(): number {
    if (this.#waitsForGo && this.#skip > 0) return this.#literalEnd()
    for (let from = 0; ;) {
      const lineEnd = this.#rest.indexOf(CRLF, from)
      if (lineEnd < 0) return 0
      const literal = LITERAL.exec(this.#rest.toString('latin1', Math.max(from, lineEnd - 24), lineEnd))
      if (literal === null) return lineEnd + 2
      if (this.#waitsForGo) {
        this.#skip = Number(literal[1])
        return lineEnd + 2
      }
      from = lineEnd + 2 + Number(literal[1])
      if (from > this.#rest.length) return 0
    }
  }

  /** The client's literal passes as a unit of its own, its end belonging to no command. */
  #literalEnd(): number {
    const end = Math.min(this.#rest.length, this.#skip)
    this.#skip -= end
    return end
  }
}

/** Where the octets of a unit's first literal begin and end; null without one. */
export function literalOf(unit: Buffer): { start: number; end: number } | null {
  const lineEnd = unit.indexOf(CRLF)
  const literal = LITERAL.exec(unit.toString('latin1', Math.max(0, lineEnd - 24), lineEnd))
  return literal === null ? null : { start: lineEnd + 2, end: lineEnd + 2 + Number(literal[1]) }
}
