import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'

const BINARY = '/usr/sbin/dovecot'
const NOBODY = 65534

export interface Dovecot {
  host: string
  /** Plain IMAP with STARTTLS when `tls`. */
  port: number
  /** IMAP over TLS; 0 without `tls`. */
  tlsPort: number
  /** The CA that signed the server's certificate; '' without `tls`. */
  caPem: string
  user: string
  password: string
  /** The Maildir of INBOX; folder X lies in `.X`. */
  maildir: string
  restart(): Promise<void>
  /** SIGKILL to the server and its children; `restart` brings it back. */
  kill9(): Promise<void>
  /** Ends it and keeps its mail; `restart` brings it back. */
  stopServing(): Promise<void>
  stop(): Promise<void>
  /** Makes the folder come back with another UIDVALIDITY and new UIDs. */
  resetUidValidity(folder: string): Promise<void>
}

export interface DovecotOptions {
  tls?: boolean
  /** Replaces the advertised capabilities, e.g. 'IMAP4rev1 IDLE' for a server without UIDPLUS. */
  capability?: string
}

export function dovecotAvailable(): boolean {
  return existsSync(BINARY) && process.platform === 'linux'
}

/** A private Dovecot in a temporary folder, as an unprivileged user, on free ports of 127.0.0.1. */
export async function startDovecot(options: DovecotOptions = {}): Promise<Dovecot> {
  const root = process.getuid?.() === 0
  const name = root ? 'nobody' : userInfo().username
  const ids = root ? { uid: NOBODY, gid: NOBODY } : { uid: userInfo().uid, gid: userInfo().gid }
  const group = execFileSync('id', ['-gn', name], { encoding: 'utf8' }).trim()
  const folder = await mkdtemp(join(tmpdir(), 'gallra-dovecot-'))
  const maildir = join(folder, 'mail', 'Maildir')
  for (const part of ['run', 'state', 'mail']) await mkdir(join(folder, part))
  const port = await freePort()
  const tlsPort = options.tls === true ? await freePort() : 0
  const caPem = options.tls === true ? await makeCertificates(folder) : ''
  await writeFile(join(folder, 'users'), 'anna@exempel.se:{PLAIN}hemligt\n')
  await writeFile(
    join(folder, 'dovecot.conf'),
    configuration({ folder, name, group, port, tlsPort, capability: options.capability ?? null }),
  )
  await chmod(folder, 0o755)
  if (root)
    for (const path of [folder, ...(await readdir(folder)).map((one) => join(folder, one))])
      await chown(path, ids.uid, ids.gid)

  let child: ChildProcess | null = null
  const start = async (): Promise<void> => {
    child = spawn(BINARY, ['-F', '-c', join(folder, 'dovecot.conf')], {
      stdio: 'ignore',
      detached: true,
      ...(root ? ids : {}),
    })
    await portAnswers(port, folder)
  }
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const running = child
    child = null
    if (running?.pid === undefined || running.exitCode !== null || running.signalCode !== null) return
    const exited = new Promise<void>((resolve) => running.once('exit', () => resolve()))
    // SIGKILL leaves Dovecot's children alive: end exactly those whose ancestor is ours.
    const family = signal === 'SIGKILL' ? descendants(running.pid) : []
    for (const pid of [running.pid, ...family]) kill(pid, signal)
    await exited
    await portFree(port)
  }
  await start()
  return {
    host: '127.0.0.1',
    port,
    tlsPort,
    caPem,
    user: 'anna@exempel.se',
    password: 'hemligt',
    maildir,
    async restart() {
      await end('SIGTERM')
      await start()
    },
    kill9: () => end('SIGKILL'),
    stopServing: () => end('SIGTERM'),
    async stop() {
      // Nothing of it is kept; SIGTERM takes Dovecot a second, which it sleeps.
      await end('SIGKILL')
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    },
    async resetUidValidity(name) {
      const path = name === 'INBOX' ? maildir : join(maildir, `.${name}`)
      await end('SIGTERM')
      // A new UIDVALIDITY is the current second, never one below the last given: wait it out.
      await new Promise((resolve) => setTimeout(resolve, 1100))
      for (const file of await readdir(path)) {
        if (file.startsWith('dovecot-uidlist') || file.startsWith('dovecot.index')) await rm(join(path, file))
      }
      await start()
    },
  }
}

