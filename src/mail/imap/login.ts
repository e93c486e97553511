import { ImapFlow, type ImapFlowOptions } from 'imapflow'
import type { ServerLogin } from '../../core/mailbox/server-login.ts'
import { requireEncryption, tlsOptions } from '../tls.ts'
import { connectError } from './errors.ts'

/** A message larger than this (octets) is refused before it is fetched; see `fetchSources`. */
export const MAX_MESSAGE_BYTES = 256 * 1024 * 1024

const SECOND = 1000

/**
 * A logged-in connection, and what imapflow last logged as an error: only status and codes are read from that, and
 * nothing is printed.
 */
export interface Connection {
  client: ImapFlow
  lastError(): unknown
  forgetError(): void
  /** True once imapflow has dropped a flag that the folder does not accept; reading clears it. */
  takeDropped(): boolean
}

/**
 * Connects and logs in; verifies the certificate. One object is one connection: imapflow instances
 * cannot be used again.
 * @throws GallraError plain-text-refused, login-refused, certificate-refused, mail-server-unreachable
 */
export async function logIn(login: ServerLogin): Promise<Connection> {
  requireEncryption(login)
  let lastError: unknown = null
  let dropped = false
  const silent = (): void => undefined
  const listen = (entry: unknown): void => {
    if (typeof entry !== 'object' || entry === null) return
    if ('err' in entry) lastError = entry.err
    if ('dropped' in entry) dropped = true
  }
  // imapflow's log holds addresses, paths and texts: nothing of it is written anywhere (P7). The levels not
  // listened to are switched off, or imapflow would put every message into a log line first.
  const isLevelEnabled = (level: string): boolean => level === 'warn' || level === 'error'
  const logger = { trace: silent, debug: silent, info: silent, warn: listen, error: listen, isLevelEnabled }
  const options: ImapFlowOptions = {
    host: login.host,
    port: login.port,
    secure: login.security === 'tls',
    doSTARTTLS: login.security === 'starttls',
    auth: { user: login.user, pass: login.password },
    tls: tlsOptions(login),
    clientInfo: { name: 'gallra' },
    logger,
    qresync: true,
    disableCompression: true,
    autoIdleDelay: 150,
    // RFC 9051 lets a server cut a silent client after 30 minutes, some do it earlier.
    maxIdleTime: 5 * 60 * SECOND,
    connectionTimeout: 20 * SECOND,
    greetingTimeout: 16 * SECOND,
    socketTimeout: 2 * 60 * SECOND,
    maxLineLength: 64 * 1024 * 1024,
    maxLiteralSize: MAX_MESSAGE_BYTES + 1024 * 1024,
    maxResponseSize: MAX_MESSAGE_BYTES + 64 * 1024 * 1024,
  }
  const client = new ImapFlow(options)
  // Without a listener ECONNRESET ends the process; what matters is the `close` that follows.
  client.on('error', (error) => {
    lastError = error
  })
  try {
    await client.connect()
  } catch (error) {
    client.close()
    throw connectError(error, login)
  }
  const takeDropped = (): boolean => {
    const was = dropped
    dropped = false
    return was
  }
  const forgetError = (): void => {
    lastError = null
  }
  return { client, lastError: () => lastError, forgetError, takeDropped }
}
