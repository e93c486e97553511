import { connect, createServer, type Socket } from 'node:net'
import { literalOf, UnitReader } from './imap-units.ts'
import type { Random } from './random.ts'

/** What the proxy does to one command. */
export type Fault =
  | { kind: 'delay'; ms: number }
  /** The command never reaches the server; the connection ends with FIN or RST. */
  | { kind: 'cut' }
  | { kind: 'reset' }
  /** The server never sees it and the client is told so, in these words. */
  | { kind: 'NO'; text?: string }
  | { kind: 'BAD' }
  | { kind: 'BYE' }
  /** The server never sees it and the client is told that it is done. */
  | { kind: 'pretend' }
  /** The server does it; the connection ends before the answer. */
  | { kind: 'lost-answer' }
  /** The first literal of the answer ends half way, and with it the connection. */
  | { kind: 'half-literal' }
  /** Each FETCH row comes twice. */
  | { kind: 'duplicate-fetch' }
  /** A row with flags only follows each FETCH row, as when another client has just flagged the message. */
  | { kind: 'flags-after-fetch' }
  /** The first FETCH row is left out. */
  | { kind: 'omit-fetch' }
  /** EXISTS says so many instead. */
  | { kind: 'wrong-exists'; exists: number }
  /** SEARCH and ESEARCH leave everything out. */
  | { kind: 'empty-search' }

export interface Command {
  /** Which connection to the proxy, from 1. */
  connection: number
  tag: string
  /** `FETCH`, `UID FETCH`, `SELECT`, … in capitals. */
  verb: string
  /** The whole first line without tag; of LOGIN only the verb. */
  line: string
  /** This verb's count so far on the whole proxy, from 1. */
  nth: number
}

export interface ProxyRules {
  /** Capabilities that the server is not to have, e.g. UIDPLUS. */
  strip?: string[]
  /** Called before a command goes to the server; may act (kill, let another client in) and name a fault. */
  onCommand?: (command: Command) => Promise<Fault | null> | Fault | null
  /** Called when the server has done it and the client does not know yet. `cut` ends the connection there. */
  onAnswer?: (command: Command) => Promise<'cut' | null> | 'cut' | null
}

export interface ImapProxy {
  port: number
  /** May be replaced while running. */
  rules: ProxyRules
  /** Commands seen, oldest first. */
  seen: Command[]
  /** Ends all connections. */
  cutAll(): void
  close(): Promise<void>
}

/** Sits between a client and an IMAP server in clear on loopback, unit by unit, and does harm as told. */
export async function startImapProxy(
  upstream: { host: string; port: number },
  rules: ProxyRules = {},
): Promise<ImapProxy> {
  const sockets = new Set<Socket>()
  const proxy: ImapProxy = { port: 0, rules, seen: [], cutAll: () => undefined, close: () => Promise.resolve() }
  let connections = 0
  const server = createServer((client) => {
    connections += 1
    const remote = connect(upstream)
    for (const socket of [client, remote]) {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        sockets.delete(socket)
        client.destroy()
        remote.destroy()
      })
    }
    relay(proxy, connections, client, remote)
  })
  proxy.cutAll = () => {
    for (const socket of sockets) socket.destroy()
  }
  proxy.close = () => {
    proxy.cutAll()
    return new Promise((resolve) => server.close(() => resolve()))
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  proxy.port = typeof address === 'object' && address !== null ? address.port : 0
  return proxy
}

function relay(proxy: ImapProxy, connection: number, client: Socket, remote: Socket): void {
  const pending = new Map<string, { command: Command; fault: Fault | null }>()
  const fromClient = new UnitReader(true)
  const fromServer = new UnitReader(false)
  // One unit at a time in each direction: a hook may take its time.
  let requests = Promise.resolve()
  let answers = Promise.resolve()
  client.on('data', (chunk: Buffer) => {
    for (const unit of fromClient.push(chunk))
      requests = requests.then(() => request(unit)).catch(() => void client.destroy())
  })
  remote.on('data', (chunk: Buffer) => {
    for (const unit of fromServer.push(chunk))
      answers = answers.then(() => answer(unit)).catch(() => void client.destroy())
  })

  const request = async (unit: Buffer): Promise<void> => {
    const command = commandOf(unit, connection, proxy.seen)
    if (command === null) return void remote.write(unit)
    proxy.seen.push(command)
    const fault = (await proxy.rules.onCommand?.(command)) ?? null
    if (client.destroyed) return void remote.destroy()
    pending.set(command.tag, { command, fault })
    switch (fault?.kind) {
      case 'cut':
        return void client.end()
      case 'reset':
        return void client.resetAndDestroy()
      case 'NO':
      case 'BAD':
        pending.delete(command.tag)
        return void client.write(
          `${command.tag} ${fault.kind} ${('text' in fault && fault.text) || 'refused by the proxy'}\r\n`,
        )
      case 'pretend':
        pending.delete(command.tag)
        return void client.write(`${command.tag} OK done\r\n`)
      case 'BYE':
        return void client.end('* BYE going down\r\n')
      case 'delay':
        await new Promise((resolve) => setTimeout(resolve, fault.ms))
        return void remote.write(unit)
      default:
        remote.write(unit)
    }
  }

  const answer = async (unit: Buffer): Promise<void> => {
    if (client.destroyed) return
    const tag = /^(\S+) (?:OK|NO|BAD)\b/.exec(unit.toString('latin1', 0, 80))?.[1] ?? ''
    const done = pending.get(tag)
    if (done !== undefined) {
      pending.delete(tag)
      const verdict = await proxy.rules.onAnswer?.(done.command)
      if (done.fault?.kind === 'lost-answer' || verdict === 'cut') return void client.destroy()
    }
    // Untagged data belongs to whatever is being answered: gallra's connections carry one command at a time.
    const open = done ?? [...pending.values()].at(-1)
    for (const sent of spoilt(withoutCapabilities(unit, proxy.rules.strip ?? []), open?.fault ?? null, open)) {
      if (sent === 'end') return void client.destroy()
      client.write(sent)
    }
  }
}

