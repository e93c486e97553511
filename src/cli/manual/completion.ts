import { namesOf } from '../../text/names.ts'
import type { Language } from '../../text/wording/wording.ts'
import { badInput } from '../call/bad-input.ts'
import type { Call, Verb, VerbOption } from '../call/call.ts'

export const SHELLS = ['bash', 'zsh'] as const
type Shell = (typeof SHELLS)[number]

const COMMON = ['--help', '--json', '--lang']

export function printCompletion(call: Call, verbs: readonly Verb[]): Promise<undefined> {
  const shell = SHELLS.find((each) => each === call.args[0])
  if (shell === undefined) throw badInput(call.texts, 'SHELL', 'notOneOf', 'writeOneOf', { known: SHELLS.join(', ') })
  call.io.stdout.write(completionScript(shell, verbs, call.language))
  return Promise.resolve(undefined)
}

/** A script for the shell's start-up file: `source <(gallra completion bash)`. zsh reads bash's completions. */
export function completionScript(shell: Shell, verbs: readonly Verb[], language: Language): string {
  const branches = [...wordsAfter(verbs)].map(
    ([words, next]) => `    ${quoted(words)}) known=${quoted(next.join(' '))} ;;`,
  )
  const values = [...valuesOf(verbs, language)].map(
    ([flag, known]) => `    ${flag}) known=${quoted(known.join(' '))} ;;`,
  )
  return [
    ...(shell === 'zsh' ? ['autoload -U +X compinit && compinit', 'autoload -U +X bashcompinit && bashcompinit'] : []),
    '_gallra() {',
    '  local word words="" known="" i',
    '  for ((i = 1; i < COMP_CWORD; i++)); do',
    '    word="${COMP_WORDS[i]}"',
    '    case "$word" in -*) ;; *) words="${words:+$words }$word" ;; esac',
    '  done',
    '  case "$words" in',
    ...branches,
    '  esac',
    '  case "${COMP_WORDS[COMP_CWORD-1]}" in',
    ...values,
    '  esac',
    '  COMPREPLY=($(compgen -W "$known" -- "${COMP_WORDS[COMP_CWORD]}"))',
    '}',
    'complete -o default -F _gallra gallra',
    '',
  ].join('\n')
}

/** What may follow the words typed so far; a verb's options follow it whatever arguments came between. */
function wordsAfter(verbs: readonly Verb[]): Map<string, string[]> {
  const after = new Map<string, Set<string>>([['', new Set()]])
  for (const { name } of verbs) {
    const words = name.split(' ')
    words.forEach((word, depth) => {
      const before = words.slice(0, depth).join(' ')
      after.set(before, (after.get(before) ?? new Set()).add(word))
    })
  }
  // Longest first: `purge approve` before `purge`.
  const patterns = new Map<string, string[]>()
  const names = verbs.toSorted((a, b) => b.name.length - a.name.length)
  for (const { name, options } of names) {
    const flags = [...(options ?? []).map(longFlag), ...COMMON]
    patterns.set(`${name} *`, flags)
    patterns.set(name, [...(after.get(name) ?? []), ...flags])
  }
  for (const [before, next] of after) if (!patterns.has(before)) patterns.set(before, [...next, ...COMMON])
  return patterns
}

/** The closed list behind an option, where all verbs that have the option agree on it. */
function valuesOf(verbs: readonly Verb[], language: Language): Map<string, readonly string[]> {
  const values = new Map<string, readonly string[]>([['--lang', ['sv', 'en']]])
  for (const option of verbs.flatMap(({ options }) => options ?? [])) {
    const known = option.names === undefined ? option.choices : namesOf(language, option.names)
    // In lower case, as one types; a name of two words with a hyphen, or it would come apart.
    const typed = known?.map((name) => name.toLowerCase().replaceAll(' ', '-'))
    if (typed !== undefined) values.set(longFlag(option), typed)
  }
  return values
}

function longFlag({ flags }: VerbOption): string {
  return /--[\w-]+/.exec(flags)?.[0] ?? flags
}

/** As a pattern or a text between double quotes; a pattern's star stays one. */
function quoted(text: string): string {
  return text.endsWith(' *') ? `"${text.slice(0, -1)}"*` : `"${text}"`
}
