import { join } from 'node:path'
import type { IngestSource } from '../../src/pipeline/ingest/prepare.ts'
import { readRules } from '../../src/rulebook/read-rules.ts'
import { saveAccount, type Account } from '../../src/store/accounts.ts'
import { openArchive } from '../../src/store/opening/open-archive.ts'
import type { Archive } from '../../src/store/archive.ts'
import type { RawMessage } from '../../src/mail/imap/mailbox-types.ts'
import { mailMix, type Mix } from './mail-mix.ts'
import type { ServerOptions } from './server.ts'

export interface BenchPlace {
  directory: string
  /** The project. */
  root: string
}

const OWN = { addresses: ['info@promix.se'], domains: ['promix.se'], staffAddresses: [], authservId: 'mail.promix.se' }

export function openBenchArchive({ directory, root }: BenchPlace): Promise<Archive> {
  return openArchive(
    {
      dataDirectory: directory,
      keysDirectory: join(directory, 'keys'),
      migrationsDirectory: join(root, 'prisma', 'migrations'),
      databaseUrl: null,
    },
    new Date(),
  )
}

export function loginOf(server: ServerOptions) {
  return {
    host: server.host,
    port: server.port,
    security: server.ca === null ? ('none' as const) : ('tls' as const),
    user: server.user,
    password: server.password,
    ca: server.ca,
  }
}

export function benchAccount(archive: Archive, server: ServerOptions | null): Promise<Account> {
  const login =
    server === null
      ? { host: '127.0.0.1', port: 1, security: 'none' as const, user: 'u', password: 'p', ca: null }
      : loginOf(server)
  return saveAccount(archive, { address: 'info@promix.se', ...login, own: OWN, folders: null }, new Date())
}

export function benchRules({ root }: BenchPlace): IngestSource['rules'] {
  return readRules(join(root, 'rules'))
}

/** The mix as if fetched, in batches; no server involved. */
export function* rawBatches(mix: Mix, count: number, size: number): Generator<RawMessage[]> {
  let batch: RawMessage[] = []
  let uid = 0
  for (const { date, source } of mailMix(mix, count)) {
    uid += 1
    batch.push({ uid, flags: [], internalDate: date, source, size: source.length })
    if (batch.length < size) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}