function commandOf(unit: Buffer, connection: number, seen: readonly Command[]): Command | null {
  const line = unit.toString('latin1', 0, Math.min(unit.length, 2000)).trimEnd()
  const match = /^([A-Za-z0-9.]+) ((?:UID )?[A-Za-z]+)\b/.exec(line)
  if (match === null) return null
  const verb = match[2]!.toUpperCase()
  const secret = verb === 'LOGIN' || verb === 'AUTHENTICATE'
  const nth = seen.filter((one) => one.verb === verb).length + 1
  return { connection, tag: match[1]!, verb, line: secret ? verb : line.slice(match[1]!.length + 1), nth }
}

function spoilt(unit: Buffer, fault: Fault | null, open: { fault: Fault | null } | undefined): (Buffer | 'end')[] {
  const text = unit.toString('latin1', 0, 300)
  const fetchRow = /^\* \d+ FETCH /.test(text)
  switch (fault?.kind) {
    case 'half-literal': {
      const literal = literalOf(unit)
      return literal === null
        ? [unit]
        : [unit.subarray(0, literal.start + Math.floor((literal.end - literal.start) / 2)), 'end']
    }
    case 'duplicate-fetch':
      return fetchRow ? [unit, unit] : [unit]
    case 'flags-after-fetch': {
      const row = /^\* (\d+) FETCH .*?\bUID (\d+)/.exec(text)
      return fetchRow && row ? [unit, Buffer.from(`* ${row[1]!} FETCH (UID ${row[2]!} FLAGS (\\Flagged))\r\n`)] : [unit]
    }
    case 'omit-fetch':
      if (!fetchRow) return [unit]
      open!.fault = null
      return []
    case 'wrong-exists':
      return /^\* \d+ EXISTS/.test(text) ? [Buffer.from(`* ${fault.exists} EXISTS\r\n`)] : [unit]
    case 'empty-search': {
      if (/^\* SEARCH\b/.test(text)) return [Buffer.from('* SEARCH\r\n')]
      const esearch = /^(\* ESEARCH \(TAG "[^"]*"\) UID)/.exec(text)
      return esearch ? [Buffer.from(`${esearch[1]!}\r\n`)] : [unit]
    }
    default:
      return [unit]
  }
}

function withoutCapabilities(unit: Buffer, strip: string[]): Buffer {
  if (strip.length === 0 || !unit.toString('latin1', 0, 200).includes('CAPABILITY')) return unit
  let line = unit.toString('latin1')
  for (const name of strip) line = line.replaceAll(new RegExp(` ${name}(?=[ \\]\\r])`, 'g'), '')
  return Buffer.from(line, 'latin1')
}

/** The fault for the nth command that the pattern finds in verb and arguments, counted by this rule. */
export function onNth(pattern: RegExp, nth: number, fault: Fault): NonNullable<ProxyRules['onCommand']> {
  let count = 0
  return (command) => (pattern.test(command.line) && ++count === nth ? fault : null)
}

const RANDOM_FAULTS: Fault[] = [
  { kind: 'delay', ms: 30 },
  { kind: 'cut' },
  { kind: 'reset' },
  { kind: 'NO' },
  { kind: 'BAD' },
  { kind: 'BYE' },
  { kind: 'lost-answer' },
  { kind: 'half-literal' },
  { kind: 'duplicate-fetch' },
  { kind: 'flags-after-fetch' },
  { kind: 'omit-fetch' },
  { kind: 'wrong-exists', exists: 0 },
  { kind: 'wrong-exists', exists: 3 },
  { kind: 'empty-search' },
]

/** A random fault on a share of all commands after login. */
export function atRandom(
  random: Random,
  share: number,
  faults: Fault[] = RANDOM_FAULTS,
): NonNullable<ProxyRules['onCommand']> {
  const spared = new Set(['LOGIN', 'AUTHENTICATE', 'CAPABILITY', 'ID', 'ENABLE', 'LOGOUT', 'NAMESPACE'])
  return (command) => (!spared.has(command.verb) && random.chance(share) ? { ...random.pick(faults) } : null)
}
