import { Command, CommanderError, Help, Option } from 'commander'
import { readConfig, type Config } from '../config.ts'
import { environmentError } from '../errors.ts'
import { namesOf } from '../text/names.ts'
import { textsOf, type TextKey, type Texts } from '../text/texts.ts'
import { fill, type Language } from '../text/wording/wording.ts'
import { readGiven, type Call, type Io, type Verb } from './call/call.ts'
import { EXIT, type ExitCode } from './call/exit-codes.ts'
import { toJson } from './call/json.ts'
import { GROUPS, VERBS } from './verbs.ts'

interface Frame {
  io: Io
  config: Config
  language: Language
  texts: Texts
  exit: ExitCode
}

/** Runs one command line (without node and script) and returns the exit code. */
export async function run(argv: string[], io: Io): Promise<ExitCode> {
  const config = readConfig(io.env)
  const language = languageOf(argv) ?? config.language
  const frame: Frame = { io, config, language, texts: textsOf(language), exit: EXIT.ok }
  const program = buildProgram(frame)
  try {
    await program.parseAsync(argv, { from: 'user' })
    return frame.exit
  } catch (error) {
    return tell(frame, error)
  }
}

function buildProgram(frame: Frame): Command {
  const { io, texts } = frame
  const program = new Command('gallra')
  program.exitOverride()
  program.configureOutput({
    writeOut: (text) => io.stdout.write(text),
    writeErr: (text) => io.stderr.write(text),
    outputError: () => undefined,
  })
  program.configureHelp({
    styleTitle: (title) => texts[TITLES[title] ?? 'helpUsage'],
    commandUsage: (command) =>
      new Help()
        .commandUsage(command)
        .replace('[options]', texts.usageOptions)
        .replace('[command]', texts.usageCommand),
    subcommandTerm: (command) => new Help().subcommandTerm(command).replace('[options]', texts.usageOptions),
    optionDescription: ({ description, argChoices }) =>
      argChoices === undefined ? description : `${description} (${argChoices.join('|')})`,
  })
  program.description(texts.aboutGallra).addHelpText('after', `\n${texts.exitCodes}`)
  common(program, texts)
  for (const verb of VERBS) addVerb(program, frame, verb)
  return program
}

const TITLES: Record<string, TextKey> = {
  'Usage:': 'helpUsage',
  'Arguments:': 'helpArguments',
  'Options:': 'helpOptions',
  'Commands:': 'helpCommands',
}

function addVerb(program: Command, frame: Frame, verb: Verb): void {
  const { texts } = frame
  const words = verb.name.split(' ')
  let command = program
  for (const [depth, word] of words.entries()) {
    let next = command.commands.find((known) => known.name() === word)
    if (next === undefined) {
      next = command.command(word)
      common(next, texts)
      const about = GROUPS[word]
      if (about !== undefined && depth < words.length - 1) next.description(texts[about])
    }
    command = next
  }
  command.description(texts[verb.about])
  for (const argument of verb.args ?? []) command.argument(argument)
  for (const { flags, about, required, many, choices, names } of verb.options ?? []) {
    const option = new Option(flags, texts[about])
    if (required === true) option.makeOptionMandatory()
    if (choices !== undefined) option.choices([...choices])
    // Only for the help: the verb takes codes and names of both languages.
    if (names !== undefined) option.argChoices = namesOf(frame.language, names)
    if (many === true) option.argParser((value: string, before: string[] | undefined) => [...(before ?? []), value])
    command.addOption(option)
  }
  command.action(async () => {
    // A verb that is also a group (purge) has its own options beside those of its verbs.
    frame.exit = (await verb.act(callOf(frame, command))) ?? EXIT.ok
  })
}

function common(command: Command, texts: Texts): void {
  command.helpOption('-h, --help', texts.optHelp).helpCommand(false)
  command.option('--json', texts.optJson)
  command.addOption(new Option('--lang <language>', texts.optLang).choices(['sv', 'en']))
}

function callOf({ io, config, language, texts }: Frame, command: Command): Call {
  const given = readGiven(command.optsWithGlobals())
  const say = (text: string) => void io.stdout.write(`${text}\n`)
  const json = given.has('json')
  return {
    io,
    config,
    language,
    texts,
    args: command.args,
    given,
    json,
    clock: io.clock ?? (() => new Date()),
    say,
    note: (text) => void io.stderr.write(`${text}\n`),
    report: (value, text) => say(json ? toJson(value) : text()),
  }
}

/** The texts are needed before the arguments are parsed. */
function languageOf(argv: string[]): Language | null {
  const at = argv.findIndex((word) => word === '--lang' || word.startsWith('--lang='))
  const word = argv[at]?.split('=')[1] ?? argv[at + 1]
  return at >= 0 && (word === 'sv' || word === 'en') ? word : null
}

const USAGE: Record<string, TextKey> = {
  'commander.unknownOption': 'unknownOption',
  'commander.unknownCommand': 'unknownVerb',
  'commander.excessArguments': 'excessArguments',
  'commander.missingArgument': 'missingArgument',
  'commander.missingMandatoryOptionValue': 'missingOption',
  'commander.optionMissingArgument': 'optionLacksValue',
  'commander.invalidArgument': 'invalidValue',
}

async function tell({ io, config, language, texts }: Frame, thrown: unknown): Promise<ExitCode> {
  const error = environmentError(thrown) ?? thrown
  if (error instanceof CommanderError) {
    if (error.code === 'commander.helpDisplayed') return EXIT.ok
    const key = USAGE[error.code]
    // `commander.help`: a group without its verb; the help has been shown.
    if (key !== undefined)
      io.stderr.write(`${fill(texts[key], { part: /'(--?[\w-]+|[^']+)/.exec(error.message)?.[1] ?? '' })}\n`)
    return EXIT.badInput
  }
  const { describeFailure, exitCodeOf } = await import('./call/failure.ts')
  const description = describeFailure(error, language)
  if (description !== null) {
    io.stderr.write(`${description}\n`)
    return exitCodeOf(error)
  }
  // The message of a foreign error may quote mail, so only its class is shown (P7).
  io.stderr.write(`${fill(texts.unknownError, { type: error instanceof Error ? error.name : typeof error })}\n`)
  const { createLogger } = await import('../log.ts')
  createLogger(config.logLevel ?? 'warn').error({ err: error }, 'verb failed')
  return EXIT.failed
}
