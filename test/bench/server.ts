import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ImapFlowOptions } from 'imapflow'
import { startDovecot, type Dovecot } from '../harness/dovecot.ts'
import { loadMaildir, type Loaded } from './maildir.ts'
import type { Mix } from './mail-mix.ts'

/** How a measured program reaches the mail server; with a CA it is TLS. */
export interface ServerOptions {
  host: string
  port: number
  user: string
  password: string
  ca: string | null
}

/** imapflow alone, without gallra around it. */
export function imapflowOptions({ host, port, user, password, ca }: ServerOptions): ImapFlowOptions {
  return {
    host,
    port,
    secure: ca !== null,
    doSTARTTLS: false,
    auth: { user, pass: password },
    ...(ca === null ? {} : { tls: { ca } }),
    logger: false,
  }
}

export interface LoadedServer extends Loaded {
  dovecot: Dovecot
  plain: ServerOptions
  tls: ServerOptions
}

export async function startLoaded(mix: Mix, count: number): Promise<LoadedServer> {
  const dovecot = await startDovecot({ tls: true })
  const loaded = loadMaildir(dovecot.maildir, mix, count)
  const { host, user, password } = dovecot
  return {
    ...loaded,
    dovecot,
    plain: { host, user, password, port: dovecot.port, ca: null },
    tls: { host, user, password, port: dovecot.tlsPort, ca: dovecot.caPem },
  }
}

export async function withDirectory<T>(work: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'gallra-bench-'))
  // Else PostgreSQL, which refuses root, would live outside it and stay behind.
  await chmod(directory, 0o711)
  try {
    return await work(directory)
  } finally {
    await rm(directory, { recursive: true, force: true, maxRetries: 5 })
  }
}
