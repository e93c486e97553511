/** One client command: its text with `{n}` CRLF where a literal stood, and the literals in order. */
export interface RawCommand {
  text: string
  literals: Buffer[]
}

const LONGEST_LINE = 64 * 1024
const LARGEST_LITERAL = 50 * 1024 * 1024

/** Cuts the octets of a connection into commands (RFC 3501 section 4.3, LITERAL+ of RFC 7888). */
export class CommandReader {
  private chunks: Buffer[] = []
  private buffered = 0
  private text = ''
  private literals: Buffer[] = []
  private missing: number | null = null
  private readonly inviteLiteral: () => void

  /** @param inviteLiteral called when the client waits for leave to send a literal */
  constructor(inviteLiteral: () => void) {
    this.inviteLiteral = inviteLiteral
  }

  /** @throws RangeError when a line or literal is larger than the server takes */
  push(chunk: Buffer): RawCommand[] {
    this.chunks.push(chunk)
    this.buffered += chunk.length
    // A large literal comes in many chunks: joining them only when it is whole keeps the time linear.
    if (this.missing !== null && this.buffered < this.missing) return []
    let octets = Buffer.concat(this.chunks)
    const commands: RawCommand[] = []
    for (;;) {
      if (this.missing !== null) {
        if (octets.length < this.missing) break
        this.literals.push(octets.subarray(0, this.missing))
        octets = octets.subarray(this.missing)
        this.missing = null
      }
      const lineEnd = octets.indexOf('\r\n')
      if (lineEnd < 0) break
      const line = octets.toString('utf8', 0, lineEnd)
      octets = octets.subarray(lineEnd + 2)
      const complete = this.takeLine(line)
      if (complete !== null) commands.push(complete)
    }
    if (this.missing === null && octets.length > LONGEST_LINE) throw new RangeError('line too long')
    this.chunks = [octets]
    this.buffered = octets.length
    return commands
  }

  private takeLine(line: string): RawCommand | null {
    const literal = /\{(\d{1,12})(\+?)\}$/.exec(line)
    if (literal === null) {
      const command = { text: this.text + line, literals: this.literals }
      this.text = ''
      this.literals = []
      return command
    }
    const size = Number(literal[1])
    if (size > LARGEST_LITERAL || this.text.length + line.length > LONGEST_LINE)
      throw new RangeError('literal too large')
    this.text += `${line.slice(0, literal.index)}{${size}}\r\n`
    this.missing = size
    if (literal[2] === '') this.inviteLiteral()
    return null
  }
}
