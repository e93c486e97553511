import type { Socket } from 'node:net'
import { CommandReader, type RawCommand } from './wire/command-reader.ts'
import { CAPABILITIES } from './commands/command.ts'
import { dispatch } from './commands/dispatch.ts'
import { Session, type Login, type Wire } from './state/session.ts'

/** Serves one client until either side ends the connection. */
export function serveConnection(socket: Socket, login: Login): void {
  socket.setNoDelay(true)
  const session = new Session(login, wireOf(socket))
  const reader = new CommandReader(() => session.send('+ go ahead'))
  // Commands are answered one at a time, in order, also when the client sends several at once.
  let running = Promise.resolve()
  socket.on('data', (chunk: Buffer) => {
    let commands: RawCommand[]
    try {
      commands = reader.push(chunk)
    } catch {
      session.send('* BYE too large')
      socket.destroySoon()
      return
    }
    for (const command of commands) {
      running = running.then(() => dispatch(session, command)).catch(() => void socket.destroy())
    }
  })
  // A broken connection needs no answer: 'close' follows and ends the session.
  socket.on('error', () => {})
  socket.on('close', () => session.close())
  session.send(`* OK [CAPABILITY ${CAPABILITIES}] gallra demo server ready`)
}

function wireOf(socket: Socket): Wire {
  return {
    write: (octets) => {
      if (socket.writable) socket.write(octets)
    },
    end: () => void socket.end(),
    drained: () => {
      if (!socket.writableNeedDrain || socket.destroyed) return Promise.resolve()
      return new Promise((resolve) => {
        const done = (): void => {
          socket.off('drain', done)
          socket.off('close', done)
          resolve()
        }
        socket.on('drain', done)
        socket.on('close', done)
      })
    },
  }
}
