import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/** Every setting gallra reads from the environment; the one reader of `process.env`. */
export interface Config {
  /** GALLRA_DATA: folder of all state. Default `~/.gallra`. */
  dataDirectory: string
  /** GALLRA_KEYS: folder of key file and keyring. Default `<data>/keys`. */
  keysDirectory: string
  /** GALLRA_KEYS_COPY: folder on another disk that always holds a copy of the keys; null = none. */
  keysCopyDirectory: string | null
  /** GALLRA_RULES: folder of cases.yaml and schedule.yaml. Default: the shipped ones. */
  rulesDirectory: string
  /** DATABASE_URL: PostgreSQL >= 15; null = the embedded one. */
  databaseUrl: string | null
  /** GALLRA_LOG: pino level. Default `warn` for verbs, `info` for `serve`. */
  logLevel: string | null
  /** LC_ALL, LC_MESSAGES or LANG starting with `en` = English, anything else Swedish. */
  language: 'sv' | 'en'
}

const PROGRAM_ROOT = resolve(import.meta.dirname, '..')

export const MIGRATIONS_DIRECTORY = join(PROGRAM_ROOT, 'prisma', 'migrations')

export function readConfig(env: NodeJS.ProcessEnv): Config {
  const dataDirectory = resolve(env['GALLRA_DATA'] || join(homedir(), '.gallra'))
  const locale = env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || ''
  return {
    dataDirectory,
    keysDirectory: resolve(env['GALLRA_KEYS'] || join(dataDirectory, 'keys')),
    keysCopyDirectory: env['GALLRA_KEYS_COPY'] ? resolve(env['GALLRA_KEYS_COPY']) : null,
    rulesDirectory: resolve(env['GALLRA_RULES'] || join(PROGRAM_ROOT, 'rules')),
    databaseUrl: env['DATABASE_URL'] || null,
    logLevel: env['GALLRA_LOG'] || null,
    language: /^en/i.test(locale) ? 'en' : 'sv',
  }
}
