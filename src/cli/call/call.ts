import type { Readable, Writable } from 'node:stream'
import type { Config } from '../../config.ts'
import type { NameKind } from '../../text/names.ts'
import type { TextKey, Texts } from '../../text/texts.ts'
import type { Language } from '../../text/wording/wording.ts'
import type { ExitCode } from './exit-codes.ts'

/** The world outside a verb; tests bring their own. */
export interface Io {
  stdin: Readable & { isTTY?: boolean }
  stdout: Writable & { isTTY?: boolean }
  stderr: Writable & { isTTY?: boolean }
  env: NodeJS.ProcessEnv
  clock?: () => Date
}

/** Options as given, by their long name without dashes in camel case. */
export interface Given {
  text(name: string): string | undefined
  texts(name: string): string[]
  has(name: string): boolean
}

/** One call of one verb. */
export interface Call {
  io: Io
  config: Config
  language: Language
  texts: Texts
  args: string[]
  given: Given
  json: boolean
  clock: () => Date
  /** A line on stdout. */
  say(text: string): void
  /** A line on stderr: what goes on, and what is wrong. */
  note(text: string): void
  /** The verb's result: the value with --json, else the text. */
  report(value: unknown, text: () => string): void
}

export interface VerbOption {
  flags: string
  about: TextKey
  required?: true
  many?: true
  choices?: readonly string[]
  /** Takes the codes and names of this kind; the help shows the names. */
  names?: NameKind
}

export interface Verb {
  /** Words after `gallra`, e.g. 'account add'. */
  name: string
  about: TextKey
  args?: readonly string[]
  options?: readonly VerbOption[]
  act(call: Call): Promise<ExitCode | undefined>
}

/** Verbs of one subject. */
export interface VerbRoom {
  about: TextKey
  verbs: readonly Verb[]
}

export function readGiven(options: Record<string, unknown>): Given {
  return {
    text: (name) => {
      const value = options[name]
      return typeof value === 'string' ? value : undefined
    },
    texts: (name) => {
      const value = options[name]
      return Array.isArray(value) ? value.map(String) : []
    },
    has: (name) => options[name] !== undefined && options[name] !== false,
  }
}