function configuration(the: {
  folder: string
  name: string
  group: string
  port: number
  tlsPort: number
  capability: string | null
}): string {
  const tls = the.tlsPort > 0
  const special = (path: string, use: string): string =>
    `  mailbox ${path} {\n    special_use = \\${use}\n    auto = subscribe\n  }\n`
  return `base_dir = ${the.folder}/run
state_dir = ${the.folder}/state
log_path = ${the.folder}/dovecot.log
default_internal_user = ${the.name}
default_internal_group = ${the.group}
default_login_user = ${the.name}
protocols = imap
listen = 127.0.0.1
mail_max_userip_connections = 50
shutdown_clients = yes
${the.capability === null ? '' : `imap_capability = ${the.capability}\n`}service anvil {
  chroot =
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${the.port}
  }
  inet_listener imaps {
    port = ${the.tlsPort}
  }
}
${tls ? `ssl = yes\nssl_cert = <${the.folder}/cert.pem\nssl_key = <${the.folder}/key.pem` : 'ssl = no'}
passdb {
  driver = passwd-file
  args = ${the.folder}/users
}
userdb {
  driver = static
  args = uid=${the.name} gid=${the.group} home=${the.folder}/mail
}
mail_location = maildir:~/Maildir
namespace inbox {
  inbox = yes
  separator = /
${special('Sent', 'Sent')}${special('Trash', 'Trash')}}
`
}

/** A CA and a certificate for 127.0.0.1 and localhost signed by it; returns the CA as PEM. */
/** A CA and, signed by it, `cert.pem` and `key.pem` for localhost and 127.0.0.1. Returns the CA. */
export async function makeCertificates(folder: string): Promise<string> {
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' })
  }
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '7', '-subj', '/CN=Test CA')
  openssl('req', ...key, '-keyout', 'key.pem', '-out', 'server.csr', '-subj', '/CN=localhost')
  await writeFile(join(folder, 'extensions'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n')
  openssl(
    'x509',
    '-req',
    '-in',
    'server.csr',
    '-CA',
    'ca.pem',
    '-CAkey',
    'ca.key',
    '-CAcreateserial',
    '-out',
    'cert.pem',
    '-days',
    '7',
    '-extfile',
    'extensions',
  )
  return readFile(join(folder, 'ca.pem'), 'utf8')
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
}

function tryConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const answer = (value: boolean) => (): void => {
      socket.destroy()
      resolve(value)
    }
    socket.once('data', answer(true))
    socket.once('error', answer(false))
    socket.once('end', answer(false))
    socket.setTimeout(2000, answer(false))
  })
}

async function portAnswers(port: number, folder: string): Promise<void> {
  for (let i = 0; i < 100; i += 1) {
    if (await tryConnect(port)) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`Dovecot did not start: ${await readFile(join(folder, 'dovecot.log'), 'utf8').catch(() => 'no log')}`)
}

/** The port stays taken for about a second after SIGTERM: the next start must be able to bind. */
async function portFree(port: number): Promise<void> {
  for (let i = 0; i < 100; i += 1) {
    const free = await new Promise<boolean>((resolve) => {
      const probe = createServer()
      probe.once('error', () => resolve(false))
      probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
    })
    if (free) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`port ${port} is still taken`)
}

function descendants(pid: number): number[] {
  const pairs = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
  const found = [pid]
  for (let i = 0; i < found.length; i += 1) {
    for (const [child, parent] of pairs)
      if (parent === found[i] && child !== undefined && !found.includes(child)) found.push(child)
  }
  return found.slice(1)
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It ended by itself in between.
  }
}
