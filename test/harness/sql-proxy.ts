import { connect, createServer, type Socket } from 'node:net'

/**
 * One statement on its way: `sent` before the server sees it, `answered` when it is done and the client does not know
 * yet.
 */
export interface Statement {
  text: string
  phase: 'sent' | 'answered'
}

export interface SqlProxy {
  /** Connection string through the proxy. */
  url: string
  /** May be replaced while running; `cut` ends the connection there: a statement `sent` is then never done. */
  onStatement: ((statement: Statement) => Promise<'cut' | null> | 'cut' | null) | null
  /** The server came back on another port. */
  moveTo(url: string): void
  close(): Promise<void>
}

/** Sits between a client and PostgreSQL (protocol 3.0, no TLS) and tells of every statement. */
export async function startSqlProxy(url: string): Promise<SqlProxy> {
  let target = new URL(url)
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const remote = connect({ host: target.hostname, port: Number(target.port) })
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
    relay(proxy, client, remote)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const own = new URL(url)
  own.port = String(typeof address === 'object' && address !== null ? address.port : 0)
  const proxy: SqlProxy = {
    url: own.href,
    onStatement: null,
    moveTo: (other) => (target = new URL(other)),
    close: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
  return proxy
}

const PARSE = 0x50
const QUERY = 0x51
const COMMAND_COMPLETE = 0x43

function relay(proxy: SqlProxy, client: Socket, remote: Socket): void {
  // The startup message has no type octet.
  const fromClient = frames(true)
  const fromServer = frames(false)
  let requests = Promise.resolve()
  let answers = Promise.resolve()
  let current = ''
  const end = (): void => {
    client.destroy()
    remote.destroy()
  }
  client.on('data', (chunk: Buffer) => {
    for (const frame of fromClient(chunk)) requests = requests.then(() => request(frame))
  })
  remote.on('data', (chunk: Buffer) => {
    for (const frame of fromServer(chunk)) answers = answers.then(() => answer(frame))
  })
  const request = async (frame: Buffer): Promise<void> => {
    const text = statementOf(frame)
    if (text !== null) {
      current = text
      if ((await proxy.onStatement?.({ text, phase: 'sent' })) === 'cut') return end()
    }
    if (client.destroyed) return end()
    remote.write(frame)
  }
  const answer = async (frame: Buffer): Promise<void> => {
    if (frame[0] === COMMAND_COMPLETE && (await proxy.onStatement?.({ text: current, phase: 'answered' })) === 'cut')
      return end()
    if (!client.destroyed) client.write(frame)
  }
}

function statementOf(frame: Buffer): string | null {
  if (frame[0] === QUERY) return frame.toString('utf8', 5, frame.length - 1)
  if (frame[0] !== PARSE) return null
  const name = frame.indexOf(0, 5)
  return frame.toString('utf8', name + 1, frame.indexOf(0, name + 1))
}

/** Whole protocol messages out of a stream. */
function frames(untypedFirst: boolean): (chunk: Buffer) => Buffer[] {
  let rest: Buffer = Buffer.alloc(0)
  let first = untypedFirst
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    const found: Buffer[] = []
    for (;;) {
      const head = first ? 0 : 1
      if (rest.length < head + 4) return found
      const size = head + rest.readUInt32BE(head)
      if (rest.length < size) return found
      found.push(rest.subarray(0, size))
      rest = rest.subarray(size)
      first = false
    }
  }
}
