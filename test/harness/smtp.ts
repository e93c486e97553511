import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SMTPServer } from 'smtp-server'
import type { ServerLogin } from '../../src/core/mailbox/server-login.ts'
import { makeCertificates } from './dovecot.ts'

export const SMTP_USER = 'info@promix.se'
export const SMTP_PASSWORD = 'brevhemlighet'

/** What the server does with the next message; set by a test, back to `take` after each recipient it names. */
export type SmtpFault =
  | 'take'
  | 'refuse-recipient'
  | 'defer-recipient'
  | 'cut-after-data'
  | 'close-with-421'
  | 'refuse-data'
  | 'defer-data'
  | 'stall'

export interface TestSmtp {
  port: number
  caPem: string
  /** Messages the server took, whatever it told the client. */
  received: { to: string[]; source: string; secure: boolean }[]
  /** How many times a password was shown. */
  logins: number
  fault: SmtpFault
  /** The login of the account, with STARTTLS. */
  login(more?: Partial<ServerLogin>): ServerLogin
  stop(): Promise<void>
}

/** A real SMTP server on loopback, with STARTTLS unless told otherwise. */
export async function startSmtp(options: { starttls?: boolean } = {}): Promise<TestSmtp> {
  const folder = await mkdtemp(join(tmpdir(), 'gallra-smtp-'))
  const caPem = await makeCertificates(folder)
  const [cert, key] = await Promise.all(['cert.pem', 'key.pem'].map((name) => readFile(join(folder, name))))
  await rm(folder, { recursive: true })
  const refusal = (code: number) => Object.assign(new Error('no'), { responseCode: code })
  const state: TestSmtp = {
    port: 0,
    caPem,
    received: [],
    logins: 0,
    fault: 'take',
    login: (more = {}) => ({
      host: 'localhost',
      port: state.port,
      security: 'starttls',
      user: SMTP_USER,
      password: SMTP_PASSWORD,
      ca: caPem,
      ...more,
    }),
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  }
  const server = new SMTPServer({
    key: key!,
    cert: cert!,
    ...(options.starttls === false ? { disabledCommands: ['STARTTLS'] } : {}),
    allowInsecureAuth: options.starttls === false,
    closeTimeout: 100,
    onAuth({ username, password }, _session, done) {
      state.logins += 1
      if (username === SMTP_USER && password === SMTP_PASSWORD) done(null, { user: username })
      else done(refusal(535))
    },
    onRcptTo(_address, _session, done) {
      if (state.fault === 'refuse-recipient') done(refusal(550))
      else if (state.fault === 'defer-recipient') done(refusal(450))
      else done()
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const { fault } = state
        if (fault === 'refuse-data') return done(refusal(554))
        if (fault === 'defer-data') return done(refusal(451))
        state.received.push({
          to: session.envelope.rcptTo.map(({ address }) => address),
          source: Buffer.concat(chunks).toString(),
          secure: session.secure,
        })
        if (fault === 'cut-after-data') for (const connection of server.connections) connection._socket.destroy()
        else if (fault === 'close-with-421')
          for (const connection of server.connections) connection._socket.end('421 4.3.2 going down\r\n')
        else if (fault === 'take') done()
      })
    },
  })
  server.on('error', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.server.address()
  if (typeof address === 'object' && address !== null) state.port = address.port
  return state
}
